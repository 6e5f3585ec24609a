use std::collections::BTreeSet;

use serde_json::json;
use usher_contract::manifest::{Manifest, Reads};
use usher_contract::operation::{CreateRecord, Field, Key, Operation, UpdateRecord};
use usher_contract::value::Scalar;

use super::reads::sights;
use super::{ALL, Made, Met, Need, need_of, of_operation, of_plan, of_reads, of_writes, unique};
use crate::plan::{How, PlannedStep, ProblemClass, Sight, StepState};

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
        make or change external users: one of *Manage External Users*, *Delegated External User Administrator* and *Manage External Users (Limited)*
        change internal users: one of *Manage Internal Users* and *Manage Users*
        change users: one of *Manage External Users*, *Manage Internal Users*, *Manage Users*, *Delegated External User Administrator* and *Manage External Users (Limited)*
        assign permission sets: one of *Assign Permission Sets* and *Manage Users*
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
        see roles: one of *View Roles and Role Hierarchy*, *View Setup and Configuration*, *Manage Roles* and *Manage Users*
        see permission set licenses: *View Setup and Configuration*
        use the Metadata API: one of *Modify Metadata Through Metadata API Functions* and *Modify All Data*"#]]
    .assert_eq(&words(sights(&manifest.reads).iter().map(|sight| need_of(*sight)).collect()));
    expect_test::expect![[r#"
        use the Metadata API: one of *Modify Metadata Through Metadata API Functions* and *Modify All Data*
        change settings: *Customize Application*
        change profiles and permission sets: *Manage Profiles and Permission Sets*
        change sharing sets and sharing rules: one of *Manage Sharing* and *Customize Application*
        make, change or publish sites: *Create and Set Up Experiences*"#]]
    .assert_eq(&words(unique(of_writes(&manifest.writes))));
}

#[test]
fn one_of_the_permissions_is_enough() {
    let [need] = of_operation(&update("User", &["IsActive"]))[..] else {
        panic!("one need");
    };
    assert_eq!(need.met(&has(&["ManageUsers"])), Met::Yes);
    assert_eq!(need.met(&has(&["ModifyAllData"])), Met::No);
    assert!(need.rights().all(|right| ALL.contains(right)));
}

#[test]
fn a_permission_for_some_external_users_may_be_enough() {
    let [need] = of_operation(&create("User", &["ContactId"]))[..] else {
        panic!("one need");
    };
    for name in ["DelegatedPortalUserAdmin", "ManageMyExternalUsers"] {
        let Met::Perhaps(narrow) = need.met(&has(&[name])) else {
            panic!("{name} may be enough");
        };
        assert_eq!(narrow.right.name, name);
    }
    assert_eq!(
        need.met(&has(&["DelegatedPortalUserAdmin", "ManagePartners"])),
        Met::Yes
    );
    let [need] = of_operation(&create("User", &["UserRoleId"]))[..] else {
        panic!("one need");
    };
    assert_eq!(need.met(&has(&["DelegatedPortalUserAdmin"])), Met::No);
}

fn has(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A plugin that reads roles and sets, and does without metadata.
fn reader() -> Manifest {
    let json = json!({
        "format": 1, "name": "p", "version": "1.0.0", "summary": "", "kind": "changing",
        "input": {"type": "object"}, "output": {"type": "object"},
        "reads": {
            "records": {
                "Contact": ["Name", "Account.Owner.UserRoleId"], "PermissionSet": ["Label"],
                "PermissionSetLicense": ["MasterLabel"]
            },
            "settings": ["Sharing"], "components": ["Profile"]
        },
        "does_without": {"settings": ["Sharing"], "components": ["Profile"]},
        "writes": {"create": {"User": ["ContactId"]}}
    });
    Manifest::parse(json.to_string().as_bytes()).expect("a manifest")
}

fn lookup(object: &str, fields: &[&str]) -> Reads {
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    Reads {
        records: [(object.to_owned(), fields)].into(),
        ..Reads::default()
    }
}

fn settings() -> Reads {
    Reads {
        settings: vec!["Sharing".to_owned()],
        ..Reads::default()
    }
}

fn failed(class: ProblemClass) -> StepState {
    StepState::Failed {
        class,
        problems: Vec::new(),
    }
}

fn reads_in_words(state: &StepState, made: &Made) -> String {
    let needs = of_reads(&reader(), state, made);
    let sights = needs.sights.iter();
    let sights = sights.map(|(sight, how)| format!("{}: {how:?}", need_of(*sight).to));
    let objects = needs.objects.iter().cloned();
    sights.chain(objects).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_plan_needs_what_it_was_made_from() {
    let mut made = Made {
        all: lookup("Contact", &["Account.Owner.UserRoleId"]),
        ..Made::default()
    };
    made.all.settings = vec!["Sharing".to_owned()];
    let planned = reads_in_words(&StepState::Changes, &made);
    assert_eq!(
        planned,
        "see roles: Needed; use the Metadata API: Without; Account; Contact"
    );
    // The plugin goes on after a refusal, although its manifest does not say so.
    made.refused = lookup("Contact", &["Account.Owner.UserRoleId"]);
    let planned = reads_in_words(&StepState::AsWanted, &made);
    assert_eq!(
        planned,
        "see roles: Without; use the Metadata API: Without; Account; Contact"
    );
}

#[test]
fn a_step_without_plan_missed_what_the_org_refused_or_may_hide() {
    let all = "Account; Contact";
    let state = failed(ProblemClass::Unmet);
    let refused = Made {
        refused: lookup("Contact", &["Account.Owner.UserRoleId"]),
        ..Made::default()
    };
    assert_eq!(
        reads_in_words(&state, &refused),
        format!(
            "see roles: Missed; see permission set licenses: Later; see permission sets: Later; use the Metadata API: Without; {all}"
        )
    );
    let hidden = Made {
        empty: lookup("PermissionSet", &["Label"]),
        ..Made::default()
    };
    assert_eq!(
        reads_in_words(&failed(ProblemClass::Invalid), &hidden),
        format!(
            "see roles: Later; see permission set licenses: Later; see permission sets: Missed; use the Metadata API: Without; {all}"
        )
    );
    // A step that does without a read has failed for another reason.
    let without = Made {
        refused: settings(),
        empty: lookup("Contact", &["Account.Owner.UserRoleId"]),
        ..Made::default()
    };
    let later = format!(
        "see roles: Later; see permission set licenses: Later; see permission sets: Later; use the Metadata API: Without; {all}"
    );
    assert_eq!(reads_in_words(&state, &without), later);
    // An org that does not answer says nothing about permissions.
    let state = failed(ProblemClass::Unavailable);
    assert_eq!(reads_in_words(&state, &refused), later);
}

#[test]
fn what_one_step_needs_no_other_does_without() {
    let step = |how: How| {
        let mut step: PlannedStep = serde_json::from_value(json!({
            "id": "s", "plugin": null, "state": "as-wanted", "input": {}, "before": {},
            "plan": {"changes": [], "effects": [], "outputs": {}, "notes": []}
        }))
        .expect("a step");
        let needs = std::sync::Arc::make_mut(&mut step.reads);
        needs.sights.insert(Sight::Metadata, how);
        step
    };
    let words = |steps: &[PlannedStep]| {
        let needs = of_plan(steps);
        let to = |needs: &[&Need]| {
            needs
                .iter()
                .map(|need| need.to)
                .collect::<Vec<_>>()
                .join("")
        };
        format!("{}; {}", to(&needs.needed), to(&needs.without))
    };
    assert_eq!(words(&[step(How::Without)]), "; use the Metadata API");
    assert_eq!(
        words(&[step(How::Without), step(How::Later)]),
        "use the Metadata API; "
    );
}
