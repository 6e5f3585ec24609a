//! Inspecting: what a component says of itself without being compiled.

use expect_test::{Expect, expect};

use crate::inspect::inspect;
use crate::tests::guest::Guest;

fn check(guest: &Guest<'_>, expected: Expect) {
    let it = inspect(&guest.build()).expect("a component");
    let mut lines = Vec::new();
    if let Some(manifest) = &it.manifest {
        lines.push(format!("{} {}", manifest.name, manifest.version));
    }
    let imports = it.imports.iter();
    lines.extend(imports.map(|import| format!("import {} {:?}", import.name, import.kind)));
    lines.extend(it.exports.iter().map(|export| format!("export {export}")));
    lines.extend(it.problems.iter().map(|it| format!("problem {it}")));
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_plugin() {
    check(
        &Guest::default(),
        expect![[r#"
        by-hand 1.2.0
        import usher:step/context@1.0.0-rc Contract
        import usher:step/log@1.0.0-rc Contract
        import usher:step/types@1.0.0-rc Contract
        import usher:step/org@1.0.0-rc Contract
        export usher:step/planner@1.0.0-rc"#]],
    );
    let bytes = Guest::default().build();
    let it = inspect(&bytes).expect("a component");
    assert_eq!(it.bytes, bytes.len());
    assert_eq!(it.digest.len(), 64);
}

#[test]
fn a_stranger() {
    check(
        &Guest {
            section: false,
            packages: "package acme:net@1.0.0 { interface http { get: func(); } }
              package wasi:random@0.2.0 { interface random { get-random-u64: func() -> u64; } }",
            world: "import acme:net/http@1.0.0; import wasi:random/random@0.2.0;",
            imports: r#"(import "acme:net/http@1.0.0" "get" (func $get))
              (import "wasi:random/random@0.2.0" "get-random-u64" (func $random (result i64)))"#,
            ..Guest::default()
        },
        expect![[r#"
            import acme:net/http@1.0.0 Unknown
            import wasi:random/random@0.2.0 MutedWasi
            import usher:step/context@1.0.0-rc Contract
            import usher:step/log@1.0.0-rc Contract
            import usher:step/types@1.0.0-rc Contract
            import usher:step/org@1.0.0-rc Contract
            export usher:step/planner@1.0.0-rc
            problem this component has no manifest (custom section `usher:manifest`), so it is not a plugin"#]],
    );
}
