//! Of very many changes only those are counted that are like their neighbours.

use expect_test::expect;
use serde_json::{Value, json};

use super::{ADMIN, Evil, change, changes, update};

/// Makes a contact.
fn create(number: usize, more: &[Value]) -> Value {
    let name = format!("Doe{number:02}");
    let mut fields = vec![json!({ "name": "LastName", "value": { "text": name } })];
    fields.extend(more.iter().cloned());
    let key = json!([{ "field": "LastName", "any-of": [{ "text": name }] }]);
    let create = json!({ "create": { "object": "Contact", "fields": fields, "key": { "conditions": key } } });
    change(&name, &format!("Make {name}"), &create)
}

/// Sixty contacts are made; `other` is among them.
fn sixty(other: &Value) -> Evil {
    let mut all: Vec<Value> = (0..60).map(|number| create(number, &[])).collect();
    all[30] = other.clone();
    Evil::with(
        &json!({
            "reads": { "records": { "Contact": ["LastName"] } },
            "writes": {
                "create": { "Contact": ["LastName", "Email", "Phone"] },
                "update": { "User": ["Title", "Email", "ProfileId"] },
                "delete": ["Contact"],
            },
        }),
        &changes(&all),
    )
}

#[test]
fn what_differs_is_listed_and_the_numbers_stand_at_the_end() {
    let fields = json!({ "Title": { "text": "Dr" }, "Email": { "text": "evil@evil.example" } });
    let evil = sixty(&change("other", "Make Doe30", &update(ADMIN, &fields)));
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          + "Make Doe00"
              create Contact { LastName: Doe00 }
              undo: deleted
          + "Make Doe01"
              create Contact { LastName: Doe01 }
              undo: deleted
          + "Make Doe02"
              create Contact { LastName: Doe02 }
              undo: deleted
          … 26 changes more of this kind (`--full` shows all)
          + "Make Doe29"
              create Contact { LastName: Doe29 }
              undo: deleted
          ~ "Make Doe30"
              update User 005Jca000000001IAA { Email: admin@practice.usher.example -> evil@evil.example, Title: nothing -> Dr }
              undo: as it was before
          + "Make Doe31"
              create Contact { LastName: Doe31 }
              undo: deleted
          + "Make Doe32"
              create Contact { LastName: Doe32 }
              undo: deleted
          + "Make Doe33"
              create Contact { LastName: Doe33 }
              undo: deleted
          … 25 changes more of this kind (`--full` shows all)
          + "Make Doe59"
              create Contact { LastName: Doe59 }
              undo: deleted
          `create Contact`: 59 times (LastName)
          `update User`: 1 time (Email, Title)

        Plan: 59 to create, 1 to change, 0 to delete; 2 requests to send.
    "#]].assert_eq(&evil.plan());
    let more =
        ["Email", "Phone"].map(|name| json!({ "name": name, "value": { "text": "a@b.example" } }));
    let plan = sixty(&create(30, &more)).plan();
    let numbers = "`create Contact`: 60 times (LastName; 1 of them also Email, Phone)";
    assert!(plan.contains(numbers), "{plan}");
    assert!(
        plan.contains("create Contact { LastName: Doe30, Email: a@b.example,"),
        "{plan}"
    );
}

#[test]
fn another_way_back_is_a_difference() {
    let mut other = create(30, &[]);
    other["undo"] = json!({ "possible": { "way": { "instead": { "delete": {
        "object": "Contact", "id": { "reference": { "bound": { "address": "Doe31", "name": "id" } } },
    } } } } });
    let plan = sixty(&other).plan();
    assert!(
        plan.contains("undo: delete Contact <evil:Doe31.id> for good"),
        "{plan}"
    );
}

