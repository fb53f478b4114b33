/tmp/wt/lead/target-sim/release/deps/trueroom_doctor-847dae7b2414de3c.d: core/src/bin/trueroom-doctor.rs

/tmp/wt/lead/target-sim/release/deps/trueroom_doctor-847dae7b2414de3c: core/src/bin/trueroom-doctor.rs

core/src/bin/trueroom-doctor.rs:

# env-dep:CARGO_PKG_VERSION=0.1.0
