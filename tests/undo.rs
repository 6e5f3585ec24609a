//! An undo: what it finds, what it reverts, and its words about the rest.

use expect_test::expect;
use serde_json::{Value, json};

use crate::conformance::component;
use crate::hostile::evil;
use crate::over_http::Served;
use crate::sweep::process::{Hold, Process};
use crate::world::{Product, Ran};

fn done(ran: Ran) {
    assert_eq!(ran.exit, 0, "{}", ran.text());
}

#[test]
fn a_change_whose_wait_failed_is_undone() {
    let product = Product::new();
    product
        .practice()
        .configure(&json!({ "practice.memberGroupsFail": true }));
    let applied = product.run("apply contracts/site --org practice --yes");
    expect![[r#"
        exit 20
        --- err
        No inputs given: on a practice org, the recipe's example is used.
          waiting  site  "Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure" (at most 11 min)
          done  site  "Make the site `Contract Desk` from the template `Customer Account Portal`"
          seen  site  "The site `Contract Desk` is under construction: only users who build it can enter"
          waiting  members  "Salesforce adds the profile `Customer Community Plus User`" (at most 10 min)
          FAILED  members  "Make the profile `Customer Community Plus User` a member of the site `Contract Desk`": run/wait-failed Salesforce adds the profile `Customer Community Plus User`: the org does not say why  (the org had taken it)
          seen  site  "Members of the site `Contract Desk` log in at `/contractdesk/login` behind the domain of the org's sites, once it is live"
        error: step `members`: `profile/Customer Community Plus User` failed with run/wait-failed
        help: look in Setup at what Salesforce was to do, put right what keeps it from that, then apply again
        code: run/failed
    "#]].assert_eq(&format!("exit {}\n--- err\n{}", applied.exit, applied.err));
    let shown = product.run("show --json").json();
    let outcome = &shown["steps"][2]["changes"][0]["outcome"];
    expect![[r#"
        {
          "code": "run/wait-failed",
          "how": "sent",
          "message": "Salesforce adds the profile `Customer Community Plus User`: the org does not say why",
          "state": "failed"
        }
    "#]].assert_eq(&format!("{outcome:#}\n"));
    let org = product.practice();
    let groups =
        "SELECT AssignmentStatus FROM NetworkMemberGroup WHERE Network.Name = 'Contract Desk'";
    expect![[r#"[{"AssignmentStatus":"FailedAdd"}]"#]]
        .assert_eq(&json!(org.query(groups)).to_string());
    drop(org);
    let undone = product.run("undo --yes");
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: Make an Experience Cloud site for the customers of Salesforce Contracts  (contracts/site)
          org     practice (practice org), as admin@practice.usher.example
          input   site = Contract Desk
          input   url = contractdesk
          input   template = Customer Account Portal
          input   profiles = Customer Community Plus User
          input   activate = true
          input   from_maintenance = false

        live  activate-site 0.1.0
          nothing is undone here
          note: never sent: 3 changes

        members  add-site-members 0.1.0
          ~ "Undo: Make the profile `Customer Community Plus User` a member of the site `Contract Desk`"
              update NetworkMemberGroup 0DLJca000000002OAA { AssignmentStatus: WaitingForRemove }
              may wait up to 10 min: "Salesforce takes the profile `Customer Community Plus User` away"

        site  create-site 0.1.0
          ~ "Undo: Make the site `Contract Desk` from the template `Customer Account Portal`"
              update Network 0DBJca000000002OAA { Status: DownForMaintenance }
          warning: only in part: Make the site `Contract Desk` from the template `Customer Account Portal` (the site stays, down for maintenance; sites cannot be deleted)

        Plan: 0 to create, 2 to change, 0 to delete; 2 requests to send.

        Undone: 2 changes. Run RUN.
        --- err
          waiting  members  "Salesforce takes the profile `Customer Community Plus User` away" (at most 10 min)
          done  members  "Undo: Make the profile `Customer Community Plus User` a member of the site `Contract Desk`"
          done  site  "Undo: Make the site `Contract Desk` from the template `Customer Account Portal`"
    "#]].assert_eq(&undone.text());
    let org = product.practice();
    expect!["[]"].assert_eq(&json!(org.query(groups)).to_string());
}

/// A recipe that shares one object with the users of one profile.
fn sharing(object: &str, profile: &str) -> String {
    format!(
        r#"
title = "Share {object}"

[[steps]]
id = "share"
use = "share-records"
with.sharing_set = {{ name = "Partners", profiles = ["{profile}"], mappings = [
    {{ object = "{object}", object_field = "Account", user_field = "Account", access = "Read" }},
] }}
"#
    )
}

/// A sharing set with one profile and one mapping.
fn with_a_set() -> Product {
    let product = Product::new();
    product.write_recipe("first.toml", sharing("Case", "Partner Community User"));
    product.write_recipe(
        "second.toml",
        sharing("Contact", "Customer Community Plus User"),
    );
    product.write_recipe("third.toml", sharing("Order", "Customer Community User"));
    done(product.run("apply first.toml --org practice --yes"));
    product
}

#[test]
fn what_was_added_to_a_component_that_was_there_is_taken_out() {
    let product = with_a_set();
    let before = product.practice().component("SharingSet", "Partners");
    assert!(before.contains("<object>Case</object>"), "{before}");
    done(product.run("apply second.toml --org practice --yes"));
    let applied = product.practice().component("SharingSet", "Partners");
    assert!(applied.contains("<object>Contact</object>"), "{applied}");
    let undone = product.run("undo --yes");
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: Share Contact  (second)
          org     practice (practice org), as admin@practice.usher.example

        share  share-records 0.1.0
          ~ "Undo: Add to the sharing set `Partners`: the profile `Customer Community Plus User`, Read on each Contact whose Account is Account of the user"
              change SharingSet `Partners`
                  accessMappings Contact: accessLevel: no longer Read
                  accessMappings Contact: object: no longer Contact
                  accessMappings Contact: objectField: no longer Account
                  accessMappings Contact: userField: no longer Account
                  profiles: no longer Customer Community Plus User

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.

        Undone: 1 change. Run RUN.
        --- err
          waiting  share  "Salesforce carries the deployment out" (at most 30 min)
          done  share  "Undo: Add to the sharing set `Partners`: the profile `Customer Community Plus User`, Read on each Contact whose Account is Account of the user"
    "#]].assert_eq(&undone.text());
    let after = product.practice().component("SharingSet", "Partners");
    assert_eq!(after, before);
    let again = product.run("undo --yes");
    done(again);
}

#[test]
fn what_somebody_else_added_to_a_component_since_is_not_lost() {
    let product = with_a_set();
    done(product.run("apply second.toml --org practice --yes"));
    let run = product.newest_run();
    done(product.run("apply third.toml --org practice --yes"));
    let before = product.practice().component("SharingSet", "Partners");
    let undone = product.run(&format!("undo {run} --yes"));
    expect![[r#"
        exit 0
        --- err
          kept  share  "Undo: Add to the sharing set `Partners`: the profile `Customer Community Plus User`, Read on each Contact whose Account is Account of the user": another user has added to it since: accessMappings `Order`, profiles `Customer Community User`
    "#]].assert_eq(&format!("exit {}\n--- err\n{}", undone.exit, undone.err));
    assert_eq!(
        product.practice().component("SharingSet", "Partners"),
        before
    );
    // The other addition is undone first; then this one can be.
    done(product.run("undo --yes"));
    let undone = product.run(&format!("undo {run} --yes"));
    expect![[r#"
        exit 0
        --- err
          waiting  share  "Salesforce carries the deployment out" (at most 30 min)
          done  share  "Undo: Add to the sharing set `Partners`: the profile `Customer Community Plus User`, Read on each Contact whose Account is Account of the user"
    "#]].assert_eq(&format!("exit {}\n--- err\n{}", undone.exit, undone.err));
    let after = product.practice().component("SharingSet", "Partners");
    assert!(!after.contains("Contact"), "{after}");
    assert!(!after.contains("Order"), "{after}");
}

const ASSIGN: &str = "apply fsc/assign-permissions --org practice --yes \
    --set user=jane.doe@example.com --set permission_sets=CLMRuntimeUser";

const SEATS: &str = "SELECT Assignee.Alias FROM PermissionSetLicenseAssign";

#[test]
fn a_license_that_salesforce_takes_back_by_itself_is_gone() {
    let product = Product::new();
    done(product.run(ASSIGN));
    let undone = product.run("undo --yes");
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: Assign permission sets to an external user  (fsc/assign-permissions)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   permission_sets = CLMRuntimeUser

        permissions  assign-permission-sets 0.1.0
          - "Undo: Assign the permission set `CLM Runtime User` to jane.doe@usher-practice.example"
              delete PermissionSetAssignment 0PaJca00000000CKAQ for good
          - "Undo: Give jane.doe@usher-practice.example the license `Contract Lifecycle Management User`"
              delete PermissionSetLicenseAssign 2LAJca000000001OAA for good
              only if no `PermissionSetAssignment` is there with `AssigneeId` = 005Jca000000006IAA, `PermissionSet.LicenseId` = 0PLJca000000001OAA
          note: In most cases Salesforce removes a permission set license by itself; Usher checks, and removes what is left

        Plan: 0 to create, 0 to change, 2 to delete; 2 requests to send.

        Undone: 2 changes. Run RUN.
        --- err
          done  permissions  "Undo: Assign the permission set `CLM Runtime User` to jane.doe@usher-practice.example"
          done  permissions  "Undo: Give jane.doe@usher-practice.example the license `Contract Lifecycle Management User`"  (was so already)
    "#]].assert_eq(&undone.text());
    assert_eq!(product.practice().query(SEATS).len(), 0);
}

#[test]
fn a_license_that_is_left_is_taken_unless_something_needs_it() {
    let product = Product::new();
    let keep = json!({ "practice.keepPermissionSetLicenses": true });
    product.practice().configure(&keep);
    done(product.run(ASSIGN));
    let run = product.newest_run();
    let org = product.practice();
    let license = org.id(
        "PermissionSetLicense",
        "MasterLabel = 'Contract Lifecycle Management User'",
    );
    let other = org.create(
        "PermissionSet",
        &json!({ "Name": "Also", "Label": "Also", "LicenseId": license }),
    );
    let jane = org.id("User", "Alias = 'jdoe'");
    let assigned = org.create(
        "PermissionSetAssignment",
        &json!({ "AssigneeId": jane, "PermissionSetId": other }),
    );
    drop(org);
    let kept = product.run("undo --yes");
    expect![[r#"
        exit 0
        --- err
          done  permissions  "Undo: Assign the permission set `CLM Runtime User` to jane.doe@usher-practice.example"
          kept  permissions  "Undo: Give jane.doe@usher-practice.example the license `Contract Lifecycle Management User`": undoing it is safe only while no `PermissionSetAssignment` is there with `AssigneeId` = 005Jca000000006IAA, `PermissionSet.LicenseId` = 0PLJca000000001OAA
    "#]].assert_eq(&format!("exit {}\n--- err\n{}", kept.exit, kept.err));
    let org = product.practice();
    assert_eq!(org.query(SEATS).len(), 1);
    let path = format!("/services/data/v66.0/sobjects/PermissionSetAssignment/{assigned}");
    org.send("DELETE", &path, &Value::Null);
    assert_eq!(org.query(SEATS).len(), 1);
    drop(org);
    let undone = product.run(&format!("undo {run} --yes"));
    expect![[r#"
        exit 0
        --- err
          done  permissions  "Undo: Give jane.doe@usher-practice.example the license `Contract Lifecycle Management User`"
    "#]]
    .assert_eq(&format!("exit {}\n--- err\n{}", undone.exit, undone.err));
    assert_eq!(product.practice().query(SEATS).len(), 0);
}

#[test]
fn what_others_put_below_a_new_account_keeps_it() {
    for (object, fields) in [
        ("Contact", json!({ "LastName": "Other" })),
        (
            "Opportunity",
            json!({ "Name": "Other", "StageName": "Prospecting", "CloseDate": "2026-12-24" }),
        ),
    ] {
        let product = Product::new();
        product.write_recipe(
            "mine.toml",
            "title = \"Acme\"\n[[steps]]\nid = \"account\"\nuse = \"ensure-record\"\n\
             with = { object = \"Account\", key = { Name = \"Acme\" } }\n",
        );
        done(product.run("apply mine.toml --org practice --yes"));
        let org = product.practice();
        let acme = org.id("Account", "Name = 'Acme'");
        let mut fields = fields;
        fields["AccountId"] = json!(acme);
        let other = org.create(object, &fields);
        drop(org);
        let undone = product.run("undo --yes");
        assert_eq!(
            undone.err,
            format!(
                "  kept  account  \"Undo: Make the account with Name `Acme`\": undoing it is safe only while \
                 no `{object}` is there with `AccountId` = {acme}\n"
            )
        );
        let org = product.practice();
        assert_eq!(org.id(object, &format!("Id = '{other}'")), other);
    }
}

#[test]
fn a_contact_is_deleted_only_if_no_user_is_made_from_it() {
    let product = Product::new();
    product.write_recipe(
        "mine.toml",
        "title = \"Ames\"\n[[steps]]\nid = \"contact\"\nuse = \"ensure-record\"\n\
         with = { object = \"Contact\", key = { LastName = \"Ames\" } }\n",
    );
    done(product.run("apply mine.toml --org practice --yes"));
    let shown = product.run("undo --yes");
    assert!(
        shown
            .out
            .contains("only if no `User` is there with `ContactId` = "),
        "{}",
        shown.text()
    );
    done(shown);
}

/// Applies a recipe; the process dies before the answer to its only request is written down.
fn die_in_doubt(product: &Product, org: &str) {
    product.write_recipe(
        "mine.toml",
        "title = \"Acme\"\n[[steps]]\nid = \"account\"\nuse = \"ensure-record\"\n\
         with = { object = \"Account\", key = { Name = \"Acme\" } }\n",
    );
    assert_eq!(product.run("runs").exit, 0);
    let journal = rusqlite::Connection::open(product.path("home/state/journal.db"));
    let journal = journal.expect("opens");
    let full = "CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.number = 4 \
                BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    journal.execute_batch(full).expect("a trigger");
    let applied = product.run(&format!("apply mine.toml --org {org} --yes"));
    assert_eq!(applied.exit, 41, "{}", applied.text());
    journal.execute_batch("DROP TRIGGER full").expect("dropped");
}

#[test]
fn looking_at_an_undo_does_not_end_the_run() {
    let mut product = Product::new();
    die_in_doubt(&product, "practice");
    product.answer(vec![Box::new(|| "no")]);
    let looked = product.run("undo");
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: Acme  (mine)
          org     practice (practice org), as admin@practice.usher.example

        account  ensure-record 0.1.0
          - "Undo: Make the account with Name `Acme`"
              delete Account 001Jca000000007IAA for good
              only if no `Contact` is there with `AccountId` = 001Jca000000007IAA
              only if no `Opportunity` is there with `AccountId` = 001Jca000000007IAA

        Plan: 0 to create, 0 to change, 1 to delete; 1 request to send.
        --- err
          resumed
          done  account  "Make the account with Name `Acme`"  (the answer was lost; it is there)
        Undo these changes? Type yes:
        Nothing was changed.
    "#]]
    .assert_eq(&looked.text());
    let resumed = product.run("resume");
    expect![[r#"
        exit 0
        --- out

        Done: 1 change. Run RUN.
        Next: run `usher check mine.toml --org practice` any time to see whether the org still matches the recipe.
        --- err
          resumed
          seen  account  "admin@practice.usher.example owns it"
    "#]]
    .assert_eq(&resumed.text());
}

#[test]
fn an_undo_that_cannot_clear_up_says_how_it_goes_on() {
    let mut product = Product::new();
    // A request over HTTP may be running for a while after its answer was lost.
    let served = Served::start_with(&product, &[]);
    product.set("USHER_TOKEN", &served.token);
    die_in_doubt(&product, &served.url);
    let org = product.practice();
    let acme = org.id("Account", "Name = 'Acme'");
    let path = format!("/services/data/v66.0/sobjects/Account/{acme}");
    org.send("DELETE", &path, &Value::Null);
    drop(org);
    let stopped = product.run_stopped("undo --yes");
    expect![[r#"
        exit 21
        --- out

        Not finished: interrupted. 0 of 1 change done. Run RUN.
        Next: run `usher resume RUN` to finish it, or `usher undo RUN` to undo it.
        --- err
          resumed
          waiting  account  a request whose answer was lost may still be running (at most SECONDS)
          interrupted
        error: the run was interrupted
        help: run `usher undo RUN` to continue
        code: run/interrupted
    "#]]
    .assert_eq(&without_seconds(&stopped.text()));
    let json = product.run_stopped("undo --yes --json");
    expect![[r#"{"code":"run/interrupted","exit":21,"help":"run `usher undo RUN` to continue","message":"the run was interrupted"}"#]].assert_eq(&json.json()["error"].to_string());
    let runs = product.run("runs --json").json();
    assert_eq!(runs["runs"][0]["end"], "stopped", "{runs:#}");
}

/// The text without the time that is left: it depends on the time that the machine took.
fn without_seconds(text: &str) -> String {
    let seconds = |second: u32| format!("(at most {second} s)");
    (1..=10).fold(text.to_owned(), |text, second| {
        text.replace(&seconds(second), "(at most SECONDS)")
    })
}

#[test]
fn one_ctrl_c_stops_an_undo_that_has_cleared_up_before() {
    let product = Product::new();
    die_in_doubt(&product, "practice");
    // The hold is after what was cleared up, the end of the run, the plan of its undo and the approval.
    let hold = Hold::at(&product, 5);
    let mut undo = Process::start(&product, "undo", "undo --yes", &[hold.variable()]);
    let ended = undo.until(|| hold.is_held());
    assert!(ended.is_none(), "it comes as far");
    undo.interrupt();
    undo.until(|| undo_says(&product, "Stopping when"));
    hold.release();
    let stopped = undo.end();
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    product.catch_up();
    done(product.run("undo --yes"));
}

/// Says whether the process `undo` has said so.
fn undo_says(product: &Product, what: &str) -> bool {
    let said = std::fs::read_to_string(product.path("undo.err"));
    said.is_ok_and(|said| said.contains(what))
}

/// Deleting an account would take its contacts along.
#[test]
fn what_somebody_changed_keeps_what_it_hangs_on() {
    let product = Product::new();
    product.write_recipe(
        "mine.toml",
        r#"
title = "A contact of a new account"

[[steps]]
id = "account"
use = "ensure-record"
with = { object = "Account", key = { Name = "Acme" } }

[[steps]]
id = "contact"
use = "ensure-record"
with = { object = "Contact", key = { LastName = "Ames", AccountId = "${steps.account.record_id}" }, values = { Title = "Duke" } }
"#,
    );
    done(product.run("apply mine.toml --org practice --yes"));
    let run = product.newest_run();
    let org = product.practice();
    let contact = org.id("Contact", "LastName = 'Ames'");
    org.update("Contact", &contact, &json!({ "Title": "King" }));
    drop(org);
    let undone = product.run("undo --yes");
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: A contact of a new account  (mine)
          org     practice (practice org), as admin@practice.usher.example

        contact  ensure-record 0.1.0
          - "Undo: Make the contact with LastName `Ames`"
              delete Contact 003Jca00000000CIAQ for good
              only if no `User` is there with `ContactId` = 003Jca00000000CIAQ

        account  ensure-record 0.1.0
          - "Undo: Make the account with Name `Acme`"
              delete Account 001Jca000000007IAA for good
              only if no `Contact` is there with `AccountId` = 001Jca000000007IAA
              only if no `Opportunity` is there with `AccountId` = 001Jca000000007IAA

        Plan: 0 to create, 0 to change, 2 to delete; 2 requests to send.

        Undone: 0 of 2 changes; the rest stays, for the reasons above. Run RUN.
        --- err
          kept  contact  "Undo: Make the contact with LastName `Ames`": it was changed outside this run since: `Title` is "King" and not "Duke"
          kept  account  "Undo: Make the account with Name `Acme`": what could not be undone refers to it: Make the contact with LastName `Ames`
    "#]].assert_eq(&undone.text());
    let org = product.practice();
    assert_eq!(
        org.query("SELECT Id FROM Account WHERE Name = 'Acme'")
            .len(),
        1
    );
    org.update("Contact", &contact, &json!({ "Title": "Duke" }));
    drop(org);
    let undone = product.run(&format!("undo {run} --yes"));
    done(undone);
    let left = product
        .practice()
        .query("SELECT Id FROM Account WHERE Name = 'Acme'");
    assert_eq!(left.len(), 0);
}

/// A plugin outside the box that makes a profile, gives it to Sam, and cannot set him back.
fn with_a_given_profile() -> Product {
    let product = Product::new();
    let sam = product.practice().id("User", "Alias = 'ssales'");
    let manifest = evil(&json!({
        "reads": { "records": { "Profile": ["Name"], "User": ["ProfileId"] } },
        "writes": { "deploy": ["Profile"], "update": { "User": ["ProfileId"] } },
    }));
    product.write("evil.wasm", component::under(&manifest.to_string()));
    let profile = json!({ "deploy": { "components": [{
        "name": { "kind": "Profile", "full-name": { "text": "Acme" } },
        "content": r#"{"custom": ["true"], "userLicense": ["Salesforce"]}"#,
    }] } });
    let by_name = json!({ "field": "Name", "any-of": [{ "text": "Acme" }] });
    let changes = json!([
        {
            "address": "profile",
            "summary": "Make the profile `Acme`",
            "operation": profile,
            "results": [{ "name": "id", "source": { "found": {
                "look": { "records": { "object": "Profile", "fields": ["Name"], "conditions": [by_name] } },
                "at": "Id",
            } } }],
            "undo": { "possible": { "way": "restore" } },
        },
        {
            "address": "sam",
            "summary": "Give it to Sam",
            "operation": { "update": { "object": "User", "id": { "text": sam }, "fields": [
                { "name": "ProfileId", "value": { "reference": { "bound": { "address": "profile", "name": "id" } } } },
            ] } },
            "undo": { "impossible": "the former profile is not known" },
        },
    ]);
    let input = json!({ "script": { "answer": { "ok": { "changes": changes } } } });
    let step = json!({ "id": "evil", "use": "./evil.wasm", "with": input });
    let recipe = json!({ "title": "A profile for Sam", "steps": [step] });
    product.write("mine.toml", toml::to_string(&recipe).expect("TOML"));
    product.allow("plan mine.toml --org practice");
    product
}

#[test]
fn a_profile_stays_with_the_user_who_cannot_be_set_back() {
    let product = with_a_given_profile();
    done(product.run("apply mine.toml --org practice --yes"));
    let run = product.newest_run();
    let undone = product.run(&format!("undo {run} --yes"));
    expect![[r#"
        exit 0
        --- out
        evil  evil 1.0.0, from the file `./evil.wasm`
          nothing is undone here
          warning: stays: Give it to Sam (the former profile is not known)
          warning: stays: Make the profile `Acme` (what stays refers to it: Give it to Sam)
        Nothing to undo in run RUN.
        --- err
    "#]]
    .assert_eq(&undone.text());
    let json = product.run(&format!("undo {run} --yes --json")).json();
    let notes = json["steps"][0]["notes"].as_array().expect("notes");
    let codes: Vec<&Value> = notes.iter().map(|note| &note["code"]).collect();
    assert_eq!(codes, ["undo/stays", "undo/stays"]);
}
