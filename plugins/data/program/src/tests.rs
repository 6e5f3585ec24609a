use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::{Names, NoValue, evaluate, parse};

struct Known(BTreeMap<&'static str, Json>);

impl Names for Known {
    fn find(&self, path: &[String]) -> Result<Option<Json>, NoValue> {
        Ok(self.0.get(path.join(".").as_str()).cloned())
    }
}

fn value(text: &str) -> Result<Json, String> {
    let names = Known(BTreeMap::from([
        ("inputs.name", json!("Ada")),
        ("inputs.count", json!(3)),
        ("inputs.none", json!(null)),
        (
            "users",
            json!(["005a", {"$ref": "u:u.id", "$object": "User"}]),
        ),
        ("planned", json!({"$ref": "u:u.id", "$object": "User"})),
        ("later", json!({"$ref": "a:a.x"})),
    ]));
    let expression = parse(text).map_err(|why| format!("not supported: {}", why.0))?;
    evaluate(&expression, &names).map_err(|why| match why {
        NoValue::Unknown(tokens) => format!("unknown: {}", tokens.join(", ")),
        NoValue::Failed(message) => message,
    })
}

#[test]
fn values_that_are_not_known_yet_pass_through_but_are_not_computed_with() {
    let planned = json!({"$ref": "u:u.id", "$object": "User"});
    assert_eq!(value("planned"), Ok(planned.clone()));
    assert_eq!(value("users[1]"), Ok(planned.clone()));
    assert_eq!(value("users | last"), Ok(planned.clone()));
    assert_eq!(value("planned if inputs.count > 2 else later"), Ok(planned));
    assert_eq!(value("users | length"), Ok(json!(2)));
    assert_eq!(value("users[:1]"), Ok(json!(["005a"])));
    assert_eq!(value("planned is none"), Ok(json!(false)));
    assert_eq!(
        value("'to ' ~ later"),
        Ok(json!({"$join": ["to ", {"$ref": "a:a.x"}]}))
    );
    for computed in [
        "later == 'x'",
        "later is none",
        "later | upper",
        "users | join",
        "not later",
    ] {
        let why = value(computed).expect_err(computed);
        assert!(why.starts_with("unknown: "), "{computed}: {why}");
    }
}

#[test]
fn something_that_is_not_supported_is_named() {
    for (text, why) in [
        ("2 ** 3", "a power (`**`)"),
        ("users[0:1:2]", "a part in steps (`[a:b:c]`)"),
        (
            "1 < 2 < 3",
            "a chain of comparisons; write `and` between two",
        ),
        ("{'a': 1}", "a table (`{…}`)"),
        (
            "users | join(d='x')",
            "an argument with a name; write the arguments in their order",
        ),
        ("1e3", "a number that is not written in digits"),
        ("users is defined", "a test other than `is none`"),
    ] {
        assert_eq!(value(text), Err(format!("not supported: {why}")), "{text}");
    }
    let deep = format!("{}1", "not ".repeat(60));
    assert_eq!(
        value(&deep),
        Err("not supported: more than 40 levels".to_owned())
    );
}

#[test]
fn nothing_larger_than_the_limit_is_made() {
    let long = "inputs.name | replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')";
    let text = std::iter::once("inputs.name").chain(std::iter::repeat_n(
        "replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
        8,
    ));
    let text = text.collect::<Vec<_>>().join(" | ");
    assert!(value(long).is_ok());
    assert_eq!(
        value(&text),
        Err("the result is larger than 262144 bytes".to_owned())
    );
}

#[test]
fn a_missing_value_has_a_way_out() {
    assert_eq!(
        value("inputs.other"),
        Err("`inputs.other` has no value; write `${inputs.other | default(\"…\")}`".to_owned())
    );
    assert_eq!(value("inputs.other | default('x')"), Ok(json!("x")));
    assert_eq!(value("inputs.none | default('x')"), Ok(json!(null)));
    assert_eq!(value("inputs.none | default('x', true)"), Ok(json!("x")));
    assert_eq!(
        value("inputs.other ~ 'x'"),
        Err("it uses something that has no value; write `… | default(\"…\")`".to_owned())
    );
}
