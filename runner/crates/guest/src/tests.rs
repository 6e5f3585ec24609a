use std::fs;
use std::time::SystemTime;

use super::{digest, write_if_changed};

#[test]
fn files_are_rewritten_only_when_their_bytes_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    let long_ago = SystemTime::UNIX_EPOCH;
    write_if_changed(&path, b"one").expect("written");
    fs::File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_modified(long_ago))
        .expect("the time is set");
    let modified = || {
        fs::metadata(&path)
            .and_then(|data| data.modified())
            .expect("a time")
    };
    write_if_changed(&path, b"one").expect("written");
    assert_eq!(modified(), long_ago);
    write_if_changed(&path, b"two").expect("written");
    assert_ne!(modified(), long_ago);
}

#[test]
fn digests_are_sha_256() {
    assert_eq!(
        digest(b""),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}
