/tmp/wt/lead/target-sim/release/deps/subtle-0c3ab425afe355e2.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libsubtle-0c3ab425afe355e2.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libsubtle-0c3ab425afe355e2.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs:
