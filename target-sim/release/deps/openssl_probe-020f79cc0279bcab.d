/tmp/wt/lead/target-sim/release/deps/openssl_probe-020f79cc0279bcab.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/openssl-probe-0.2.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libopenssl_probe-020f79cc0279bcab.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/openssl-probe-0.2.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libopenssl_probe-020f79cc0279bcab.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/openssl-probe-0.2.2/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/openssl-probe-0.2.2/src/lib.rs:
