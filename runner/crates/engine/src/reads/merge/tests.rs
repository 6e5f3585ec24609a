use serde_json::json;
use usher_core::operation::{Condition, Lookup};
use usher_core::value::Scalar;

/// The queries of lookups that nothing bounds.
fn groups(lookups: Vec<Lookup>) -> Vec<super::Group> {
    super::groups(&lookups)
}

fn lookup(object: &str, fields: &[&str], field: &str, values: &[Scalar]) -> Lookup {
    Lookup {
        object: object.into(),
        fields: fields.iter().map(|name| (*name).to_owned()).collect(),
        conditions: vec![Condition {
            field: field.into(),
            any_of: values.to_vec(),
        }],
    }
}

#[test]
fn lookups_of_one_object_become_one_query_and_are_told_apart() {
    let label = lookup(
        "PermissionSet",
        &["Name"],
        "Label",
        &[Scalar::text("A"), Scalar::text("b'c")],
    );
    let name = lookup(
        "PermissionSet",
        &["Label"],
        "Profile.Name",
        &[Scalar::text("a")],
    );
    let merged = groups(vec![label.clone(), name.clone(), label.clone()]);
    assert_eq!(merged.len(), 1);
    assert_eq!(
        merged[0].soql(None),
        "SELECT Id, Name, Label, Profile.Name FROM PermissionSet \
         WHERE (Label IN ('A', 'b\\'c')) OR (Profile.Name = 'a') ORDER BY Id"
    );
    let rows = [
        json!({"Id": "1", "Name": "N1", "Label": "a", "Profile": null}),
        json!({"Id": "2", "Name": "N2", "Label": "x", "Profile": {"Name": "A"}}),
    ];
    let split = merged.into_iter().next().expect("one").split(&rows);
    assert_eq!(json!(split[0].1), json!([{"Id": "1", "Name": "N1"}]));
    assert_eq!(json!(split[1].1), json!([{"Id": "2", "Label": "x"}]));
}

#[test]
fn nothing_is_asked_for_twice() {
    let id = |values: &[&str]| {
        let values: Vec<Scalar> = values.iter().map(|id| Scalar::text(*id)).collect();
        lookup("User", &["Name"], "Id", &values)
    };
    let soql = |lookups: Vec<Lookup>| groups(lookups)[0].soql(None);
    assert_eq!(
        soql(vec![id(&["005Jca000000006", "005Jca000000006IAA", "x"])]),
        "SELECT Id, Name FROM User WHERE Id IN ('005Jca000000006', 'x') ORDER BY Id"
    );
    let other = Lookup {
        fields: vec!["Email".into()],
        ..id(&["a"])
    };
    assert_eq!(
        soql(vec![id(&["a"]), id(&["b", "a"]), other]),
        "SELECT Id, Name, Email FROM User WHERE Id IN ('a', 'b') ORDER BY Id"
    );
    let two = |name: &str| {
        let mut two = id(&["a"]);
        two.fields = vec![name.into()];
        two.conditions
            .push(Condition::is("IsActive", Scalar::Truth(true)));
        two
    };
    assert_eq!(
        soql(vec![two("Name"), two("Email")]),
        "SELECT Id, Name, IsActive, Email FROM User WHERE Id = 'a' AND IsActive = true ORDER BY Id"
    );
}

#[test]
fn a_lookup_without_conditions_finds_all() {
    let all = Lookup {
        conditions: Vec::new(),
        ..lookup("User", &["Name"], "Id", &[])
    };
    assert_eq!(
        groups(vec![all.clone()])[0].soql(None),
        "SELECT Id, Name FROM User ORDER BY Id"
    );
    let one = lookup("User", &[], "Name", &[Scalar::text("b")]);
    let merged = groups(vec![one, all]);
    assert_eq!(
        merged[0].soql(None),
        "SELECT Id, Name FROM User ORDER BY Id"
    );
    let rows = [
        json!({"Id": "1", "Name": "a"}),
        json!({"Id": "2", "Name": "b"}),
    ];
    let split = merged.into_iter().next().expect("one").split(&rows);
    assert_eq!((split[0].1.len(), split[1].1.len()), (1, 2));
}

#[test]
fn conditions_are_written_as_soql_wants_them() {
    let values = [
        Scalar::Nothing,
        Scalar::text(""),
        Scalar::text("x"),
        Scalar::Truth(true),
    ];
    let text = |values: &[Scalar]| groups(vec![lookup("X", &[], "F", values)])[0].soql(None);
    assert_eq!(
        text(&values),
        "SELECT Id FROM X WHERE (F = 'x' OR F = null OR F = true) ORDER BY Id"
    );
    assert_eq!(text(&[]), "SELECT Id FROM X WHERE Id = null ORDER BY Id");
    let times = [
        Scalar::Date("2026-11-22".into()),
        Scalar::DateTime("2026-11-22T10:00:00Z".into()),
        Scalar::DateTime("2026-11-22T11:30:00.5+0130".into()),
    ];
    assert_eq!(
        text(&times),
        "SELECT Id FROM X WHERE (F = 2026-11-22 OR F = 2026-11-22T10:00:00Z \
         OR F = 2026-11-22T10:00:00.5Z) ORDER BY Id"
    );
    let blanks = [
        Scalar::text(" x\t"),
        Scalar::text("\u{3000}"),
        Scalar::text("  "),
    ];
    assert_eq!(
        text(&blanks),
        "SELECT Id FROM X WHERE (F IN ('x', '\u{3000}') OR F = null) ORDER BY Id"
    );
}
