/tmp/wt/lead/target-sim/release/deps/atomic_waker-45f21467cbbfd731.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atomic-waker-1.1.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libatomic_waker-45f21467cbbfd731.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atomic-waker-1.1.2/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libatomic_waker-45f21467cbbfd731.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atomic-waker-1.1.2/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atomic-waker-1.1.2/src/lib.rs:
