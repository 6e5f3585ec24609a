//! Reads files that anybody may have written. Only a regular file is read, and only up to a limit: a pipe could keep
//! Usher waiting for ever, a device could give bytes for ever, and the size that a file system names may be wrong.
//!
//! Usher reads whole files only here: components, compiled code, kept plugins, recipes, inputs, plans, grants.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// The reason why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A folder, a pipe, a socket or a device.
    #[error("it is not a regular file")]
    NotRegular,
    #[error("it is larger than {bytes_max} bytes")]
    TooLarge { bytes_max: u64 },
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Returns the bytes of a regular file of at most `bytes_max` bytes.
///
/// # Errors
///
/// There is no such file, it is not a regular one, it is larger, or the system refuses.
pub fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    let file = open(path)?;
    if file.metadata()?.len() > bytes_max {
        return Err(FileError::TooLarge { bytes_max });
    }
    let mut bytes = Vec::new();
    // One byte more shows that the file is larger than its size says.
    file.take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(FileError::TooLarge { bytes_max });
    }
    Ok(bytes)
}

/// Opens a regular file for reading.
///
/// # Errors
///
/// There is no such file, it is not a regular one, or the system refuses.
pub fn open(path: &Path) -> Result<File, FileError> {
    // Opening some devices acts on them, so the kind is checked before as well. The kind of the opened file decides,
    // because the file may have been exchanged in between.
    if !std::fs::metadata(path)?.is_file() {
        return Err(FileError::NotRegular);
    }
    let mut options = OpenOptions::new();
    options.read(true);
    never_wait(&mut options);
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(FileError::NotRegular),
    }
}

/// Opens a pipe at once; else opening would wait for its writer.
#[cfg(unix)]
fn never_wait(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
}

#[cfg(not(unix))]
fn never_wait(_options: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::{FileError, read};

    #[test]
    fn a_regular_file_is_read_up_to_its_cap() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, "twelve bytes").expect("written");
        assert_eq!(read(&path, 12).expect("read"), b"twelve bytes");
        let larger = read(&path, 11).expect_err("larger");
        assert_eq!(larger.to_string(), "it is larger than 11 bytes");
        symlink(&path, folder.path().join("link")).expect("a link");
        let linked = read(&folder.path().join("link"), 12).expect("read");
        assert_eq!(linked, b"twelve bytes");
    }

    #[test]
    fn what_is_no_regular_file_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo runs").success());
        let device = folder.path().join("device");
        symlink("/dev/zero", &device).expect("a link");
        for path in [pipe.as_path(), &device, folder.path()] {
            let refused = read(path, 1_000).expect_err("refused");
            assert!(matches!(refused, FileError::NotRegular), "{refused}");
        }
        let missing = read(&folder.path().join("none"), 1_000).expect_err("missing");
        assert!(matches!(missing, FileError::Io(_)), "{missing}");
    }

    /// The system says that the size is zero, and yet the file has bytes.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_is_larger_than_it_says() {
        let endless = std::path::Path::new("/proc/self/mountinfo");
        let refused = read(endless, 3).expect_err("larger");
        assert!(
            matches!(refused, FileError::TooLarge { bytes_max: 3 }),
            "{refused}"
        );
    }
}
