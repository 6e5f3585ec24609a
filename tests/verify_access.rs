//! Users see a record for each reason alone, or for none: shared by `share-records`, reported by `verify-access`.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::world::{Org, Product};

/// A set for the cases of an account, and one opportunity shared manually.
const SHARE: &str = r#"
title = "Share records with customers"

[inputs.user]
type = "record"
object = "User"

[inputs.deal]
type = "record"
object = "Opportunity"

[[steps]]
id = "share"
use = "share-records"

[steps.with.sharing_set]
name = "CasesOfTheAccount"
profiles = ["Client Customer Community Plus"]
mappings = [{ object = "Case", object_field = "Account", user_field = "Account" }]

[[steps.with.shares]]
record = "${inputs.deal}"
user = "${inputs.user}"
access = "Edit"
"#;

const LOOK: &str = r#"
title = "Look who sees what"

[inputs.user]
type = "record"
object = "User"

[inputs.sees]
type = "list"
default = []

[inputs.must_not_see]
type = "list"
default = []

[[steps]]
id = "look"
use = "verify-access"
with = { user = "${inputs.user}", site = "Client Portal", sees = "${inputs.sees}", must_not_see = "${inputs.must_not_see}" }
"#;

/// Mia, the manager of Acme's customers, and records that she sees by one reason each, or by none.
struct Portal {
    product: Product,
    org: Org,
    /// Olga, who owns the accounts.
    owner: String,
    mia: String,
    owned: String,
    below: String,
    in_set: String,
    by_hand: String,
    /// A record of another user, one of another user in another account, one of another account, one shared with
    /// another user.
    by_nothing: [String; 4],
}

impl Portal {
    fn new() -> Self {
        let product = Product::new();
        product.write_recipe("share.toml", SHARE);
        product.write_recipe("look.toml", LOOK);
        let org = product.practice();
        org.configure(&json!({ "practice.numberOfCustomerRoles": 2 }));
        let site = org.id("Network", "Name = 'Client Portal'");
        org.update("Network", &site, &json!({ "Status": "Live" }));
        let role = org.id("UserRole", "Name = 'CEO'");
        let owner = person(
            &org,
            "Olga",
            "Standard User",
            &json!({ "UserRoleId": role }),
        );
        let account =
            |name: &str| org.create("Account", &json!({ "Name": name, "OwnerId": owner }));
        let (acme, beta) = (account("Acme"), account("Beta"));
        let [mia, carl, bea] =
            [("Mia", &acme), ("Carl", &acme), ("Bea", &beta)].map(|(name, account)| {
                let fields = json!({ "LastName": name, "AccountId": account, "OwnerId": owner });
                let contact = org.create("Contact", &fields);
                let fields = json!({ "ContactId": contact });
                person(&org, name, "Client Customer Community Plus", &fields)
            });
        org.update("User", &mia, &json!({ "PortalRole": "Manager" }));
        let case = |owner: &str, account: Option<&str>| {
            org.create("Case", &json!({ "OwnerId": owner, "AccountId": account }))
        };
        let [owned, below] = [&mia, &carl].map(|owner| case(owner, None));
        let in_set = case(&owner, Some(&acme));
        let deal = |name: &str| {
            let fields = json!({ "Name": name, "OwnerId": owner, "StageName": "Prospecting", "CloseDate": "2026-12-31" });
            org.create("Opportunity", &fields)
        };
        let by_hand = deal("Big deal");
        let by_nothing = [
            case(&owner, None),
            case(&bea, None),
            case(&owner, Some(&beta)),
            deal("Small deal"),
        ];
        // Bea gets the share, because Mia, who is above Carl, would also see what is shared with him.
        let share = json!({ "OpportunityId": by_nothing[3], "UserOrGroupId": bea, "OpportunityAccessLevel": "Read" });
        org.create("OpportunityShare", &share);
        Self {
            product,
            org,
            owner,
            mia,
            owned,
            below,
            in_set,
            by_hand,
            by_nothing,
        }
    }

    /// Looks whether Mia sees these records and not those.
    #[track_caller]
    fn look(&self, command: &str, sees: &[&String], must_not_see: &[&String], expected: Expect) {
        let user = format!("user={}", self.mia);
        let sees = format!("sees={}", json!(sees));
        let must_not_see = format!("must_not_see={}", json!(must_not_see));
        let mut words = vec![command, "look.toml", "--org", "practice"];
        for input in [&user, &sees, &must_not_see] {
            words.extend(["--set", input]);
        }
        let ran = self.product.run_words(&words);
        let (_, step) = ran.out.split_once("\nlook ").unwrap_or(("", &ran.err));
        expected.assert_eq(&format!("exit {}\nlook {step}", ran.exit));
    }

    fn share(&self, command: &str) -> crate::world::Ran {
        let (user, deal) = (
            format!("user={}", self.mia),
            format!("deal={}", self.by_hand),
        );
        let mut words: Vec<&str> = command.split(' ').collect();
        words.extend([
            "share.toml",
            "--org",
            "practice",
            "--set",
            &user,
            "--set",
            &deal,
        ]);
        self.product.run_words(&words)
    }

    fn one_by_reason(&self) -> [&String; 4] {
        [&self.owned, &self.below, &self.in_set, &self.by_hand]
    }
}

/// A user; the id.
fn person(org: &Org, name: &str, profile: &str, fields: &Value) -> String {
    let profile = org.id("Profile", &format!("Name = '{profile}'"));
    let lower = name.to_lowercase();
    let mut all = json!({
        "LastName": name,
        "Username": format!("{lower}@usher-practice.example"),
        "Email": format!("{lower}@example.com"),
        "Alias": lower,
        "CommunityNickname": lower,
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "ProfileId": profile,
    });
    let fields = fields.as_object().expect("fields").clone();
    all.as_object_mut().expect("fields").extend(fields);
    org.create("User", &all)
}

#[test]
fn each_reason_alone_and_none() {
    let portal = Portal::new();
    portal.look(
        "check",
        &portal.one_by_reason(),
        &portal.by_nothing.each_ref(),
        expect![[r#"
            exit 11
            look  verify-access 0.1.0
              note: mia@usher-practice.example is active, enabled, and a member of the live site `Client Portal`
              note: mia@usher-practice.example sees the case `00001001` (All): the user owns it
              note: mia@usher-practice.example sees the case `00001002` (All): the user is above its owner carl@usher-practice.example in the role hierarchy, in which `Acme Customer User` is below the user's role
              ! mia@usher-practice.example does not see the case `00001003`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it
              ! mia@usher-practice.example does not see the opportunity `Big deal`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it
              note: mia@usher-practice.example does not see the case `00001004`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it
              note: mia@usher-practice.example does not see the case `00001005`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it
              note: mia@usher-practice.example does not see the case `00001006`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it
              note: mia@usher-practice.example does not see the opportunity `Small deal`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it

            This plan cannot be applied.
        "#]],
    );
    let shared = portal.share("apply --yes");
    expect![[r#"
        exit 0
        --- out
        Share records with customers  (share)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Mia, mia@usher-practice.example (005Jca00000000DIAQ)
          input   deal = Big deal (006Jca000000001IAA)

        share  share-records 0.1.0
          ~ "Make the sharing set `CasesOfTheAccount`: the profile `Client Customer Community Plus`, Read on each Case whose Account is Account of the user"
              make SharingSet `CasesOfTheAccount`
                  accessMappings Case: accessLevel: Read
                  accessMappings Case: objectField: Account
                  accessMappings Case: userField: Account
                  name: CasesOfTheAccount
                  profiles: Client Customer Community Plus
              undo: as it was before
          + "Share the opportunity `Big deal` with mia@usher-practice.example: Edit"
              create OpportunityShare { OpportunityId: 006Jca000000001IAA, UserOrGroupId: 005Jca00000000DIAQ, OpportunityAccessLevel: Edit, RowCause: Manual }
              undo: deleted
          As a result, Salesforce will:
            > "Users with `Client Customer Community Plus` get, as soon as Salesforce has calculated it: Read on each Case whose Account is Account of the user" (likely)

        Plan: 1 to create, 1 to change, 0 to delete; 2 requests to send.

        Done: 2 changes. Run RUN.
        Next: run `usher check share.toml --org practice --set deal=006Jca000000001IAA --set user=005Jca00000000DIAQ` any time to see whether the org still matches the recipe.
        --- err
          waiting  share  "Salesforce carries the deployment out" (at most 30 min)
          done  share  "Make the sharing set `CasesOfTheAccount`: the profile `Client Customer Community Plus`, Read on each Case whose Account is Account of the user"
          done  share  "Share the opportunity `Big deal` with mia@usher-practice.example: Edit"
    "#]].assert_eq(&shared.text());
    assert_eq!(portal.share("check").exit, 0);
    portal.look(
        "check",
        &portal.one_by_reason(),
        &portal.by_nothing.each_ref(),
        expect![[r#"
            exit 0
            look  verify-access 0.1.0
              as wanted, nothing to do
              note: "mia@usher-practice.example is active, enabled, and a member of the live site `Client Portal`"
              note: "mia@usher-practice.example sees the case `00001001` (All): the user owns it"
              note: "mia@usher-practice.example sees the case `00001002` (All): the user is above its owner carl@usher-practice.example in the role hierarchy, in which `Acme Customer User` is below the user's role"
              note: "mia@usher-practice.example sees the case `00001003` (Read): the sharing set `CasesOfTheAccount` gives it (Read, as Case.Account is User.Account)"
              note: "mia@usher-practice.example sees the opportunity `Big deal` (Edit): it is shared with the user by a manual share (Edit)"
              note: "mia@usher-practice.example does not see the case `00001004`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"
              note: "mia@usher-practice.example does not see the case `00001005`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"
              note: "mia@usher-practice.example does not see the case `00001006`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"
              note: "mia@usher-practice.example does not see the opportunity `Small deal`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"

            Nothing to change: the org is as the recipe says.
        "#]],
    );
}

#[test]
fn without_its_reason_each_is_hidden() {
    let portal = Portal::new();
    assert_eq!(portal.share("apply --yes").exit, 0);
    let Portal { org, owner, .. } = &portal;
    for case in [&portal.owned, &portal.below] {
        org.update("Case", case, &json!({ "OwnerId": owner }));
    }
    org.update("Case", &portal.in_set, &json!({ "AccountId": null }));
    let share = format!(
        "OpportunityId = '{}' AND RowCause = 'Manual'",
        portal.by_hand
    );
    let share = org.id("OpportunityShare", &share);
    let path = format!("/services/data/v66.0/sobjects/OpportunityShare/{share}");
    org.send("DELETE", &path, &Value::Null);
    portal.look("check", &[], &portal.one_by_reason(), expect![[r#"
        exit 0
        look  verify-access 0.1.0
          as wanted, nothing to do
          note: "mia@usher-practice.example is active, enabled, and a member of the live site `Client Portal`"
          note: "mia@usher-practice.example does not see the case `00001001`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"
          note: "mia@usher-practice.example does not see the case `00001002`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"
          note: "mia@usher-practice.example does not see the case `00001003`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"
          note: "mia@usher-practice.example does not see the opportunity `Big deal`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Client Customer Community Plus` nor a manual share gives it"

        Nothing to change: the org is as the recipe says.
    "#]]);
}

#[test]
fn what_is_seen_and_must_not_be_is_told_with_the_reason() {
    let portal = Portal::new();
    assert_eq!(portal.share("apply --yes").exit, 0);
    portal.look("apply", &[], &portal.one_by_reason(), expect![[r#"
        exit 20
        look  verify-access 0.1.0
          note: mia@usher-practice.example is active, enabled, and a member of the live site `Client Portal`
          ! mia@usher-practice.example sees the case `00001001` (All): the user owns it
          ! mia@usher-practice.example sees the case `00001002` (All): the user is above its owner carl@usher-practice.example in the role hierarchy, in which `Acme Customer User` is below the user's role
          ! mia@usher-practice.example sees the case `00001003` (Read): the sharing set `CasesOfTheAccount` gives it (Read, as Case.Account is User.Account)
          ! mia@usher-practice.example sees the opportunity `Big deal` (Edit): it is shared with the user by a manual share (Edit)

        This plan cannot be applied.
    "#]]);
}

#[test]
fn a_case_is_named_by_its_number() {
    let portal = Portal::new();
    let recipe = LOOK.replace(
        "[inputs.sees]\ntype = \"list\"\ndefault = []",
        "[inputs.case]\ntype = \"record\"\nobject = \"Case\"",
    );
    let recipe = recipe.replace("\"${inputs.sees}\"", "[\"${inputs.case}\"]");
    portal.product.write_recipe("case.toml", recipe);
    let user = format!("user={}", portal.mia);
    let words = [
        "check",
        "case.toml",
        "--org",
        "practice",
        "--set",
        &user,
        "--set",
        "case=00001001",
    ];
    let ran = portal.product.run_words(&words);
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let shown = format!("  input   case = 00001001 ({})", portal.owned);
    assert!(ran.out.contains(&shown), "{}", ran.out);
}
