//! Loading: every kind of bytes that is not a plugin, or not one for this host, has a text of its own.

use expect_test::{Expect, expect};

use usher_contract::limit::COMPONENT_BYTES_MAX;

use crate::contract::GIVEN;
use crate::inspect::inspect;
use crate::tests::guest::{Guest, MANIFEST, add_section};
use crate::tests::{call, host};

async fn check(bytes: Vec<u8>, expected: Expect) {
    let error = match host().load(bytes.into()).await {
        Ok(_) => panic!("it loads"),
        Err(error) => error,
    };
    expected.assert_eq(&format!("{}: {error}", error.code()));
}

#[tokio::test]
async fn what_is_no_component() {
    check(
        b"not wasm at all".to_vec(),
        expect!["plugin/not-a-component: this is not a WebAssembly component: it does not begin as WebAssembly does"],
    )
    .await;
    check(
        Vec::new(),
        expect!["plugin/not-a-component: this is not a WebAssembly component: it does not begin as WebAssembly does"],
    )
    .await;
    check(
        b"(component)".to_vec(),
        expect!["plugin/not-a-component: this is not a WebAssembly component: it does not begin as WebAssembly does"],
    )
    .await;
    check(
        wat::parse_str("(module)").expect("a module"),
        expect!["plugin/core-module: this is a core WebAssembly module, not a component"],
    )
    .await;
    let size = usize::try_from(COMPONENT_BYTES_MAX).expect("a size") + 1;
    check(
        vec![0; size],
        expect!["plugin/too-large: a plugin of 67108865 bytes is larger than 67108864 bytes"],
    )
    .await;
}

