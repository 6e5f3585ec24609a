//! The cache: it saves compiling, and takes nothing for compiled code that this key has not signed.

use std::fs;
use std::path::PathBuf;

use crate::tests::call;
use crate::tests::guest::Guest;
use crate::{Host, HostError};

fn host(folder: &tempfile::TempDir) -> Host {
    Host::new(Some(folder.path().join("code"))).expect("an engine")
}

fn compiled(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.path().join("code")).expect("the cache's folder");
    let mut files: Vec<PathBuf> = files.map(|it| it.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "cwasm"));
    files.sort();
    files
}

async fn plans(host: &Host, bytes: &[u8]) {
    let plugin = host.load(bytes.into()).await.expect("a plugin");
    assert!(plugin.plan(call()).await.is_ok());
}

#[tokio::test]
async fn what_was_compiled_is_taken_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = Guest::default().build();
    plans(&host(&folder), &bytes).await;
    let [file] = &compiled(&folder)[..] else {
        panic!("one file")
    };
    let before = fs::metadata(file)
        .expect("metadata")
        .modified()
        .expect("a time");
    plans(&host(&folder), &bytes).await;
    let after = fs::metadata(file)
        .expect("metadata")
        .modified()
        .expect("a time");
    assert_eq!(before, after, "not written again");
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_files_are_private() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let code = folder.path().join("code");
    fs::create_dir(&code).expect("a folder");
    fs::set_permissions(&code, fs::Permissions::from_mode(0o777)).expect("permissions");
    plans(&host(&folder), &Guest::default().build()).await;
    let mode = |path: &std::path::Path| {
        let metadata = fs::metadata(path).expect("metadata");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(&code), 0o700);
    assert_eq!(mode(&code.join("key")), 0o600);
    assert_eq!(mode(&compiled(&folder)[0]), 0o600);
}

#[tokio::test]
async fn what_was_touched_is_compiled_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = Guest::default().build();
    plans(&host(&folder), &bytes).await;
    let file = compiled(&folder).remove(0);
    let good = fs::read(&file).expect("the code");
    let cases = [
        Vec::new(),
        good[..20].to_vec(),
        good[..good.len() / 2].to_vec(),
        flipped(&good, 0),
        flipped(&good, 40),
        flipped(&good, good.len() - 1),
        [good.as_slice(), b"more"].concat(),
    ];
    for case in cases {
        fs::write(&file, case).expect("written");
        plans(&host(&folder), &bytes).await;
        assert_eq!(fs::read(&file).expect("the code"), good, "put right again");
    }
}

#[tokio::test]
async fn code_of_another_plugin_or_another_key_is_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = Guest::default().build();
    let two = Guest {
        plan: "unreachable",
        ..Guest::default()
    };
    plans(&host(&folder), &one).await;
    let of_one = compiled(&folder).remove(0);
    let good = fs::read(&of_one).expect("the code");
    let _ = host(&folder)
        .load(two.build().into())
        .await
        .expect("a plugin");
    let of_two = compiled(&folder)
        .into_iter()
        .find(|it| *it != of_one)
        .expect("the second");
    fs::copy(&of_two, &of_one).expect("copied");
    plans(&host(&folder), &one).await;
    assert_eq!(fs::read(&of_one).expect("the code"), good);

    fs::write(folder.path().join("code/key"), [9; 32]).expect("another key");
    plans(&host(&folder), &one).await;
    assert_ne!(fs::read(&of_one).expect("the code"), good, "signed anew");
    fs::write(folder.path().join("code/key"), b"short").expect("no key");
    plans(&host(&folder), &one).await;
}

#[test]
fn a_folder_that_cannot_be_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, b"").expect("written");
    let error = match Host::new(Some(file.join("below"))) {
        Ok(_) => panic!("a folder below a file"),
        Err(error) => error,
    };
    assert!(matches!(error, HostError::Cache { .. }), "{error}");
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}
