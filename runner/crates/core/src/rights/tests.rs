use std::collections::BTreeSet;

use serde_json::json;
use usher_contract::manifest::Manifest;
use usher_contract::operation::{CreateRecord, Field, Key, Operation, UpdateRecord};
use usher_contract::value::Scalar;

use super::{ALL, Need, of_operation, of_reads, of_writes, unique};

fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        value: Scalar::Truth(true),
    }
}

fn create(object: &str, fields: &[&str]) -> Operation {
    Operation::Create(CreateRecord {
        object: object.to_owned(),
        fields: fields.iter().map(|name| field(name)).collect(),
        key: Key {
            conditions: Vec::new(),
            enforced: false,
        },
        options: Vec::new(),
    })
}

fn update(object: &str, fields: &[&str]) -> Operation {
    Operation::Update(UpdateRecord {
        object: object.to_owned(),
        id: Scalar::Text("005".to_owned()),
        fields: fields.iter().map(|name| field(name)).collect(),
        options: Vec::new(),
    })
}

fn words(needs: Vec<&'static Need>) -> String {
    let words = needs
        .iter()
        .map(|need| format!("{}: {}", need.to, need.in_words()));
    words.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_operation_names_the_permissions_that_salesforce_asks_for() {
    let needs = [
        create("User", &["LastName", "ContactId"]),
        update("user", &["UserRoleId"]),
        update("User", &["IsActive"]),
        create("PermissionSetAssignment", &["AssigneeId"]),
        update("Network", &["Status"]),
        create("Account", &["Name"]),
    ];
    let needs = needs.iter().flat_map(of_operation).collect();
    expect_test::expect![[r#"
        make or change external users: *Manage External Users*
        change internal users: *Manage Internal Users* or *Manage Users*
        change users: *Manage External Users* or *Manage Internal Users* or *Manage Users*
        assign permission sets: *Assign Permission Sets* or *Manage Users*
        make, change or publish sites: *Create and Set Up Experiences*"#]]
    .assert_eq(&words(needs));
}

#[test]
fn a_manifest_names_what_its_reads_and_later_writes_need() {
    let json = json!({
        "format": 1, "name": "p", "version": "1.0.0", "summary": "", "kind": "changing",
        "input": {"type": "object"}, "output": {"type": "object"},
        "reads": {
            "records": {"Contact": ["Account.Owner.UserRoleId"], "PermissionSetLicense": ["MasterLabel"]},
            "settings": ["Communities"]
        },
        "writes": {
            "deploy": ["Profile", "SharingSet"], "configure": {"Communities": ["x"]},
            "requests": ["POST connect/communities"]
        }
    });
    let manifest = Manifest::parse(json.to_string().as_bytes()).expect("a manifest");
    expect_test::expect![[r#"
        see roles: *View Roles and Role Hierarchy* or *View Setup and Configuration* or *Manage Roles* or *Manage Users*
        see permission set licenses: *View Setup and Configuration*
        use the Metadata API: *Modify Metadata Through Metadata API Functions* or *Modify All Data*"#]]
    .assert_eq(&words(of_reads(&manifest.reads)));
    expect_test::expect![[r#"
        use the Metadata API: *Modify Metadata Through Metadata API Functions* or *Modify All Data*
        change settings: *Customize Application*
        change profiles and permission sets: *Manage Profiles and Permission Sets*
        change sharing sets and sharing rules: *Manage Sharing* or *Customize Application*
        make, change or publish sites: *Create and Set Up Experiences*"#]]
    .assert_eq(&words(unique(of_writes(&manifest.writes))));
}

#[test]
fn one_of_the_permissions_is_enough() {
    let [need] = of_operation(&update("User", &["IsActive"]))[..] else {
        panic!("one need");
    };
    let has = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert!(need.is_met(&has(&["ManageUsers"])));
    assert!(!need.is_met(&has(&["ModifyAllData"])));
    assert!(need.one_of.iter().all(|right| ALL.contains(right)));
}