#[tokio::test]
async fn what_is_no_plugin() {
    let without = Guest {
        section: false,
        ..Guest::default()
    };
    check(
        without.build(),
        expect!["plugin/no-manifest: this component has no manifest (custom section `usher:manifest`), so it is not a plugin"],
    )
    .await;
    let bad = Guest {
        manifest: r#"{"format": 1, "name": "x"}"#,
        ..Guest::default()
    };
    check(
        bad.build(),
        expect!["plugin/bad-manifest: the manifest is not as it should be: `version` is missing (at `/version`); `summary` is missing (at `/summary`); `kind` is missing (at `/kind`); `input` is missing (at `/input`); `output` is missing (at `/output`)"],
    )
    .await;
    let rude = Guest {
        manifest: r#"{"format": 1, "\u001b[2Jname": "x"}"#,
        ..Guest::default()
    };
    check(rude.build(), expect![[r#"plugin/bad-manifest: the manifest is not as it should be: there is no key `\u{1b}[2Jname`, only `format`, `name`, `version`, `summary`, `kind`, `input`, `output`, `reads`, `does_without`, `writes`, `predicts` and `secrets` (at ``); `name` is missing (at `/name`); `version` is missing (at `/version`); `summary` is missing (at `/summary`); `kind` is missing (at `/kind`); `input` is missing (at `/input`); `output` is missing (at `/output`)"#]]).await;
    let newer = Guest {
        manifest: r#"{"format": 2}"#,
        ..Guest::default()
    };
    check(
        newer.build(),
        expect!["plugin/bad-manifest: the manifest has format 2; this Usher knows format 1"],
    )
    .await;
    let mut twice = Guest::default().build();
    add_section(&mut twice, "usher:manifest", b"{}");
    check(
        twice,
        expect!["plugin/two-manifests: this component has two manifests that differ"],
    )
    .await;
    let mut planless = wat::parse_str("(component)").expect("a component");
    add_section(&mut planless, "usher:manifest", MANIFEST.as_bytes());
    check(
        planless,
        expect!["plugin/no-planner: plugin `by-hand` 1.2.0 does not export `usher:step/planner`"],
    )
    .await;
}

#[tokio::test]
async fn what_is_for_another_host() {
    check(
        Guest::default().build_for("0.2.0"),
        expect!["plugin/contract-version: this plugin is for contract `usher:step@0.2.0`; this Usher has `usher:step@1.0.0-rc`: build it again with the SDK of this Usher"],
    )
    .await;
    let calls_out = Guest {
        packages: "package acme:net@1.0.0 { interface http { get: func(); } }",
        world: "import acme:net/http@1.0.0;",
        imports: r#"(import "acme:net/http@1.0.0" "get" (func $get))"#,
        plan: "(call $get) unreachable",
        ..Guest::default()
    };
    check(
        calls_out.build(),
        expect!["plugin/unknown-imports: plugin `by-hand` 1.2.0 imports what no plugin gets: `acme:net/http@1.0.0`"],
    )
    .await;
    let http = Guest {
        packages: "package wasi:http@0.2.0 { interface types { field-size: func() -> u64; } }",
        world: "import wasi:http/types@0.2.0;",
        imports: r#"(import "wasi:http/types@0.2.0" "field-size" (func $size (result i64)))"#,
        plan: "(drop (call $size)) unreachable",
        ..Guest::default()
    };
    check(
        http.build(),
        expect!["plugin/unknown-imports: plugin `by-hand` 1.2.0 imports what no plugin gets: `wasi:http/types@0.2.0`"],
    )
    .await;
    let more = Guest {
        packages: "package wasi:random@0.2.0 { interface random { get-more: func() -> u64; } }",
        world: "import wasi:random/random@0.2.0;",
        imports: r#"(import "wasi:random/random@0.2.0" "get-more" (func $more (result i64)))"#,
        plan: "(drop (call $more)) unreachable",
        ..Guest::default()
    };
    check(
        more.build(),
        expect!["plugin/unfit: plugin `by-hand` 1.2.0 does not fit `usher:step@1.0.0-rc`: component imports instance `wasi:random/random@0.2.0`, but a matching implementation was not found in the linker: instance export `get-more` has the wrong type: function implementation is missing"],
    )
    .await;
    let asynchronous = r#"(component
      (core module $m (func (export "f") (result i32) unreachable)
        (func (export "cb") (param i32 i32 i32) (result i32) unreachable))
      (core instance $i (instantiate $m))
      (func (export "f") async
        (canon lift (core func $i "f") async (callback (core func $i "cb")))))"#;
    let mut asynchronous = wat::parse_str(asynchronous).expect("a component");
    add_section(&mut asynchronous, "usher:manifest", MANIFEST.as_bytes());
    check(
        asynchronous,
        expect!["plugin/asynchronous: this component needs asynchronous calls, which this Usher does not run (`componentize-qjs` makes one that does not with `--sync`)"],
    )
    .await;
}

/// A guest that calls a function of a later contract.
fn newer() -> Guest<'static> {
    Guest {
        org: "find-more: func();",
        imports: r#"(import "usher:step/org@1.0.0-rc" "find-more" (func $more))"#,
        plan: "(call $more) (call $empty (i32.const 512) (i32.const 2))",
        ..Guest::default()
    }
}

#[tokio::test]
async fn a_plugin_of_a_later_contract_says_what_it_needs() {
    check(newer().build(), expect!["plugin/newer-contract: plugin `by-hand` 1.2.0 needs `org.find-more`, which the contract of this Usher (`usher:step@1.0.0-rc`) does not have"]).await;
    let interface = Guest {
        world: "import usher:step/more@1.0.0-rc;",
        imports: r#"(import "usher:step/more@1.0.0-rc" "ask" (func $ask))"#,
        plan: "(call $ask) (call $empty (i32.const 512) (i32.const 2))",
        ..Guest::default()
    };
    check(
        interface.build_beside("interface more { ask: func(); }"),
        expect!["plugin/newer-contract: plugin `by-hand` 1.2.0 needs `usher:step/more@1.0.0-rc`, which the contract of this Usher (`usher:step@1.0.0-rc`) does not have"],
    )
    .await;
    check(Guest::default().build_for("1.0.0"), expect!["plugin/contract-version: this plugin is for contract `usher:step@1.0.0`; this Usher has `usher:step@1.0.0-rc`: it needs a newer Usher"]).await;
}

/// The contract grows by one import: what was built before it loads and plans.
#[tokio::test]
async fn a_plugin_of_an_earlier_contract_loads_in_a_grown_one() {
    let grown = host().grown("find-more");
    for guest in [Guest::default(), newer()] {
        let plugin = grown.load(guest.build().into()).await.expect("a plugin");
        assert!(plugin.plan(call()).await.is_ok());
    }
}

/// The list of what the contract gives is the contract's.
#[test]
fn what_the_contract_gives_is_all_of_it() {
    let mut resolve = wit_parser::Resolve::default();
    resolve
        .push_str("step.wit", include_str!("../../../../../wit/step.wit"))
        .expect("the contract");
    let interfaces = resolve.interfaces.iter().filter_map(|(_, interface)| {
        let name = interface.name.as_deref()?;
        let mut functions: Vec<&str> = interface.functions.keys().map(String::as_str).collect();
        functions.sort_unstable();
        (name != "planner").then_some((name, functions))
    });
    let mut written: Vec<(&str, Vec<&str>)> = interfaces.collect();
    written.sort();
    let given = GIVEN
        .iter()
        .map(|(name, functions)| (*name, functions.to_vec()));
    assert_eq!(given.collect::<Vec<_>>(), written);
}

#[tokio::test]
async fn a_plugin_says_what_its_manifest_says() {
    let other = Guest {
        says: "{}",
        ..Guest::default()
    };
    check(
        other.build(),
        expect!["plugin/describe-differs: plugin `by-hand` 1.2.0 says something else than its manifest when asked what it is"],
    )
    .await;
    let asks = Guest {
        describe: "(call $now (i32.const 128))",
        ..Guest::default()
    };
    check(
        asks.build(),
        expect!["plugin/describe-failed: plugin `by-hand` 1.2.0 cannot say what it is: it broke off: `describe` called `context.now`"],
    )
    .await;
    let traps = Guest {
        describe: "unreachable",
        ..Guest::default()
    };
    check(
        traps.build(),
        expect!["plugin/describe-failed: plugin `by-hand` 1.2.0 cannot say what it is: it broke off: wasm trap: wasm `unreachable` instruction executed"],
    )
    .await;
}

#[tokio::test]
async fn more_exports_do_not_matter() {
    let more = Guest {
        world: "export extra: func() -> u32;",
        extra: r#"(func (export "extra") (result i32) (i32.const 1))"#,
        ..Guest::default()
    };
    let plugin = host().load(more.build().into()).await.expect("a plugin");
    assert!(plugin.plan(call()).await.is_ok());
    assert_eq!(plugin.manifest().name, "by-hand");
    assert_eq!(plugin.manifest_text(), MANIFEST.as_bytes());
}

#[tokio::test]
async fn the_manifest_may_lie_in_the_core_module() {
    let escaped = crate::tests::guest::escape(MANIFEST);
    let nested = Guest {
        section: false,
        extra: &format!(r#"(@custom "usher:manifest" "{escaped}")"#),
        ..Guest::default()
    };
    let plugin = host().load(nested.build().into()).await.expect("a plugin");
    assert_eq!(plugin.manifest().name, "by-hand");
}

#[tokio::test]
#[expect(
    clippy::print_stdout,
    reason = "a random test that fails must say how to repeat it"
)]
async fn broken_bytes_break_nothing() {
    let whole = Guest::default().build();
    for end in 0..whole.len() {
        let _ = inspect(&whole[..end]);
    }
    let seed = match std::env::var("USHER_SEED") {
        Ok(seed) => seed.parse().expect("a number"),
        Err(_) => 20_261_122,
    };
    println!("USHER_SEED={seed}");
    let mut random = seed;
    let mut next = |below: usize| {
        // A linear congruential generator is random enough to hit every part of a small file.
        random = u64::wrapping_add(u64::wrapping_mul(random, 6_364_136_223_846_793_005), 1);
        usize::try_from(random >> 33).expect("31 bits") % below
    };
    let host = host();
    for round in 0..1500 {
        let mut bytes = whole.clone();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            bytes[at] = u8::try_from(next(256)).expect("a byte");
        }
        let _ = inspect(&bytes);
        if round % 10 == 0
            && let Ok(plugin) = host.load(bytes.into()).await
        {
            let _ = plugin.plan(call()).await;
        }
    }
    for end in [whole.len() / 4, whole.len() / 2, whole.len() - 1] {
        assert!(host.load(whole[..end].into()).await.is_err());
    }
}
