use super::{dependencies, version};

#[test]
fn versions_are_read_from_debians() {
    assert_eq!(version("1.96.0+dfsg1-1~deb12u2"), Some((1, 96)));
    assert_eq!(version("1:22.1.8-1~deb12u1"), Some((22, 1)));
    assert_eq!(version("1_22.1.8-1~deb12u1"), Some((22, 1)));
    assert_eq!(version(".lock"), None);
    assert_eq!(version("(none)"), None);
}

#[test]
fn dependencies_are_read_from_apt() {
    let answer = "libstd-rust-web-1.96\n  Depends: libc6\n |Depends: libllvm22\n  Depends: <libc-dev>\n  \
                  Conflicts: <rustup>\n    libstd-rust-web-1.96\n";
    assert_eq!(dependencies(answer), ["libc6", "libllvm22", "<libc-dev>"]);
}