#[test]
fn what_raises_privileges_comes_first() {
    let fields =
        json!({ "Title": { "text": "Dr" }, "ProfileId": { "text": "00eJca00000000DIAQ" } });
    let evil = sixty(&change(
        "title 30",
        "Give title 30",
        &update(ADMIN, &fields),
    ));
    let plan = evil.plan();
    let first: Vec<&str> = plan.lines().take(5).collect();
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          ~ "Give title 30"
              update User 005Jca000000001IAA { ProfileId: 00eJca000000001IAA -> 00eJca00000000DIAQ, Title: nothing -> Dr }
              RAISES PRIVILEGES: ProfileId
              undo: as it was before"#]].assert_eq(&first.join("\n"));
}

#[test]
fn a_profile_is_a_table_with_what_it_may_do_before_it() {
    let flag = |name: &str, on: bool| json!({ "name": [name], "enabled": [on.to_string()] });
    let mut content = json!({
        "userPermissions": [flag("ApexRestServices", true), flag("ViewSetup", false), flag("ModifyAllData", true)],
        "objectPermissions": [
            { "object": ["Account"], "allowRead": ["true"], "allowEdit": ["false"] },
            { "object": ["Case"], "allowRead": ["true"], "viewAllRecords": ["true"], "modifyAllRecords": ["true"] },
        ],
    });
    let fields = (0..40).map(|number| {
        json!({ "field": [format!("Case.F{number:02}__c")], "editable": ["true"], "readable": ["true"] })
    });
    content["fieldPermissions"] = fields.collect();
    let deploy = json!({ "deploy": { "components": [{
        "name": { "kind": "Profile", "full-name": { "text": "Clerk" } },
        "content": content.to_string(),
    }] } });
    let evil = Evil::with(
        &json!({ "reads": { "components": ["Profile"] }, "writes": { "deploy": ["Profile"] } }),
        &changes(&[change("profile", "Let clerks see cases", &deploy)]),
    );
    let plan = evil.plan();
    let shown: Vec<&str> = plan
        .lines()
        .filter(|line| !line.contains("fieldPermissions"))
        .collect();
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          ~ "Let clerks see cases"
              make Profile `Clerk`
                  user permissions on: ModifyAllData, ApexRestServices
                  user permissions off: ViewSetup
                  object   read  create  edit  delete  view all  modify all
                  Case     yes   -       -     -       yes       yes
                  Account  yes   -       no    -       -         -
                  … 60 values more (`--full` shows all)
              RAISES PRIVILEGES: modifyAllRecords of Case, viewAllRecords of Case, ModifyAllData
              undo: as it was before

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send."#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn another_key_is_a_difference() {
    let mut other = create(30, &[]);
    let key = &mut other["operation"]["create"]["key"]["conditions"];
    *key = json!([{ "field": "LastName", "any-of": [{ "text": "Nobody" }] }]);
    let plan = sixty(&other).plan();
    let key = "not created when there is one already with LastName = Nobody";
    assert!(plan.contains(key), "{plan}");
}

#[test]
fn thousands_of_notes_do_not_push_the_changes_out_of_the_window() {
    let note = |number: usize, severity: &str| json!({ "severity": severity, "code": "n", "summary": format!("Note {number}"), "at": "" });
    let mut notes: Vec<Value> = (0..1_000).map(|number| note(number, "info")).collect();
    notes.push(note(1_000, "warning"));
    let fields = json!({ "Title": { "text": "Dr" } });
    let mut answer = changes(&[change("title", "Give a title", &update(ADMIN, &fields))]);
    answer["ok"]["notes"] = json!(notes);
    let evil = Evil::new(&json!({ "update": { "User": ["Title"] } }), &answer);
    let plan = evil.plan();
    assert!(plan.lines().count() < 60, "{plan}");
    assert!(
        plan.contains("  warning: \"Note 1000\"\n  note: \"Note 0\"\n"),
        "{plan}"
    );
    assert!(
        plan.contains("… 951 notes more (`--full` shows all)\n"),
        "{plan}"
    );
}
