/tmp/wt/lead/target-sim/release/deps/futures_sink-b0d7f07a0d3cc7a8.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/futures-sink-0.3.34/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libfutures_sink-b0d7f07a0d3cc7a8.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/futures-sink-0.3.34/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libfutures_sink-b0d7f07a0d3cc7a8.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/futures-sink-0.3.34/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/futures-sink-0.3.34/src/lib.rs:
