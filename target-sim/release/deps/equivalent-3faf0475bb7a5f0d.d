/tmp/wt/lead/target-sim/release/deps/equivalent-3faf0475bb7a5f0d.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/equivalent-1.0.3/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libequivalent-3faf0475bb7a5f0d.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/equivalent-1.0.3/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libequivalent-3faf0475bb7a5f0d.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/equivalent-1.0.3/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/equivalent-1.0.3/src/lib.rs:
