//! Where a download goes: a temporary file in the target folder that gets its name at the end.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::HttpError;

/// How many numbers are tried for a name that is taken.
const MAX_NUMBER: u32 = 9999;

/// The place of a file to be.
#[derive(Debug)]
pub(super) struct Place {
    /// Absolute, so that a change of the working folder meanwhile does no harm.
    folder: PathBuf,
    /// The folder as the user wrote it.
    shown: PathBuf,
    name: OsString,
    overwrite: bool,
}

impl Place {
    /// `path` is a folder if there is one or if it ends with a separator; then the file gets
    /// `name`, and the folder is made if needed. Otherwise it is the file's own path.
    pub(super) fn new(path: &Path, name: &str, overwrite: bool) -> Result<Self, HttpError> {
        let (shown, name) = if ends_with_separator(path) {
            std::fs::create_dir_all(path).map_err(|error| HttpError::io(path, &error))?;
            (path, OsStr::new(name))
        } else if path.is_dir() {
            (path, OsStr::new(name))
        } else {
            match (path.parent(), path.file_name()) {
                (Some(folder), Some(name)) => (folder, name),
                _ => {
                    return Err(HttpError::invalid(format!(
                        "\"{}\" names no file",
                        path.display()
                    )));
                }
            }
        };
        let here = if shown.as_os_str().is_empty() {
            Path::new(".")
        } else {
            shown
        };
        Ok(Self {
            folder: std::path::absolute(here).map_err(|error| HttpError::io(here, &error))?,
            shown: shown.to_path_buf(),
            name: name.to_owned(),
            overwrite,
        })
    }

    /// The path for messages.
    pub(super) fn shown(&self) -> PathBuf {
        self.shown.join(&self.name)
    }

    /// An empty file in the folder. It goes away when the path is dropped.
    pub(super) fn temporary(&self) -> Result<(File, TempPath), HttpError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".trueroom-").suffix(".part").rand_bytes(8);
        // Temporary files are private by default; this one becomes an ordinary file, whose
        // rights are up to the umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        match builder.tempfile_in(&self.folder) {
            Ok(file) => Ok(file.into_parts()),
            // The error names the temporary file, which would mislead.
            Err(error) => Err(HttpError::io(&self.shown, &io::Error::from(error.kind()))),
        }
    }

    /// Gives the file its name, in one step, and returns its path. Without `overwrite` a name
    /// that is taken gets a number. A link of that name is replaced or kept, not followed.
    pub(super) fn keep(&self, mut file: TempPath) -> Result<PathBuf, HttpError> {
        if self.overwrite {
            file.persist(self.folder.join(&self.name))
                .map_err(|error| HttpError::io(&self.shown(), &error.error))?;
            return Ok(self.shown());
        }
        for number in 0..=MAX_NUMBER {
            let name = numbered(&self.name, number);
            match file.persist_noclobber(self.folder.join(&name)) {
                Ok(()) => return Ok(self.shown.join(name)),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    file = error.path;
                }
                Err(error) => return Err(HttpError::io(&self.shown.join(name), &error.error)),
            }
        }
        let message = format!("this name and {MAX_NUMBER} numbered ones exist already");
        Err(HttpError::local(&self.shown(), message))
    }
}

fn ends_with_separator(path: &Path) -> bool {
    path.as_os_str()
        .to_string_lossy()
        .ends_with(std::path::is_separator)
}

/// `name (1).ext` and so on; number 0 is the name itself.
fn numbered(name: &OsStr, number: u32) -> OsString {
    if number == 0 {
        return name.to_owned();
    }
    let path = Path::new(name);
    let mut numbered = path.file_stem().unwrap_or(name).to_owned();
    numbered.push(format!(" ({number})"));
    if let Some(extension) = path.extension() {
        numbered.push(".");
        numbered.push(extension);
    }
    numbered
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn save(path: &Path, overwrite: bool, content: &str) -> Result<PathBuf, HttpError> {
        let place = Place::new(path, "report.pdf", overwrite)?;
        let (mut file, temporary) = place.temporary()?;
        io::Write::write_all(&mut file, content.as_bytes()).unwrap();
        place.keep(temporary)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_takes_numbered_files() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["report.pdf", "report (1).pdf", "report (2).pdf"] {
            let saved = save(folder.path(), false, expected).unwrap();
            assert_eq!(saved, folder.path().join(expected));
            assert_eq!(fs::read_to_string(saved).unwrap(), expected);
        }
        assert_eq!(names(folder.path()).len(), 3);
    }

    #[test]
    fn overwrite_replaces() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), true, "old").unwrap();
        let saved = save(folder.path(), true, "new").unwrap();
        assert_eq!(fs::read_to_string(saved).unwrap(), "new");
        assert_eq!(names(folder.path()), ["report.pdf"]);
    }

    #[test]
    fn a_path_is_a_file_or_a_folder_to_make() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("other.txt");
        assert_eq!(save(&file, false, "x").unwrap(), file);
        let inner = format!("{}/a/b/", folder.path().display());
        let saved = save(Path::new(&inner), false, "x").unwrap();
        assert_eq!(saved, folder.path().join("a/b/report.pdf"));
    }

    #[test]
    fn useless_paths_say_so() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing/other.txt");
        let error = save(&missing, false, "x").unwrap_err().to_string();
        assert!(
            error.ends_with("missing: no such file or folder"),
            "{error}"
        );
        assert!(matches!(
            save(Path::new(""), false, "x"),
            Err(HttpError::Invalid { .. })
        ));
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(matches!(
            save(&file.join("x"), false, "x"),
            Err(HttpError::Io { .. })
        ));
        fs::create_dir(folder.path().join("report.pdf")).unwrap();
        assert!(matches!(
            save(folder.path(), true, "x"),
            Err(HttpError::Io { .. })
        ));
        assert_eq!(names(folder.path()), ["file", "report.pdf"]);
    }

    #[test]
    fn a_dropped_temporary_file_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path(), "x", false).unwrap();
        let (_file, temporary) = place.temporary().unwrap();
        let name = names(folder.path()).remove(0);
        assert_eq!(name.len(), ".trueroom-12345678.part".len());
        assert!(name.starts_with(".trueroom-"), "{name}");
        drop(temporary);
        assert!(names(folder.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_rights_are_ordinary() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("outside");
        symlink(&outside, folder.path().join("report.pdf")).unwrap();
        let saved = save(folder.path(), false, "kept").unwrap();
        assert_eq!(saved, folder.path().join("report (1).pdf"));
        let replaced = save(folder.path(), true, "replaced").unwrap();
        assert!(fs::symlink_metadata(&replaced).unwrap().is_file());
        assert!(!outside.exists());

        let ordinary = folder.path().join("ordinary");
        fs::write(&ordinary, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&saved), mode(&ordinary));
    }

    #[test]
    fn numbers_stand_before_the_extension() {
        let cases = [
            ("a.txt", "a (7).txt"),
            ("a", "a (7)"),
            (".a", ".a (7)"),
            ("a.b.c", "a.b (7).c"),
        ];
        for (name, expected) in cases {
            assert_eq!(numbered(OsStr::new(name), 7), OsString::from(expected));
        }
    }
}
