/tmp/wt/lead/target-sim/release/deps/num_conv-bfdeb127da8b52f4.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/num-conv-0.2.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libnum_conv-bfdeb127da8b52f4.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/num-conv-0.2.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libnum_conv-bfdeb127da8b52f4.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/num-conv-0.2.2/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/num-conv-0.2.2/src/lib.rs:
