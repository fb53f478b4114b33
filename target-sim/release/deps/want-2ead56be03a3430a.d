/tmp/wt/lead/target-sim/release/deps/want-2ead56be03a3430a.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/want-0.3.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libwant-2ead56be03a3430a.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/want-0.3.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libwant-2ead56be03a3430a.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/want-0.3.2/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/want-0.3.2/src/lib.rs:
