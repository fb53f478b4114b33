//! How large a native module may be as it is shipped: it is loaded by every program.

use std::path::Path;

use serde::Deserialize;

use crate::{Result, fail, process, python::Environment};

/// In bytes: 6 MB. Programs wait for the module to load, and users for its download.
const LIMIT: u64 = 6_000_000;

/// A file in a package; npm has more to say about each.
#[derive(Deserialize)]
pub(crate) struct Packed {
    path: String,
    size: u64,
}

/// What `npm pack --json` prints, an entry for each package.
#[derive(Deserialize)]
struct Pack {
    files: Vec<Packed>,
}

/// The files in the package that `npm pack --json` has made, by what it printed.
pub(crate) fn in_npm_package(printed: &str) -> Result<Vec<Packed>> {
    let packs: Vec<Pack> = serde_json::from_str(printed)?;
    Ok(packs.into_iter().flat_map(|pack| pack.files).collect())
}

/// The files in a wheel, which is a zip archive.
pub(crate) fn in_wheel(tools: &Environment, wheel: &Path) -> Result<Vec<Packed>> {
    const LIST: &str = "import json, sys, zipfile; print(json.dumps([{'path': f.filename, 'size': \
                        f.file_size} for f in zipfile.ZipFile(sys.argv[1]).infolist()]))";
    let printed = process::quiet_output(tools.python().args(["-c", LIST]).arg(wheel))?;
    Ok(serde_json::from_str(&printed)?)
}

/// Fails when the native module is too large, or when there is none.
pub(crate) fn check(files: &[Packed]) -> Result {
    let is_module = |file: &&Packed| {
        [".so", ".pyd", ".node"]
            .iter()
            .any(|ending| file.path.ends_with(ending))
    };
    let Some(module) = files.iter().find(is_module) else {
        return fail("the package has no native module");
    };
    let (path, size) = (&module.path, megabytes(module.size));
    println!("{path}: {size} MB");
    if module.size >= LIMIT {
        return fail(format!(
            "{path} has {size} MB, and {} MB are the limit. `nm --size-sort` on a build with \
             CARGO_PROFILE_RELEASE_STRIP=none shows what is large in it; crates off the hot path \
             can have opt-level \"s\" in the root's Cargo.toml",
            megabytes(LIMIT)
        ));
    }
    Ok(())
}

fn megabytes(bytes: u64) -> String {
    let hundredths = bytes / 10_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(path: &str, size: u64) -> Vec<Packed> {
        let printed = format!(
            r#"[{{"id":"x","files":[{{"path":"README.md","size":9,"mode":420}},{{"path":"{path}","size":{size}}}]}}]"#
        );
        in_npm_package(&printed).unwrap()
    }

    #[test]
    fn a_module_below_the_limit_passes() {
        check(&package("trueroom.linux-x64-gnu.node", LIMIT - 1)).unwrap();
    }

    #[test]
    fn a_module_at_the_limit_is_refused_with_its_size() {
        let error = check(&package("trueroom/_native.abi3.so", LIMIT)).unwrap_err();
        assert!(error.to_string().contains("has 6.00 MB"), "{error}");
    }

    #[test]
    fn a_package_without_a_module_is_refused() {
        assert!(check(&package("index.js", 5)).is_err());
    }
}
