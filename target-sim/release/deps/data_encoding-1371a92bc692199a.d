/tmp/wt/lead/target-sim/release/deps/data_encoding-1371a92bc692199a.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/data-encoding-2.11.1/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libdata_encoding-1371a92bc692199a.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/data-encoding-2.11.1/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libdata_encoding-1371a92bc692199a.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/data-encoding-2.11.1/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/data-encoding-2.11.1/src/lib.rs:
