//! Planning: the input, the reads, the answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use expect_test::{Expect, expect};
use serde_json::json;

use usher_contract::manifest::Undeclared;

use crate::limit::Limits;
use crate::tests::guest::{Guest, READS, escape};
use crate::tests::{call, object, plan, plugin, table};
use crate::{Call, NoPlan};

/// Checks the final answer of a guest with this body of `plan`.
async fn check(plan: &str, expected: Expect) {
    let guest = Guest {
        extra: READS,
        plan,
        ..Guest::default()
    };
    let said = match self::plan(guest.build()).await {
        Ok(planned) => planned.plan.outputs.to_string(),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&said);
}

/// Hands out these outputs after `before`.
async fn check_outputs(before: &str, outputs: &str, expected: Expect) {
    let text = escape(outputs);
    let len = outputs.len();
    let guest = Guest {
        extra: &format!(r#"{READS} (data (i32.const 2048) "{text}")"#),
        plan: &format!("{before} (call $empty (i32.const 2048) (i32.const {len}))"),
        ..Guest::default()
    };
    let said = match plan(guest.build()).await {
        Ok(planned) => planned.plan.outputs.to_string(),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&said);
}

#[tokio::test]
async fn an_empty_plan_is_a_plan() {
    let planned = plan(Guest::default().build()).await.expect("a plan");
    assert!(planned.plan.changes.is_empty());
    assert_eq!(planned.plan.outputs, json!({}).into());
    assert_eq!(planned.reads, 0);
}

#[tokio::test]
async fn the_input_arrives_with_its_defaults() {
    let echo = Guest {
        plan: "(call $broken (local.get $in) (local.get $in_len))",
        ..Guest::default()
    };
    let plugin = plugin(echo.build(), Limits::usual()).await;
    let planned = plugin
        .plan(Call {
            input: object(json!({"user": "005"})),
            ..call()
        })
        .await;
    expect![[r#"plugin `by-hand` 1.2.0: it is at fault itself: {"times":1,"user":"005"}"#]]
        .assert_eq(&planned.expect_err("broken").to_string());
}

#[tokio::test]
async fn a_wrong_input_does_not_reach_the_plugin() {
    let guest = Guest {
        plan: "unreachable",
        ..Guest::default()
    };
    let plugin = plugin(guest.build(), Limits::usual()).await;
    let input = object(json!({"times": "often", "usr": "x"}));
    let failed = plugin.plan(Call { input, ..call() }).await;
    let failed = failed.expect_err("a wrong input");
    assert_eq!(failed.why.code(), "plugin/input");
    expect![[r#"plugin `by-hand` 1.2.0: the input does not fit: `/times`: "often" is not of type "integer"; Additional properties are not allowed ('usr' was unexpected)"#]]
        .assert_eq(&failed.to_string());
}

#[tokio::test]
async fn an_unknown_value_where_none_may_be_is_refused() {
    let plugin = plugin(Guest::default().build(), Limits::usual()).await;
    for (input, at) in [
        (json!({"times": {"$ref": "count:count.id"}}), "`/times`"),
        (json!({"times": {"$join": []}}), "`/times`"),
        (json!({"times": [1, {"$ref": 7}]}), "`/times/1`"),
    ] {
        let input = object(input);
        let failed = plugin.plan(Call { input, ..call() }).await;
        let failed = failed.expect_err("an unknown value");
        assert_eq!(failed.why.code(), "plugin/unknown-input");
        assert_eq!(
            failed.to_string(),
            format!(
                "plugin `by-hand` 1.2.0: its input refers to an unknown value at {at}, where the schema of its \
                 manifest wants a known one"
            )
        );
    }
}

#[tokio::test]
async fn a_planning_time_that_is_none_is_refused() {
    let plugin = plugin(Guest::default().build(), Limits::usual()).await;
    for now in ["", "soon", "2026-11-22", "9999999-01-01T00:00:00Z"] {
        let now = now.to_owned();
        let failed = plugin.plan(Call { now, ..call() }).await;
        let failed = failed.expect_err("no time");
        assert_eq!(failed.why.code(), "plugin/bad-time", "{failed}");
    }
}

#[tokio::test]
async fn reads_are_answered() {
    check(
        "(call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15)) (call $told)",
        expect![[r#"plugin `by-hand` 1.2.0: it is at fault itself: [{"Id":"005000000000002AAA","Username":"ada@example.com"}]"#]],
    )
    .await;
}

#[tokio::test]
async fn an_undeclared_read_is_a_value_and_reported() {
    let guest = Guest {
        extra: READS,
        plan: "(call $look (i32.const 1032) (i32.const 7) (i32.const 1064) (i32.const 15)) (call $told)",
        ..Guest::default()
    };
    let plugin = plugin(guest.build(), Limits::usual()).await;
    let org = Arc::new(table::few());
    let asked = Arc::clone(&org);
    let failed = plugin.plan(Call { org, ..call() }).await;
    let failed = failed.expect_err("denied");
    expect![[r#"plugin `by-hand` 1.2.0: it is at fault itself: reads `Profile`, which its manifest does not declare; to declare it, add to `reads` in the manifest: "records": {"Profile": ["Username"]}"#]]
        .assert_eq(&failed.to_string());
    assert_eq!(
        failed.denied,
        [Undeclared::ReadObject {
            object: "Profile".to_owned()
        }]
    );
    assert_eq!(
        asked.asked.load(Ordering::Relaxed),
        0,
        "the port was not asked"
    );
}

#[tokio::test]
async fn a_denied_read_need_not_end_the_plan() {
    let guest = Guest {
        extra: READS,
        plan: "(call $look (i32.const 1032) (i32.const 7) (i32.const 1064) (i32.const 15))
          (call $empty (i32.const 512) (i32.const 2))",
        ..Guest::default()
    };
    let planned = plan(guest.build()).await.expect("a plan");
    assert_eq!(planned.denied.len(), 1);
    assert_eq!(planned.reads, 1);
}

#[tokio::test]
async fn names_are_names() {
    // Nine bytes from `User` on: the bytes after it in memory are not part of a name.
    check(
        "(call $look (i32.const 1024) (i32.const 9) (i32.const 1064) (i32.const 15)) (call $told)",
        expect!["plugin `by-hand` 1.2.0: it is at fault itself: `User\\u{0}\\u{0}\\u{0}\\u{0}P` is not a valid name of an object"],
    )
    .await;
}

#[tokio::test]
async fn references_come_from_this_call_or_nowhere() {
    let look = "(call $look (i32.const 1024) (i32.const 4) (i32.const 1088) (i32.const 15))";
    let id = r#"{"user_id": {"$ref": "user:user.id", "$object": "User"}}"#;
    check_outputs(
        look,
        id,
        expect![[r#"{"user_id":{"$ref":"user:user.id"}}"#]],
    )
    .await;
    check_outputs(
        "",
        id,
        expect!["plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: the reference `user:user.id` was not handed to this call"],
    )
    .await;
    check(
        "(call $look_ref (i32.const 1024) (i32.const 4) (i32.const 1120) (i32.const 12)) (call $told)",
        expect!["plugin `by-hand` 1.2.0: it is at fault itself: the reference `user:user.id` was not handed to this call"],
    )
    .await;
}

#[tokio::test]
async fn references_of_the_input_may_be_used() {
    let outputs = r#"{"user_id": {"$ref": "user:user.id"}}"#;
    let text = escape(outputs);
    let len = outputs.len();
    let guest = Guest {
        extra: &format!(r#"(data (i32.const 2048) "{text}")"#),
        plan: &format!("(call $empty (i32.const 2048) (i32.const {len}))"),
        ..Guest::default()
    };
    let plugin = plugin(guest.build(), Limits::usual()).await;
    for _ in 0..2 {
        let input = object(json!({"user": {"$ref": "user:user.id", "$object": "User"}}));
        let planned = plugin.plan(Call { input, ..call() }).await;
        assert_eq!(
            planned.expect("a plan").plan.outputs,
            json!({"user_id": {"$ref": "user:user.id"}}).into()
        );
        // A token that was handed to one call was not handed to the next one.
        let forged = plugin.plan(call()).await.expect_err("a forged token");
        assert!(matches!(forged.why, NoPlan::BadAnswer(_)), "{forged}");
    }
}

#[tokio::test]
async fn outputs_follow_their_schema() {
    check_outputs("", r#"{"name": "Ada"}"#, expect![[r#"{"name":"Ada"}"#]]).await;
    for (outputs, expected) in [
        (
            "nonsense",
            expect![
                "plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: outputs: expected ident at line 1 column 2"
            ],
        ),
        (
            "[1]",
            expect![
                "plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: outputs: it is not an object"
            ],
        ),
        (
            r#"{"name": 7}"#,
            expect![[
                r#"plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: 7 is not of type "string" (at `/name`)"#
            ]],
        ),
        (
            r#"{"nam": "x"}"#,
            expect![
                "plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: Additional properties are not allowed ('nam' was unexpected)"
            ],
        ),
        (
            r#"{"name": {"$bound": ["a", "id"]}}"#,
            expect![
                "plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: a value at `/name` must be known; the output schema allows no reference there"
            ],
        ),
        (
            r#"{"user_id": {"$bound": ["a", "id"]}}"#,
            expect![
                "plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: nothing in this plan binds `id` of `a`"
            ],
        ),
        (
            r#"{"user_id": {"$bound": "a"}}"#,
            expect![[
                r#"plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: outputs: this is not a `$bound`: {"$bound":"a"}"#
            ]],
        ),
        (
            r#"{"user_id": {"$join": ["a", 7]}}"#,
            expect![[
                r#"plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: outputs: this is not a `$join`: {"$join":["a",7]}"#
            ]],
        ),
        (
            r#"{"user_id": {"$get": "x"}}"#,
            expect![
                "plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: outputs: no key may begin with `$` but `$ref`, `$bound` and `$join`; found `$get`"
            ],
        ),
        (
            r#"{"user_id": {"$ref": "x", "more": 1}}"#,
            expect![
                "plugin `by-hand` 1.2.0: its answer cannot be right: `outputs`: outputs: no key may begin with `$` but `$ref`, `$bound` and `$join`; found `more`"
            ],
        ),
    ] {
        check_outputs("", outputs, expected).await;
    }
}

#[tokio::test]
async fn a_failure_is_told_as_it_is() {
    let guest = Guest {
        extra: r#"(data (i32.const 1024) "no \1b]0;x\07idea")"#,
        plan: "(call $broken (i32.const 1024) (i32.const 13))",
        ..Guest::default()
    };
    let failed = plan(guest.build()).await.expect_err("broken");
    assert_eq!(failed.why.code(), "plugin/broken");
    assert_eq!(
        failed.to_string(),
        "plugin `by-hand` 1.2.0: it is at fault itself: no \\u{1b}]0;x\\u{7}idea"
    );
}

#[tokio::test]
async fn waiting_names_a_token_that_was_handed_over() {
    // failure.deferred: waiting-for is a list of one token, the rest is empty.
    let deferred = r#"
      (func $deferred (param $token i32) (param $len i32) (result i32)
        (memory.fill (i32.const 0) (i32.const 0) (i32.const 64))
        (i32.store (i32.const 0) (i32.const 1))
        (i32.store (i32.const 4) (i32.const 2))
        (i32.store (i32.const 8) (i32.const 64))
        (i32.store (i32.const 12) (i32.const 1))
        (i32.store (i32.const 64) (local.get $token))
        (i32.store (i32.const 68) (local.get $len))
        (i32.const 0))"#;
    let extra = format!("{READS}{deferred}");
    let after_pending = Guest {
        extra: &extra,
        plan: "(call $look (i32.const 1024) (i32.const 4) (i32.const 1112) (i32.const 5))
          (call $deferred (i32.load (i32.const 136)) (i32.load (i32.const 140)))",
        ..Guest::default()
    };
    let failed = plan(after_pending.build()).await.expect_err("deferred");
    assert_eq!(failed.why.code(), "step/deferred");
    let forged = Guest {
        extra: &extra,
        plan: "(call $deferred (i32.const 1120) (i32.const 12))",
        ..Guest::default()
    };
    let failed = plan(forged.build()).await.expect_err("a forged token");
    expect!["plugin `by-hand` 1.2.0: its answer cannot be right: the reference `user:user.id` was not handed to this call"]
        .assert_eq(&failed.to_string());
}
