//! A plugin that somebody is writing: after a change only the functions that differ are compiled again, and the code is
//! the same as without that.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Host;
use crate::compiler::{Compiled, Compiler};
use crate::functions::take;
use crate::tests::call;
use crate::tests::guest::{Guest, NOTHING};

fn compiled(bytes: &[u8], kept: Option<&[u8]>) -> Compiled {
    let compiled = Compiler::Here.compile(bytes, kept);
    compiled.unwrap_or_else(|_| panic!("it compiles"))
}

/// The guest after a change of its `plan`.
fn changed() -> Vec<u8> {
    let guest = Guest {
        plan: "(drop (i32.const 7)) (call $empty (i32.const 512) (i32.const 2))",
        ..Guest::default()
    };
    guest.build()
}

/// The functions by their digests.
fn functions(mut bytes: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let key = take(&mut bytes).expect("a key").to_vec();
        all.push((key, take(&mut bytes).expect("code").to_vec()));
    }
    all.sort();
    all
}

#[test]
fn the_code_is_that_of_a_compiler_that_keeps_nothing() {
    let first = compiled(&Guest::default().build(), Some(&[]));
    assert!(!first.functions.is_empty(), "functions are kept");
    let without = compiled(&changed(), None);
    assert!(without.functions.is_empty(), "nobody asked for them");
    let with = compiled(&changed(), Some(&first.functions));
    assert!(with.code == without.code, "the same code");
}

#[test]
fn what_is_the_same_is_not_compiled_and_what_is_gone_is_not_kept() {
    let first = compiled(&Guest::default().build(), Some(&[]));
    let before = functions(&first.functions);
    let now = functions(&compiled(&changed(), Some(&first.functions)).functions);
    let same = now.iter().filter(|one| before.contains(one)).count();
    assert!(same > 5, "{same} are the same");
    assert!(same < now.len(), "one was compiled");
    assert!(same < before.len(), "one is gone");
}

#[test]
fn what_was_kept_is_used() {
    let plan = format!("(global.set $mark (i32.const 0x12345678)) {NOTHING}");
    let guest = Guest {
        extra: "(global $mark (mut i32) (i32.const 0))",
        plan: &plan,
        ..Guest::default()
    };
    let bytes = guest.build();
    let good = compiled(&bytes, Some(&[]));
    let number = 0x1234_5678_u32.to_le_bytes();
    let mut kept = good.functions.clone();
    let places = kept.windows(4).enumerate();
    let found: Vec<usize> = places
        .filter(|(_, window)| *window == number)
        .map(|(at, _)| at)
        .collect();
    let [at] = found[..] else {
        panic!("once: {found:?}")
    };
    kept[at] += 1;
    let marked = compiled(&bytes, Some(&kept));
    assert!(
        marked.code != good.code,
        "the function with the other number"
    );
}

#[test]
fn bytes_of_another_form_give_no_function() {
    let bytes = Guest::default().build();
    let good = compiled(&bytes, Some(&[]));
    let cut = &good.functions[..good.functions.len() - 1];
    for kept in [cut, &[255; 40][..], b"x"] {
        let again = compiled(&bytes, Some(kept));
        assert!(again.code == good.code, "compiled again");
        assert!(
            !functions(&again.functions).is_empty(),
            "functions are kept"
        );
    }
}

fn host(folder: &Path) -> Host {
    Host::new(Some(folder.join("code"))).expect("an engine")
}

/// The files with functions.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.join("code")).expect("the cache's folder");
    let mut files: Vec<PathBuf> = files.map(|it| it.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "functions"));
    files.sort();
    files
}

async fn plans(host: &Host, bytes: &[u8]) {
    let plugin = host.load(bytes.into()).await.expect("a plugin");
    assert!(plugin.plan(call()).await.is_ok());
}

#[tokio::test]
async fn each_folder_keeps_its_own_and_a_changed_file_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    plans(&host(folder), &Guest::default().build()).await;
    assert!(kept(folder).is_empty(), "nobody writes it");

    let (one, two) = (Path::new("/home/ada/one"), Path::new("/home/ada/two"));
    let other = Guest {
        plan: "(drop (i32.const 9)) (call $empty (i32.const 512) (i32.const 2))",
        ..Guest::default()
    };
    plans(&host(folder).writing(one), &changed()).await;
    plans(&host(folder).writing(two), &other.build()).await;
    let [of_one, of_two] = &kept(folder)[..] else {
        panic!("a file for each")
    };
    let (first, second) = (
        fs::read(of_one).expect("functions"),
        fs::read(of_two).expect("functions"),
    );
    assert_ne!(first, second);

    // The file of the other plugin, and one with a changed byte, are compiled without.
    fs::write(of_one, &second).expect("written");
    let mut spoilt = second.clone();
    spoilt[second.len() / 2] ^= 1;
    fs::write(of_two, &spoilt).expect("written");
    for (folder_of, step) in [(one, "(i32.const 11)"), (two, "(i32.const 12)")] {
        let plan = format!("(drop {step}) {NOTHING}");
        let guest = Guest {
            plan: &plan,
            ..Guest::default()
        };
        plans(&host(folder).writing(folder_of), &guest.build()).await;
    }
    assert_ne!(
        fs::read(of_one).expect("functions"),
        second,
        "put right again"
    );
    assert_ne!(
        fs::read(of_two).expect("functions"),
        spoilt,
        "put right again"
    );
}
