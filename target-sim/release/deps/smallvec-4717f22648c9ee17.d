/tmp/wt/lead/target-sim/release/deps/smallvec-4717f22648c9ee17.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.6/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libsmallvec-4717f22648c9ee17.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.6/src/lib.rs

/tmp/wt/lead/target-sim/release/deps/libsmallvec-4717f22648c9ee17.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.6/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.6/src/lib.rs:
