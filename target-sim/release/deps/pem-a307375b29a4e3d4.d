/tmp/wt/lead/target-sim/release/deps/pem-a307375b29a4e3d4.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/errors.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/parser.rs

/tmp/wt/lead/target-sim/release/deps/libpem-a307375b29a4e3d4.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/errors.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/parser.rs

/tmp/wt/lead/target-sim/release/deps/libpem-a307375b29a4e3d4.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/errors.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/parser.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/errors.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pem-4.0.0/src/parser.rs:
