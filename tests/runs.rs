//! The life of a run: stopped and resumed, shown, undone, undone again, applied again.

use expect_test::expect;
use serde_json::{Value, json};

use crate::world::{Org, Product};

const APPLY: &str = "apply fsc/customer-user --org practice --yes";

/// External users of the example's contact.
fn users(org: &Org) -> usize {
    org.query("SELECT Id FROM User WHERE Contact.Email = 'maria.meyer@example.com'")
        .len()
}

#[test]
fn a_run_that_was_asked_to_stop_is_resumed() {
    let product = Product::new();
    let before = product.practice().fingerprint();
    let stopped = product.run_stopped(APPLY);
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    assert!(
        stopped.err.contains("code: run/interrupted"),
        "{}",
        stopped.text()
    );
    assert_eq!(product.practice().fingerprint(), before);
    let runs = product.run("runs --json").json();
    assert_eq!(runs["runs"][0]["end"], "stopped", "{runs:#}");
    let resumed = product.run("resume --json").json();
    assert_eq!(resumed["end"], "done", "{resumed:#}");
    assert_eq!(users(&product.practice()), 1);
    assert_eq!(
        product.run("check fsc/customer-user --org practice").exit,
        0
    );
    let nothing = product.run("resume");
    assert_eq!(nothing.exit, 2);
    assert!(nothing.err.contains("code: run/none"), "{}", nothing.text());
}

#[test]
fn a_run_is_taken_back_only_once_and_applied_again_without_a_second_user() {
    let product = Product::new();
    assert_eq!(product.run(APPLY).exit, 0);
    let run = product.newest_run();
    let undone = product.run("undo --yes");
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: Give a customer access to Financial Services Cloud in Experience Cloud  (fsc/customer-user)
          org     practice (practice org), as admin@practice.usher.example
          input   contact = Maria Meyer, maria.meyer@example.com (003Jca000000003IAA)
          input   profile = Client Customer Community Plus
          input   change_profile = false
          input   site = Client Portal
          input   add_profile_to_site = false
          input   activate = true
          input   from_maintenance = false
          input   owner_role = "Customer Support, North America"
          input   permission_sets = Customer Community Read Only
          input   role_levels = 0

        live  activate-site 0.1.0
          ~ "Undo: Activate the site `Client Portal`"
              update Network 0DBJca000000001OAA { Status: DownForMaintenance }
          warning: only in part: Activate the site `Client Portal` (the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back)
          note: nothing to undo: Publish the site `Client Portal`

        permissions  assign-permission-sets 0.1.0
          - "Undo: Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
              delete PermissionSetAssignment 0PaJca00000000DKAQ for good

        user  enable-user 0.1.0
          ~ "Undo: Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
              update User 005Jca00000000CIAQ { IsActive: false }
          warning: only in part: Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus` (the user stays, inactive)
          note: the role stays

        owner_role  assign-role 0.1.0
          ~ "Undo: Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`"
              update User 005Jca000000007IAA { UserRoleId: 00EJca00000000AMAQ -> nothing }
              only if no `User` is there with `Account.OwnerId` = 005Jca000000007IAA, `UserType` = PowerCustomerSuccess or PowerPartner or CustomerSuccess

        Plan: 0 to create, 3 to change, 1 to delete; 4 requests to send.

        Undone: 3 of 4 changes; the rest stays, for the reasons above. Run RUN.
        --- err
          done  live  "Undo: Activate the site `Client Portal`"
          done  permissions  "Undo: Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
          done  user  "Undo: Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
          kept  owner_role  "Undo: Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`": undoing it is safe only while no `User` is there with `Account.OwnerId` = 005Jca000000007IAA, `UserType` = PowerCustomerSuccess or PowerPartner or CustomerSuccess
    "#]].assert_eq(&undone.text());
    assert_eq!(
        product.run("check fsc/customer-user --org practice").exit,
        11
    );
    let over = product.run("undo --yes");
    assert_eq!(over.text(), "exit 0\n--- out\nNothing to undo.\n--- err\n");
    // The undo of a named run tries again what was kept; nothing else is left.
    let again = product.run(&format!("undo {run} --yes --json")).json();
    assert_eq!(again["requests"]["write"], 0, "{again:#}");
    let steps = again["steps"].as_array().expect("steps");
    let changes = steps.iter().flat_map(|step| step["changes"].as_array());
    let changes: Vec<&Value> = changes.flatten().collect();
    assert_eq!(changes.len(), 1, "{again:#}");
    assert_eq!(changes[0]["outcome"]["state"], "kept", "{again:#}");
    let undone = json!("undone before: 1 change");
    let site = &steps[0]["notes"];
    assert_eq!(site[1]["message"], undone, "{again:#}");
    // The undo took the site down, and a site that is down goes live only when that is said.
    let refused = product.run(APPLY);
    assert_eq!(refused.exit, 20, "{}", refused.text());
    let inputs = "contact = \"maria.meyer@example.com\"\nsite = \"Client Portal\"\nactivate = true\nfrom_maintenance = true\n";
    product.write("again.toml", inputs);
    let applied = product.run(&format!("{APPLY} --inputs again.toml"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(users(&product.practice()), 1);
    let check = "check fsc/customer-user --org practice --inputs again.toml";
    assert_eq!(product.run(check).exit, 0);
}

#[test]
fn what_somebody_changed_since_is_kept() {
    let product = Product::new();
    assert_eq!(
        product
            .run("apply fsc/assign-permissions --org practice --yes")
            .exit,
        0
    );
    let org = product.practice();
    let assigned = org.id(
        "PermissionSetAssignment",
        "PermissionSet.Label = 'Customer Community Read Only' AND Assignee.Email = 'jane.doe@example.com'",
    );
    org.send(
        "DELETE",
        &format!("/services/data/v66.0/sobjects/PermissionSetAssignment/{assigned}"),
        &Value::Null,
    );
    let undone = product.run("undo --yes --json").json();
    assert_eq!(undone["end"], "done", "{undone:#}");
    assert_eq!(
        undone["steps"][0]["changes"][0]["outcome"]["how"], "as-wanted",
        "{undone:#}"
    );
    assert_eq!(undone["requests"]["write"], 0);
}

#[test]
fn a_run_is_shown_with_every_request_and_no_secret() {
    let product = Product::new();
    assert_eq!(product.run(APPLY).exit, 0);
    let shown = product.run("show --json").json();
    assert_eq!(shown["end"], "done");
    assert_eq!(
        shown["steps"][2]["changes"][0]["outcome"]["state"], "done",
        "{shown:#}"
    );
    let text = product.run("show");
    assert_eq!(text.exit, 0, "{}", text.text());
    assert!(text.out.contains("done  owner_role"), "{}", text.text());
    let requests = product.run("show --requests --json").json();
    let made = requests["requests"].as_array().expect("a list");
    let writes = made
        .iter()
        .filter(|request| request["method"] == "PATCH" && request["status"] == 200)
        .count();
    assert!(writes >= 2, "{requests:#}");
    // A read may be refused: not every org has user access policies.
    let is_answered = |request: &Value| matches!(request["status"].as_u64(), Some(200 | 400));
    assert!(made.iter().all(is_answered), "{requests:#}");
    assert!(!requests.to_string().contains("Bearer"));
}

#[test]
fn runs_that_have_ended_are_forgotten_and_others_are_not() {
    let product = Product::new();
    assert_eq!(product.run(APPLY).exit, 0);
    assert_eq!(
        product
            .run_stopped("apply fsc/assign-permissions --org practice --yes")
            .exit,
        21
    );
    let kept = product.run("runs prune --json").json();
    assert_eq!(kept["forgotten"], json!([]));
    let forgotten = product.run("runs prune --older-than 0 --json").json();
    assert_eq!(forgotten["forgotten"].as_array().map(Vec::len), Some(1));
    let left = product.run("runs --json").json();
    assert_eq!(left["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(left["runs"][0]["end"], "stopped");
}

#[test]
fn a_second_run_at_once_is_told_who_is_at_work() {
    let product = Product::new();
    let stopped = product.run_stopped(APPLY);
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let before = product.practice().fingerprint();
    let leases = std::fs::read_dir(product.path("home/state/leases")).expect("a folder");
    let lease = leases.map(|entry| entry.expect("an entry").path()).next();
    let held = std::fs::File::open(lease.expect("a lease")).expect("opens");
    held.lock().expect("nobody else holds it");
    for command in [APPLY, "resume"] {
        let refused = product.run(command);
        assert_eq!(refused.exit, 20, "{}", refused.text());
        assert!(
            refused
                .err
                .contains("error: another run is changing the org 00D")
                && refused
                    .err
                    .contains(", run RUN, since 2026-11-22T10:00:00Z")
                && refused.err.contains("code: run/org-in-use"),
            "{}",
            refused.text()
        );
    }
    assert_eq!(product.practice().fingerprint(), before);
    drop(held);
    assert_eq!(product.run("resume").exit, 0);
}
