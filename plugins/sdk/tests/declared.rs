//! Declarations that no type stands for, and mistakes in them.

use std::panic;

use expect_test::{Expect, expect};
use usher_sdk::{Answer, Failure, Input, Org, Output, Plugin, StepPlan};

#[derive(Input)]
struct Given {}

#[derive(Output)]
struct Outputs {}

fn plan(_: Given, _: &dyn Org) -> Result<Answer<Outputs>, Failure> {
    Ok(StepPlan::new().outputs(Outputs {}))
}

mod verifying {
    usher_sdk::plugin! {
        name: "looks-only",
        version: "0.1.0",
        summary: "Nothing is written",
        plan: super::plan,
        also: { "does_without": { "settings": ["Communities"] } },
        kind: verifying,
        also: { "reads": { "settings": ["Communities", "Sharing"] } }
    }
}

mod not_json {
    usher_sdk::plugin! {
        name: "not-json",
        version: "0.1.0",
        summary: "A comma too much",
        plan: super::plan,
        also: { "reads": { "settings": ["Communities",] } },
    }
}

mod unknown {
    usher_sdk::plugin! {
        name: "Unknown name",
        version: "0.1",
        summary: "Nothing of it is right",
        plan: super::plan,
        also: { "reads": { "setting": ["Communities"] } },
    }
}

#[track_caller]
fn check(plugin: &Plugin, expected: Expect) {
    let shown = panic::catch_unwind(|| plugin.shown_manifest());
    let text = shown.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().expect("a text");
        text.lines().next().unwrap_or_default().to_owned()
    });
    expected.assert_eq(&text);
}

#[test]
fn keys_of_the_manifest_are_laid_over_each_other() {
    check(
        &verifying::plugin(),
        expect![[r#"
        {
          "does_without": {
            "settings": [
              "Communities"
            ]
          },
          "format": 1,
          "input": {
            "additionalProperties": false,
            "type": "object"
          },
          "kind": "verifying",
          "name": "looks-only",
          "output": {
            "additionalProperties": false,
            "type": "object"
          },
          "reads": {
            "settings": [
              "Communities",
              "Sharing"
            ]
          },
          "summary": "Nothing is written",
          "version": "0.1.0"
        }
    "#]],
    );
}

#[test]
fn a_manifest_that_usher_refuses_is_refused_in_a_test() {
    check(
        &not_json::plugin(),
        expect![[
            r#"the manifest is not as it should be: there is no key `{ \"reads\": { \"settings\": [\"Communities\",] } }`, only `format`, `name`, `version`, `summary`, `kind`, `input`, `output`, `reads`, `does_without`, `writes`, `predicts` and `secrets` (at ``)"#
        ]],
    );
    check(
        &unknown::plugin(),
        expect![
            "the manifest is not as it should be: there is no key `setting`, only `records`, `queries`, `describes`, `settings`, `components` and `resources` (at `/reads`)"
        ],
    );
}
