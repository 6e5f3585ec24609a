//! Steps that deploy metadata: a profile is cloned, and a sharing set is made for it, in one plan.

use expect_test::expect;
use serde_json::json;

use crate::world::Product;

const RECIPE: &str = r#"
title = "Partners see their cases"

[[steps]]
id = "profile"
use = "clone-profile"
with = { source = "Partner Community User", name = "Acme Partner" }

[[steps]]
id = "share"
use = "share-records"
with.sharing_set = { name = "Partners", profiles = ["${steps.profile.profile_name}"], mappings = [
    { object = "Case", object_field = "Account", user_field = "Account", access = "Edit" },
] }
"#;

fn product() -> Product {
    let product = Product::new();
    product.write_recipe("mine.toml", RECIPE);
    product
}

#[test]
fn a_profile_and_its_sharing_set_are_planned_before_either_is_there() {
    let product = product();
    let plan = product.run("plan mine.toml --org practice");
    expect![[r#"
        exit 0
        --- out
        Partners see their cases  (mine)
          org     practice (practice org), as admin@practice.usher.example

        profile  clone-profile 0.1.0
          ~ "Clone the profile `Partner Community User` (license `Partner Community`) as `Acme Partner`, with *API Enabled*: its users get in by APIs"
              make Profile `Acme Partner`
                  user permissions on: ApiEnabled
                  user permissions off: ApiUserOnly
                  object       read  create  edit  delete  view all  modify all
                  Account      yes   no      no    no      no        no
                  Contact      yes   no      no    no      no        no
                  Lead         yes   yes     yes   no      no        no
                  Opportunity  yes   yes     yes   no      no        no
                  custom: true
                  userLicense: Partner Community
              RAISES PRIVILEGES: ApiEnabled
              undo: as it was before
          As a result, Salesforce will:
            > "The profile `Acme Partner` can be given to users"

        share  share-records 0.1.0
          ~ "Make the sharing set `Partners`: the profile `Acme Partner`, Edit on each Case whose Account is Account of the user"
              make SharingSet `Partners`
                  accessMappings Case: accessLevel: Edit
                  accessMappings Case: objectField: Account
                  accessMappings Case: userField: Account
                  name: Partners
                  profiles: Acme Partner
              undo: as it was before
          As a result, Salesforce will:
            > "Users with `Acme Partner` get, as soon as Salesforce has calculated it: Edit on each Case whose Account is Account of the user" (likely)

        Plan: 0 to create, 2 to change, 0 to delete; 2 requests to send.
        --- err
    "#]].assert_eq(&plan.text());
    let applied = product.run("apply mine.toml --org practice --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    expect![[r#"
        --- err
          waiting  profile  "Salesforce carries the deployment out" (at most 30 min)
          done  profile  "Clone the profile `Partner Community User` (license `Partner Community`) as `Acme Partner`, with *API Enabled*: its users get in by APIs"
          seen  profile  "The profile `Acme Partner` can be given to users"
          waiting  share  "Salesforce carries the deployment out" (at most 30 min)
          done  share  "Make the sharing set `Partners`: the profile `Acme Partner`, Edit on each Case whose Account is Account of the user"
    "#]].assert_eq(&format!("--- err\n{}", applied.err));
    let check = product.run("check mine.toml --org practice");
    assert_eq!(check.exit, 0, "{}", check.text());
    let again = product
        .run("apply mine.toml --org practice --yes --json")
        .json();
    assert_eq!(again["requests"]["write"], 0);
}

#[test]
fn a_program_reads_which_components_and_what_they_will_hold() {
    let product = product();
    let plan = product.run("plan mine.toml --org practice --json").json();
    let change = &plan["steps"][1]["changes"][0];
    expect![[r#"
        {
          "address": "set",
          "after": {
            "SharingSet/Partners": {
              "accessMappings": [
                {
                  "accessLevel": [
                    "Edit"
                  ],
                  "object": [
                    "Case"
                  ],
                  "objectField": [
                    "Account"
                  ],
                  "userField": [
                    "Account"
                  ]
                }
              ],
              "name": [
                "Partners"
              ],
              "profiles": [
                "Acme Partner"
              ]
            }
          },
          "before": {
            "SharingSet/Partners": null
          },
          "operation": {
            "components": [
              {
                "differences": [
                  {
                    "after": "Edit",
                    "at": "accessMappings Case: accessLevel",
                    "before": null
                  },
                  {
                    "after": "Case",
                    "at": "accessMappings Case: object",
                    "before": null
                  },
                  {
                    "after": "Account",
                    "at": "accessMappings Case: objectField",
                    "before": null
                  },
                  {
                    "after": "Account",
                    "at": "accessMappings Case: userField",
                    "before": null
                  },
                  {
                    "after": "Partners",
                    "at": "name",
                    "before": null
                  },
                  {
                    "after": "Acme Partner",
                    "at": "profiles",
                    "before": null
                  }
                ],
                "full_name": "Partners",
                "kind": "SharingSet",
                "what": "make"
              }
            ],
            "verb": "deploy"
          },
          "summary": "Make the sharing set `Partners`: the profile `Acme Partner`, Edit on each Case whose Account is Account of the user",
          "undo": "undo: as it was before"
        }
    "#]].assert_eq(&format!("{change:#}\n"));
    let applied = product
        .run("apply mine.toml --org practice --yes --json")
        .json();
    let outcome = |step: usize| &applied["steps"][step]["changes"][0]["outcome"];
    assert_eq!(outcome(0)["how"], json!("sent"));
    assert_eq!(outcome(1)["state"], json!("done"));
    assert!(
        outcome(0)["values"]["id"]
            .as_str()
            .is_some_and(|id| id.starts_with("00e"))
    );
}

#[test]
fn a_deployment_that_the_org_refuses_fails_its_change_with_the_message() {
    let product = product();
    product.write_recipe(
        "mine.toml",
        RECIPE.replace("object = \"Case\"", "object = \"No__c\""),
    );
    let applied = product.run("apply mine.toml --org practice --yes");
    expect![[r#"
        exit 20
        --- out
        Partners see their cases  (mine)
          org     practice (practice org), as admin@practice.usher.example

        profile  clone-profile 0.1.0
          ~ "Clone the profile `Partner Community User` (license `Partner Community`) as `Acme Partner`, with *API Enabled*: its users get in by APIs"
              make Profile `Acme Partner`
                  user permissions on: ApiEnabled
                  user permissions off: ApiUserOnly
                  object       read  create  edit  delete  view all  modify all
                  Account      yes   no      no    no      no        no
                  Contact      yes   no      no    no      no        no
                  Lead         yes   yes     yes   no      no        no
                  Opportunity  yes   yes     yes   no      no        no
                  custom: true
                  userLicense: Partner Community
              RAISES PRIVILEGES: ApiEnabled
              undo: as it was before
          As a result, Salesforce will:
            > "The profile `Acme Partner` can be given to users"

        share  share-records 0.1.0
          ~ "Make the sharing set `Partners`: the profile `Acme Partner`, Edit on each No__c whose Account is Account of the user"
              make SharingSet `Partners`
                  accessMappings No__c: accessLevel: Edit
                  accessMappings No__c: objectField: Account
                  accessMappings No__c: userField: Account
                  name: Partners
                  profiles: Acme Partner
              undo: as it was before
          As a result, Salesforce will:
            > "Users with `Acme Partner` get, as soon as Salesforce has calculated it: Edit on each No__c whose Account is Account of the user" (likely)

        Plan: 0 to create, 2 to change, 0 to delete; 2 requests to send.

        Stopped: 1 of 2 changes done; nothing that depends on the failed one was sent. Run RUN.
        Next: fix the problem above, then apply again. Completed changes are not repeated. `usher undo RUN` undoes them.
        --- err
          waiting  profile  "Salesforce carries the deployment out" (at most 30 min)
          done  profile  "Clone the profile `Partner Community User` (license `Partner Community`) as `Acme Partner`, with *API Enabled*: its users get in by APIs"
          seen  profile  "The profile `Acme Partner` can be given to users"
          waiting  share  "Salesforce carries the deployment out" (at most 30 min)
          FAILED  share  "Make the sharing set `Partners`: the profile `Acme Partner`, Edit on each No__c whose Account is Account of the user": run/deployment-failed deployment 0AfJca000000002KAA is Failed: sharingSets/Partners.sharingSet: In field: object - no CustomObject named No__c found
        error: step `share`: `set` failed with run/deployment-failed
        help: put right what the message of the deployment names, in the org or in the inputs, then apply again
        code: run/failed
    "#]].assert_eq(&applied.text());
}

#[test]
fn what_was_deployed_is_taken_back() {
    let product = product();
    let there = || {
        let org = product.practice();
        org.query("SELECT Id FROM Profile WHERE Name = 'Acme Partner'")
            .len()
    };
    assert_eq!(product.run("apply mine.toml --org practice --yes").exit, 0);
    assert_eq!(there(), 1);
    let undone = product.run("undo --yes");
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: Partners see their cases  (mine)
          org     practice (practice org), as admin@practice.usher.example

        share  share-records 0.1.0
          ~ "Undo: Make the sharing set `Partners`: the profile `Acme Partner`, Edit on each Case whose Account is Account of the user"
              take away SharingSet `Partners`

        profile  clone-profile 0.1.0
          ~ "Undo: Clone the profile `Partner Community User` (license `Partner Community`) as `Acme Partner`, with *API Enabled*: its users get in by APIs"
              take away Profile `Acme Partner`

        Plan: 0 to create, 2 to change, 0 to delete; 2 requests to send.

        Undone: 2 changes. Run RUN.
        --- err
          waiting  share  "Salesforce carries the deployment out" (at most 30 min)
          done  share  "Undo: Make the sharing set `Partners`: the profile `Acme Partner`, Edit on each Case whose Account is Account of the user"
          waiting  profile  "Salesforce carries the deployment out" (at most 30 min)
          done  profile  "Undo: Clone the profile `Partner Community User` (license `Partner Community`) as `Acme Partner`, with *API Enabled*: its users get in by APIs"
    "#]].assert_eq(&undone.text());
    assert_eq!(there(), 0);
    assert_eq!(product.run("check mine.toml --org practice").exit, 11);
}
