use std::collections::BTreeMap;

use expect_test::expect;
use serde_json::json;
use usher_contract::manifest::Writes;

use super::{Bound, giving, kinds, narrowed};

fn writes(json: serde_json::Value) -> Writes {
    serde_json::from_value(json).expect("writes")
}

#[test]
fn an_older_bound_is_names_only() {
    let older = json!({ "create": { "User": ["Email"] }, "update": {}, "delete": [], "configure": {}, "deploy": [],
        "requests": [] });
    let bound: Bound = serde_json::from_value(older.clone()).expect("a bound");
    assert_eq!(bound.within, None);
    assert_eq!(serde_json::to_value(&bound).expect("JSON"), older);
}

#[test]
fn objects_that_the_input_names_are_the_only_ones() {
    let declared = writes(json!({
        "create": { "Account": ["Name"], "Contact": ["LastName"] }, "update": { "Contact": ["Email"] },
        "delete": ["Account"], "deploy": ["Profile"],
    }));
    let narrow = narrowed(&declared, &["contact".to_owned()]);
    assert_eq!(narrow.create.keys().collect::<Vec<_>>(), ["Contact"]);
    assert_eq!(narrow.delete, Vec::<String>::new());
    assert_eq!(kinds(&narrow), 2);
    // It names something else: whatever the property means, it names no object that is written.
    assert_eq!(narrowed(&declared, &["Case".to_owned()]), declared);
}

#[test]
fn fields_that_give_something_to_somebody() {
    let declared = writes(json!({
        "create": {
            "PermissionSetAssignment": ["AssigneeId", "PermissionSetId", "PermissionSetGroupId"],
            "NetworkMemberGroup": ["NetworkId", "ParentId"],
            "Account": ["ParentId"],
        },
        "update": { "User": ["ProfileId", "UserRoleId", "Title"], "Profile": ["PermissionsApiEnabled"] },
    }));
    expect![[
        r#"["ParentId", "PermissionSetGroupId", "PermissionSetId", "ProfileId", "UserRoleId"]"#
    ]]
    .assert_eq(&format!("{:?}", giving(&declared)));
    assert_eq!(
        giving(&Writes {
            create: BTreeMap::new(),
            ..Writes::default()
        }),
        Vec::<String>::new()
    );
}
