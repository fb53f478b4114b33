/tmp/wt/lead/target-sim/release/deps/pin_project_lite-2ef8113ad3339a7a.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libpin_project_lite-2ef8113ad3339a7a.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libpin_project_lite-2ef8113ad3339a7a.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.18/src/lib.rs:
