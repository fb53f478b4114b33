/tmp/wt/lead/target-sim/release/deps/try_lock-1f0299230d7f769e.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/try-lock-0.2.5/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libtry_lock-1f0299230d7f769e.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/try-lock-0.2.5/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libtry_lock-1f0299230d7f769e.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/try-lock-0.2.5/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/try-lock-0.2.5/src/lib.rs:
