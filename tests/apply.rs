//! The main job: plan, apply, check, again.

use expect_test::expect;
use serde_json::json;

use crate::world::Product;

#[test]
fn the_example_from_plan_to_nothing_left_to_do() {
    let product = Product::new();
    let plan = product.run("plan fsc/assign-permissions --org practice");
    expect![[r#"
        exit 0
        --- out
        Assign permission sets to an external user  (fsc/assign-permissions)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   permission_sets = Customer Community Read Only

        permissions  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.
        --- err
        No inputs given: on a practice org, the recipe's example is used.
    "#]].assert_eq(&plan.text());
    assert_eq!(
        product
            .run("check fsc/assign-permissions --org practice")
            .exit,
        11
    );
    let applied = product.run("apply fsc/assign-permissions --org practice --yes");
    expect![[r#"
        exit 0
        --- out
        Assign permission sets to an external user  (fsc/assign-permissions)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   permission_sets = Customer Community Read Only

        permissions  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.

        Done: 1 change. Run RUN.
        Next: run `usher check fsc/assign-permissions --org practice` any time to see whether the org still matches the recipe.
        --- err
        No inputs given: on a practice org, the recipe's example is used.
          done  permissions  "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
    "#]].assert_eq(&applied.text());
    let again = product.run("apply fsc/assign-permissions --org practice --yes");
    expect![[r#"
        exit 0
        --- out
        Assign permission sets to an external user  (fsc/assign-permissions)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   permission_sets = Customer Community Read Only

        permissions  assign-permission-sets 0.1.0
          as wanted, nothing to do

        Nothing to change: the org is as the recipe says.
        --- err
        No inputs given: on a practice org, the recipe's example is used.
    "#]]
    .assert_eq(&again.text());
    assert_eq!(
        product
            .run("check fsc/assign-permissions --org practice")
            .exit,
        0
    );
    let runs = product.run("runs --json").json();
    assert_eq!(runs["runs"].as_array().map(Vec::len), Some(1), "{runs}");
    assert_eq!(runs["runs"][0]["end"], "done");
}

#[test]
fn the_same_as_json() {
    let product = Product::new();
    let applied = product
        .run("apply fsc/assign-permissions --org practice --yes --json")
        .json();
    assert_eq!(applied["requests"]["write"], 1);
    assert_eq!(applied["end"], "done");
    let change = &applied["steps"][0]["changes"][0];
    expect![[r#"
        {
          "address": "assignment/FinServ__CustomerCommunityReadOnly",
          "after": {
            "AssigneeId": "005Jca000000006IAA",
            "PermissionSetId": "0PSJca00000000FOAQ"
          },
          "before": null,
          "operation": {
            "key": [
              {
                "any_of": [
                  "005Jca000000006IAA"
                ],
                "field": "AssigneeId"
              },
              {
                "any_of": [
                  "0PSJca00000000FOAQ"
                ],
                "field": "PermissionSetId"
              }
            ],
            "object": "PermissionSetAssignment",
            "verb": "create"
          },
          "outcome": {
            "how": "sent",
            "state": "done",
            "values": {
              "id": "0PaJca00000000CKAQ"
            }
          },
          "summary": "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example",
          "undo": "undo: deleted"
        }"#]].assert_eq(&serde_json::to_string_pretty(change).expect("JSON"));
    let again = product
        .run("apply fsc/assign-permissions --org practice --yes --json")
        .json();
    assert_eq!(again["requests"]["write"], 0);
    assert_eq!(again["steps"][0]["state"], "as-wanted");
    assert_eq!(again["steps"][0]["changes"], json!([]));
}

#[test]
fn nothing_is_changed_without_a_yes() {
    let product = Product::new();
    let before = product.practice().fingerprint();
    let refused = product.run("apply fsc/assign-permissions --org practice");
    assert_eq!(refused.exit, 2);
    assert_eq!(
        refused.err.lines().skip(1).collect::<Vec<_>>(),
        [
            "error: Usher cannot ask here for an approval of the plan",
            "help: look at it with `usher plan`, then pass `--yes`",
            "code: apply/not-approved",
        ]
    );
    assert_eq!(product.practice().fingerprint(), before);
}

#[test]
fn sets_by_label_by_api_name_and_as_a_group_with_the_license_they_need() {
    let product = Product::new();
    let org = product.practice();
    let license = org.set(
        "PermissionSetLicense",
        None,
        &json!({ "DeveloperName": "Vault", "PermissionSetLicenseKey": "Vault", "MasterLabel": "Vault", "TotalLicenses": 3, "Status": "Active" }),
    );
    let license = license["id"].as_str().expect("an id");
    org.create("PermissionSet", &json!({ "Name": "Vault_Reader", "Label": "Vault – „Lësen“ & 'more'", "LicenseId": license }));
    org.create(
        "PermissionSet",
        &json!({ "Name": "Plain_One", "Label": "Plain One" }),
    );
    let group = org.create(
        "PermissionSetGroup",
        &json!({ "DeveloperName": "Whole_Team", "MasterLabel": "Whole Team" }),
    );
    org.set(
        "PermissionSetGroup",
        Some(&group),
        &json!({ "Status": "Updated" }),
    );
    let words = [
        "apply",
        "fsc/assign-permissions",
        "--org",
        "practice",
        "--yes",
        "--json",
        "--set",
        "user=jane.doe@example.com",
        "--set",
        r#"permission_sets=["Vault – „Lësen“ & 'more'", "Plain_One", "Whole Team", "plain one"]"#,
    ];
    let applied = product.run_words(&words).json();
    let changes = applied["steps"][0]["changes"].as_array().expect("changes");
    let addresses: Vec<_> = changes
        .iter()
        .map(|change| change["address"].as_str())
        .collect();
    assert_eq!(
        addresses,
        [
            Some("license/Vault"),
            Some("assignment/Vault_Reader"),
            Some("assignment/Plain_One"),
            Some("assignment/Whole_Team")
        ],
        "{applied:#}"
    );
    assert_eq!(applied["requests"]["write"], 2);
    let again = product.run_words(&words).json();
    assert_eq!(again["requests"]["write"], 0, "{again:#}");
}
