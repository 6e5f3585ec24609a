//! The content of a faults file, and the reports of its mistakes.

use expect_test::{Expect, expect};

use super::{faults, source};
use crate::fault::{FaultKind, Faults};

#[track_caller]
fn mistakes(text: &str, expected: Expect) {
    let source = source(text);
    let found = Faults::parse(&source).expect_err("there are mistakes");
    let lines = found.iter().map(|mistake| {
        let at = mistake.span.as_ref().map_or(0, |span| span.start);
        let (line, column) = source.position(at);
        let help = mistake
            .help
            .as_ref()
            .map_or(String::new(), |help| format!(" ({help})"));
        format!(
            "{line}:{column} {}: {}{help}\n",
            mistake.code, mistake.message
        )
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn every_mistake_is_told_with_its_place() {
    mistakes(
        r#"
seeed = 1
[[faults]]
kind = "lose-answers"
on = "writes"
[[faults]]
on = 3
nth = 0
times = "ever"
[[faults]]
kind = "stall"
method = "post"
path = "services/data"
nth = 1
chance = 1.5
row = 1
[[faults]]
kind = "throttle"
status = 429
retry_after = -1
"#,
        expect![[r#"
            2:1 faults/unknown-key: a faults file knows no key `seeed` (did you mean `seed`?)
            4:8 faults/unknown-kind: `kind` cannot be `lose-answers` (did you mean `lose-answer`?)
            5:6 faults/unknown-on: `on` cannot be `writes` (did you mean `write`?)
            6:1 faults/missing-key: fault 2 lacks `kind`
            7:6 faults/wrong-type: `on` is not a text
            8:7 faults/out-of-range: `nth` is not a whole number from 1 to 1000000
            9:9 faults/unknown-times: `times` cannot be `ever` (there is `always`)
            10:1 faults/missing-key: fault 3 lacks `ms`
            12:10 faults/unknown-method: `method` cannot be `post` (there is `GET`, `HEAD`, `POST`, `PATCH`, `PUT` and `DELETE`)
            13:8 faults/bad-path: `services/data` does not begin with `/` (write a path without host and query, `*` for one part, `**` for any number)
            15:10 faults/out-of-range: `chance` is not a number above 0 and at most 1
            15:10 faults/contradiction: `nth` and `chance` exclude each other (say which request it is, or how likely it is to be one)
            16:1 faults/unknown-key: fault 3 knows no key `row` (there is `kind`, `ms`, `on`, `method`, `path`, `nth`, `chance` and `times`)
            19:10 faults/out-of-range: `status` is 429: throttling answers with 403 or 503
            20:15 faults/out-of-range: `retry_after` is not a whole number from 0 to 3600
        "#]],
    );
    mistakes(
        "faults = 3",
        expect![[r#"
        1:10 faults/wrong-type: `faults` is not a list of tables
    "#]],
    );
    mistakes(
        "seed = 1",
        expect![[r#"
        1:1 faults/missing-key: a faults file lacks `faults`
    "#]],
    );
    mistakes(
        "faults = [3]",
        expect![[r#"
        1:10 faults/wrong-type: `faults` is not a list of tables
    "#]],
    );
    mistakes(
        "[[faults]",
        expect![[r#"
        1:10 faults/syntax: not TOML: unclosed array table, expected `]`
    "#]],
    );
}

/// One fault of each kind, as a file writes it.
const EACH: &str = r#"
[[faults]]
kind = "refuse"
row = 2
code = "DUPLICATE_VALUE"
message = "there is one"
[[faults]]
kind = "lock"
[[faults]]
kind = "busy"
[[faults]]
kind = "throttle"
[[faults]]
kind = "unreachable"
[[faults]]
kind = "fail-before"
[[faults]]
kind = "lose-answer"
[[faults]]
kind = "half-answer"
after = "headers"
[[faults]]
kind = "stall"
ms = 1
[[faults]]
kind = "error"
acts = true
[[faults]]
kind = "garbled"
shape = "empty"
acts = false
[[faults]]
kind = "bad-gateway"
status = 504
acts = true
[[faults]]
kind = "html"
acts = false
[[faults]]
kind = "redirect"
[[faults]]
kind = "too-long"
[[faults]]
kind = "headers-too-large"
[[faults]]
kind = "sign-out"
[[faults]]
kind = "limit"
times = "always"
[[faults]]
kind = "job-error"
[[faults]]
kind = "date"
seconds = -3_600
[[faults]]
kind = "rival"
[faults.request]
method = "PATCH"
path = "sobjects/Account/001"
body = '{ "Name": "Theirs" }'
by = "sam.sales@practice.usher.example"
"#;

#[test]
fn every_kind_has_its_name() {
    let faults = faults(EACH);
    let kinds: Vec<&str> = faults
        .counted
        .iter()
        .map(|counted| counted.fault.kind.name())
        .collect();
    assert_eq!(kinds, FaultKind::NAMES);
}

#[test]
fn mistakes_in_what_belongs_to_a_kind() {
    mistakes(
        r#"
[[faults]]
kind = "refuse"
code = "no code"
[[faults]]
kind = "error"
[[faults]]
kind = "html"
acts = "yes"
[[faults]]
kind = "bad-gateway"
acts = false
status = 503
[[faults]]
kind = "garbled"
shape = "fewer"
acts = false
[[faults]]
kind = "garbled"
acts = true
[[faults]]
kind = "half-answer"
after = "half"
[[faults]]
kind = "date"
[[faults]]
kind = "rival"
[[faults]]
kind = "rival"
request = 3
[[faults]]
kind = "rival"
[faults.request]
method = "GET"
path = "/services/data/v66.0/sobjects/Account"
bdy = "{}"
[[faults]]
kind = "rival"
[faults.request]
method = "POST"
path = "sobjects/Account"
body = "Name"
"#,
        expect![[r#"
            4:8 faults/bad-code: `no code` is not a code of Salesforce (a code is like `FIELD_CUSTOM_VALIDATION_EXCEPTION`)
            5:1 faults/missing-key: fault 2 lacks `acts`
            9:8 faults/wrong-type: `acts` is not `true` or `false`
            13:10 faults/out-of-range: `status` is 503: a gateway answers with 502, 500 or 504
            17:8 faults/contradiction: without an act there are no rows to garble (set `acts = true`, or `shape = "empty"`)
            18:1 faults/missing-key: fault 6 lacks `shape`
            23:9 faults/unknown-after: `after` cannot be `half` (there is `headers` and `body`)
            24:1 faults/missing-key: fault 8 lacks `seconds`
            26:1 faults/missing-key: fault 9 lacks `request`
            30:11 faults/wrong-type: `request` is not a table
            34:10 faults/unknown-method: `method` cannot be `GET` (there is `POST`, `PATCH`, `PUT` and `DELETE`)
            35:8 faults/bad-path: `/services/data/v66.0/sobjects/Account` is not a path below `/services/data/vNN.0/` (write it like `sobjects/Account`, with what is special percent-encoded)
            36:1 faults/unknown-key: `request` of fault 11 knows no key `bdy` (did you mean `body`?)
            42:8 faults/bad-body: `body` is not JSON: expected value at line 1 column 1
        "#]],
    );
}
