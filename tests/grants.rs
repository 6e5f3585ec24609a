//! The permissions of plugins: granted by the packs in the box, and by a person, field by field.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::expect;
use serde_json::{Value, json};
use usher_core::diagnostic::SourceText;
use usher_core::grant::lines;
use usher_core::manifest::Manifest;
use usher_core::privilege::asked_by;
use usher_core::recipe::{PackTexts, parse, parse_pack};

use crate::conformance::component;
use crate::hostile::evil;
use crate::plugins::{PLAN, extracted, patched};
use crate::world::Product;

/// A recipe of nobody knows whom, which uses a plugin in the box.
const MINE: &str = r#"
title = "Mine"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "off"
use = "disable-user"
with = { user = "${inputs.user}" }
"#;

const PLAN_MINE: &str = "plan mine.toml --org practice --set user=jane.doe@example.com";

fn mine() -> Product {
    let product = Product::new();
    product.write("mine.toml", MINE);
    product
}

fn grants(product: &Product) -> String {
    let text = std::fs::read_to_string(product.path("home/config/grants.toml"));
    product.clean(&text.unwrap_or_default())
}

#[test]
fn a_recipe_from_outside_the_box_asks_before_it_uses_a_plugin_in_the_box() {
    let mut product = mine();
    let refused = product.run(PLAN_MINE);
    expect![[r#"
        exit 30
        --- out
        --- err
        error: plugin `disable-user` 0.1.0 (`disable-user`) may not update `IsActive` of `User`, update `IsFrozen` of `UserLogin`, read `Name` of `Account`, read every custom field, `AccountId`, `ContactId`, `IsActive`, `UserType` and `Username` of `User`, read `Name` of the `Account` that `Account` of `User` leads to, read `MasterLabel` of the `UserLicense` that `Profile.UserLicense` of `User` leads to, read `Name` of the `UserRole` that `UserRole` of `User` leads to, read `IsFrozen` and `UserId` of `UserLogin`
        help: to allow it, run `usher allow mine.toml`, or add to `FOLDER/home/config/grants.toml`:
        [recipes."FOLDER/mine.toml".plugins.disable-user]
        digest = "sha256:DIGEST"
        read.Account = ["Name"]
        read.User = [
          "*__c",
          "Account.Name",
          "AccountId",
          "ContactId",
          "IsActive",
          "Profile.UserLicense.MasterLabel",
          "UserRole.Name",
          "UserType",
          "Username",
        ]
        read.UserLogin = ["IsFrozen", "UserId"]
        update.User = ["IsActive"]
        update.UserLogin = ["IsFrozen"]
        code: grant/missing
    "#]].assert_eq(&refused.text().replace(&digest_of("disable-user"), "DIGEST"));

    product.answer(vec![Box::new(|| "no")]);
    let declined = product.run(PLAN_MINE);
    expect![[r#"
        exit 30
        --- out
        --- err
        The recipe `FOLDER/mine.toml` does not come with Usher. Its plugins ask to be allowed this:

        disable-user 0.1.0, which comes with Usher
          - update `IsActive` of `User`
          - update `IsFrozen` of `UserLogin`
          - read `Name` of `Account`
          - read every custom field, `AccountId`, `ContactId`, `IsActive`, `UserType` and `Username` of `User`
          - read `Name` of the `Account` that `Account` of `User` leads to
          - read `MasterLabel` of the `UserLicense` that `Profile.UserLicense` of `User` leads to
          - read `Name` of the `UserRole` that `UserRole` of `User` leads to
          - read `IsFrozen` and `UserId` of `UserLogin`

        Allow this? Type yes:
        error: plugin `disable-user` 0.1.0 (`disable-user`) may not update `IsActive` of `User`, update `IsFrozen` of `UserLogin`, read `Name` of `Account`, read every custom field, `AccountId`, `ContactId`, `IsActive`, `UserType` and `Username` of `User`, read `Name` of the `Account` that `Account` of `User` leads to, read `MasterLabel` of the `UserLicense` that `Profile.UserLicense` of `User` leads to, read `Name` of the `UserRole` that `UserRole` of `User` leads to, read `IsFrozen` and `UserId` of `UserLogin`
        help: to allow it, run `usher allow mine.toml`, or add to `FOLDER/home/config/grants.toml`:
        [recipes."FOLDER/mine.toml".plugins.disable-user]
        digest = "sha256:DIGEST"
        read.Account = ["Name"]
        read.User = [
          "*__c",
          "Account.Name",
          "AccountId",
          "ContactId",
          "IsActive",
          "Profile.UserLicense.MasterLabel",
          "UserRole.Name",
          "UserType",
          "Username",
        ]
        read.UserLogin = ["IsFrozen", "UserId"]
        update.User = ["IsActive"]
        update.UserLogin = ["IsFrozen"]
        code: grant/missing
    "#]].assert_eq(
        &declined
            .text()
            .replace(&digest_of("disable-user"), "DIGEST"),
    );
    assert_eq!(grants(&product), "");

    // The answer is written down, so that nothing is asked the next time.
    product.answer(vec![Box::new(|| "yes")]);
    let allowed = product.run(PLAN_MINE);
    assert_eq!(allowed.exit, 0, "{}", allowed.text());
    expect![[r#"
        [recipes."FOLDER/mine.toml".plugins.disable-user]
        digest = "sha256:DIGEST"
        read.Account = ["Name"]
        read.User = [
          "*__c",
          "Account.Name",
          "AccountId",
          "ContactId",
          "IsActive",
          "Profile.UserLicense.MasterLabel",
          "UserRole.Name",
          "UserType",
          "Username",
        ]
        read.UserLogin = ["IsFrozen", "UserId"]
        update.User = ["IsActive"]
        update.UserLogin = ["IsFrozen"]
    "#]]
    .assert_eq(&grants(&product).replace(&digest_of("disable-user"), "DIGEST"));
    assert_eq!(product.run(PLAN_MINE).exit, 0);
    let json = product.run(&format!("{PLAN_MINE} --json"));
    assert_eq!(json.exit, 0, "{}", json.text());

    // The grant is for the recipe in that file alone.
    product.write("other.toml", MINE);
    let other = product.run(&format!("{} --json", PLAN_MINE.replace("mine", "other")));
    assert_eq!(other.exit, 30, "{}", other.text());
    assert_eq!(other.json()["error"]["code"], "grant/missing");
}

/// The digest of a plugin in the box.
fn digest_of(plugin: &str) -> String {
    let mut plugins = usher_packs::plugins().iter();
    let found = plugins.find(|known| known.name == plugin);
    found.expect("it is in the box").digest.to_owned()
}

#[test]
fn what_a_person_wrote_into_the_grants_stays() {
    let product = mine();
    let before = "# Mine.\ndevelopment = [\"/home/ada\"] # Hers.\n\n# The pack.\n[packs.fsc.plugins.x]\nread.User = []\n";
    product.write("home/config/grants.toml", before);
    let allowed = product.run("allow ./mine.toml --yes");
    expect![[r#"
        exit 0
        --- out
        disable-user 0.1.0 is allowed what it asks for in `./mine.toml`:
          - update `IsActive` of `User`
          - update `IsFrozen` of `UserLogin`
          - read `Name` of `Account`
          - read every custom field, `AccountId`, `ContactId`, `IsActive`, `UserType` and `Username` of `User`
          - read `Name` of the `Account` that `Account` of `User` leads to
          - read `MasterLabel` of the `UserLicense` that `Profile.UserLicense` of `User` leads to
          - read `Name` of the `UserRole` that `UserRole` of `User` leads to
          - read `IsFrozen` and `UserId` of `UserLogin`
        --- err
    "#]]
    .assert_eq(&allowed.text());
    let text = grants(&product);
    assert!(text.starts_with(&format!("{before}\n[recipes.")), "{text}");
    let again = product.run("allow ./mine.toml --yes");
    expect![[r#"
        exit 0
        --- out
        `./mine.toml`: its plugins ask for nothing that is not allowed.
        --- err
    "#]]
    .assert_eq(&again.text());
    assert_eq!(grants(&product), text);
    let boxed = product.run("allow fsc/customer-user --json");
    assert_eq!(boxed.json()["allowed"], json!([]), "{}", boxed.text());
}

#[test]
fn nobody_is_asked_without_a_terminal() {
    let product = mine();
    let refused = product.run("allow mine.toml");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert_eq!(grants(&product), "");
    product.grant(&refused.lines_to_add());
    assert_eq!(product.run("allow mine.toml").exit, 0);
    assert_eq!(product.run(PLAN_MINE).exit, 0);
}

#[test]
fn an_update_asks_again_and_shows_what_is_new() {
    let (mut product, bytes) = extracted();
    product.answer(vec![Box::new(|| "yes")]);
    assert_eq!(product.run("allow mine.toml").exit, 0);
    let before = format!(
        "# Kept.\n{}",
        grants(&product).replace("read.User", "# So be it.\nread.User")
    );
    product.grant(&before);
    let built = patched(
        &bytes,
        r#""Username", "IsActive""#,
        r#""Email","Username"    "#,
    );
    product.write("plugin.wasm", built);
    product.answer(vec![Box::new(|| "yes")]);
    let asked = product.run("allow mine.toml");
    expect![[r#"
        exit 0
        --- out
        assign-permission-sets 0.1.0 is allowed what it asks for in `mine.toml`.
        --- err
        The recipe `FOLDER/mine.toml` does not come with Usher. Its plugins ask to be allowed this:

        assign-permission-sets 0.1.0, from `./plugin.wasm`
          You have allowed it before, but the grant for `assign-permission-sets` is for other bytes than these.
          New:
          - read `Email` of `User`
          As you have allowed it before:
          - raise privileges: give users permission set groups (`PermissionSetGroupId`)
          - raise privileges: give users permission sets (`PermissionSetId`)
          - create `PermissionSetAssignment` with `AssigneeId`, `PermissionSetGroupId` and `PermissionSetId`
          - create `PermissionSetLicenseAssign` with `AssigneeId` and `PermissionSetLicenseId`
          - read `IsOwnedByProfile`, `Label`, `LicenseId`, `Name`, `NamespacePrefix` and `PermissionSetGroupId` of `PermissionSet`
          - read `AssigneeId`, `IsRevoked`, `PermissionSetGroupId` and `PermissionSetId` of `PermissionSetAssignment`
          - read `DeveloperName`, `MasterLabel` and `Status` of `PermissionSetGroup`
          - read `DeveloperName`, `MasterLabel`, `TotalLicenses` and `UsedLicenses` of `PermissionSetLicense`
          - read `AssigneeId` and `PermissionSetLicenseId` of `PermissionSetLicenseAssign`
          - read `UserType` and `Username` of `User`
          - read `UserLicenseId` of the `Profile` that `Profile` of `User` leads to
          - read `Name` of `UserLicense`
          Not asked for any more:
          - read `IsActive` of `User`

        Allow this? Type yes:
        Allowed. `FOLDER/home/config/grants.toml` says so now.
    "#]].assert_eq(&asked.text());
    let after = grants(&product);
    assert!(after.starts_with("# Kept.\n[recipes."), "{after}");
    assert!(after.contains("# So be it.\n"), "{after}");
    assert_eq!(after.matches("[recipes.").count(), 1, "{after}");
    assert!(after.contains("\"Email\""), "{after}");
}

#[test]
fn a_plan_that_raises_more_than_the_grant_is_refused_before_anybody_is_asked() {
    let mut product = Product::new();
    let requests = json!({ "writes": { "requests": ["POST connect/communities"] } });
    let component = component::under(&evil(&requests).to_string());
    product.write("evil.wasm", component);
    let request = json!({
        "method": "post",
        "path": { "segments": [{ "text": "connect" }, { "text": "communities" }] },
        "body": r#"{"PermissionsModifyAllData": true}"#,
        "repetition": "never",
    });
    let change = json!({
        "address": "all",
        "summary": "Nothing to see here",
        "operation": { "request": request },
        "undo": { "impossible": "it cannot" },
    });
    let script = json!({ "script": { "answer": { "ok": { "changes": [change] } } } });
    let step = json!({ "id": "evil", "use": "./evil.wasm", "with": script });
    let recipe = json!({ "title": "Mine", "steps": [step] });
    product.write_recipe("mine.toml", toml::to_string(&recipe).expect("TOML"));
    product.answer(Vec::new());
    let refused = product.run("apply mine.toml --org practice");
    let digest = grants(&product);
    let digest = digest
        .split("sha256:")
        .nth(1)
        .and_then(|rest| rest.get(..64));
    let digest = digest.expect("a digest");
    expect![[r#"
        exit 30
        --- out
        Mine  (mine)
          org     practice (practice org), as admin@practice.usher.example

        evil  evil 1.0.0, from the file `./evil.wasm`
          ! `evil` may not raise the privilege `ModifyAllData`, and its plan does

        This plan cannot be applied.
        --- err
        error: step `evil`: `evil` may not raise the privilege `ModifyAllData`, and its plan does
         --> mine.toml:5:7
          |
        5 | use = "./evil.wasm"
          |       ^^^^^^^^^^^^^
          |
          = help: if you want that, write `raises = ["ModifyAllData"]` into `FOLDER/home/config/grants.toml` below `[recipes."FOLDER/mine.toml".plugins.evil]`, where `digest = "sha256:DIGEST"` must stand, too
        code: grant/raises

        error: a plugin is refused; nothing was changed
    "#]].assert_eq(&refused.text().replace(digest, "DIGEST"));
    let allowed = format!(
        "{}\nraises = [\"ModifyAllData\"]\n",
        grants(&product).trim_end()
    );
    product.grant(&allowed);
    let planned = product.run("plan mine.toml --org practice");
    assert_eq!(planned.exit, 0, "{}", planned.text());
}

#[test]
fn a_folder_with_a_pack_is_allowed_as_one() {
    let product = Product::new();
    product.write("own/mine.toml", MINE);
    product.write("own/other.toml", MINE);
    product.write(
        "own/pack.toml",
        "name = \"own\"\nversion = \"1.0.0\"\ntitle = \"Own\"\n\n[plugins.disable-user]\nversion = \"0.1\"\nraises = [\"ManageUsers\"]\n",
    );
    assert_eq!(product.run("allow own/mine.toml --yes").exit, 0);
    let text = grants(&product);
    assert!(
        text.starts_with("[packs.\"FOLDER/own\".plugins.disable-user]\n"),
        "{text}"
    );
    assert!(text.contains("raises = [\"ManageUsers\"]"), "{text}");
    for name in ["mine", "other"] {
        let planned = product.run(&PLAN_MINE.replace("mine", &format!("own/{name}")));
        assert_eq!(planned.exit, 0, "{}", planned.text());
    }
    // No link leads out of it.
    product.write("away.toml", MINE);
    std::os::unix::fs::symlink(product.path("away.toml"), product.path("own/away.toml"))
        .expect("a link");
    let refused = product.run(&PLAN_MINE.replace("mine", "own/away"));
    assert_eq!(refused.exit, 41, "{}", refused.text());
    assert!(
        refused.err.contains("code: pack/leads-out"),
        "{}",
        refused.text()
    );
    product.write("own/pack.toml", "name = \"own\"\n");
    let wrong = product.run(&PLAN_MINE.replace("mine", "own/mine"));
    assert_eq!(wrong.exit, 10, "{}", wrong.text());
    product.write("own/pack.toml", "name = \"own\"\nversion = \"1.0.0\"\ntitle = \"Own\"\n\n[plugins.disable-user]\nversion = \"9\"\n");
    let other = product.run(&PLAN_MINE.replace("mine", "own/mine"));
    assert_eq!(other.exit, 60, "{}", other.text());
}

#[test]
fn a_run_of_a_recipe_from_outside_the_box_is_not_resumed_without_the_grant() {
    let product = mine();
    assert_eq!(product.run("allow mine.toml --yes").exit, 0);
    let apply = PLAN_MINE.replace("plan", "apply");
    let stopped = product.run_stopped(&format!("{apply} --yes"));
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    std::fs::remove_file(product.path("home/config/grants.toml")).expect("removed");
    let refused = product.run("resume --yes");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    product.grant(&refused.lines_to_add());
    let resumed = product.run("resume --yes");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
}

/// A new build of an allowed plugin with one field more.
#[test]
fn one_that_asks_for_a_field_more_asks_again_whatever_the_grant_is_for() {
    let (product, bytes) = extracted();
    let built = |from: &str, to: &str| {
        product.write("plugin.wasm", patched(&bytes, from, to));
    };
    built(r#""Username", "IsActive""#, r#""Username","IsActive" "#);
    product.allow(PLAN);
    assert_eq!(product.run(PLAN).exit, 0);
    let granted = std::fs::read_to_string(product.path("home/config/grants.toml")).expect("read");

    // Other bytes that ask for the same are others all the same, unless their folder is one for development.
    built(r#""Username", "IsActive""#, r#" "Username","IsActive""#);
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused.err.contains("is for other bytes than these"),
        "{}",
        refused.text()
    );
    let without_digest: String = granted
        .lines()
        .filter(|line| !line.starts_with("digest"))
        .map(|line| format!("{line}\n"))
        .collect();
    product.write("home/config/grants.toml", &without_digest);
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused
            .err
            .contains("has no `digest`, and the component lies below no folder"),
        "{}",
        refused.text()
    );
    let folder = product.path("");
    let development = format!("development = [{folder:?}]\n");
    product.write(
        "home/config/grants.toml",
        format!("{development}{without_digest}"),
    );
    assert_eq!(product.run(PLAN).exit, 0);

    // One field more is asked for, there too.
    built(r#""Username", "IsActive""#, r#""Email","Username"    "#);
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused.err.contains(
            "may not read `Email` of `User`\nhelp: to allow it, run `usher allow mine.toml`, or put this"
        ),
        "{}",
        refused.text()
    );
    let lines = refused.lines_to_add();
    assert!(!lines.contains("digest"), "{lines}");
    product.grant(&format!("{development}{lines}"));
    let undeclared = product.run(PLAN);
    assert!(
        undeclared
            .err
            .contains("reads `IsActive` of `User`, which its manifest does not declare"),
        "{}",
        undeclared.text()
    );
}

#[test]
fn a_run_is_not_resumed_without_the_grant_and_nothing_is_lost() {
    let (product, bytes) = extracted();
    let other = patched(
        &bytes,
        r#""Username", "IsActive""#,
        r#""Username","IsActive" "#,
    );
    product.write("plugin.wasm", other);
    product.allow(PLAN);
    let apply = PLAN.replace("plan", "apply");
    let stopped = product.run_stopped(&format!("{apply} --yes"));
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let grants = product.path("home/config/grants.toml");
    let granted = std::fs::read(&grants).expect("read");
    std::fs::remove_file(&grants).expect("removed");
    let refused = product.run("resume --yes");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    product.grant(&refused.lines_to_add());
    let again = std::fs::read(&grants).expect("read");
    assert_eq!(again.trim_ascii(), granted.trim_ascii());
    std::fs::write(&grants, granted).expect("written");
    let resumed = product.run("resume --yes");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
}

/// A recipe in `mine.toml` with a plugin that plans one change, and may raise no privilege.
fn raising(operation: &Value, undo: &Value) -> Product {
    let product = Product::new();
    let asked = json!({
        "reads": { "records": { "User": ["Title"] } },
        "writes": { "requests": ["POST connect/communities"], "update": { "User": ["Title"] } },
    });
    let component = component::under(&evil(&asked).to_string());
    product.write("evil.wasm", component);
    let change = json!({
        "address": "all",
        "summary": "Nothing to see here",
        "operation": operation,
        "undo": undo,
    });
    let script = json!({ "script": { "answer": { "ok": { "changes": [change] } } } });
    let step = json!({ "id": "evil", "use": "./evil.wasm", "with": script });
    let recipe = json!({ "title": "Mine", "steps": [step] });
    product.write_recipe("mine.toml", toml::to_string(&recipe).expect("TOML"));
    product
}

fn raising_request() -> Value {
    json!({ "request": {
        "method": "post",
        "path": { "segments": [{ "text": "connect" }, { "text": "communities" }] },
        "body": r#"{"PermissionsModifyAllData": true}"#,
        "repetition": "never",
    } })
}

#[test]
fn the_way_back_raises_no_more_than_the_grant_either() {
    let update = json!({ "update": {
        "object": "User",
        "id": { "text": "005Jca000000001IAA" },
        "fields": [{ "name": "Title", "value": { "text": "Countess" } }],
    } });
    let back = json!({ "possible": {
        "way": { "instead": raising_request() },
    } });
    let product = raising(&update, &back);
    let refused = product.run("plan mine.toml --org practice");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused.err.contains("code: grant/raises")
            && refused.err.contains("the privilege `ModifyAllData`"),
        "{}",
        refused.text()
    );
    product.allow_raises("plan mine.toml --org practice");
    let planned = product.run("plan mine.toml --org practice");
    assert_eq!(planned.exit, 0, "{}", planned.text());
}

#[test]
fn a_run_is_not_resumed_when_its_changes_raise_more_than_the_grant_of_now() {
    let product = raising(&raising_request(), &json!({ "impossible": "it cannot" }));
    let without = grants(&product);
    product.allow_raises("plan mine.toml --org practice");
    let with = grants(&product);
    assert_ne!(with, without);
    let stopped = product.run_stopped("apply mine.toml --org practice --yes");
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    product.grant(&without);
    let before = product.practice().fingerprint();
    let refused = product.run("resume --yes");
    assert_eq!(product.practice().fingerprint(), before);
    let digest = without.split("sha256:").nth(1).and_then(|it| it.get(..64));
    expect![[r#"
        exit 30
        --- out
        --- err
        error: step `evil`: `evil` may not raise the privilege `ModifyAllData`, and a change that is still to be sent does; nothing was sent
        help: if you want that, write `raises = ["ModifyAllData"]` into `FOLDER/home/config/grants.toml` below `[recipes."FOLDER/mine.toml".plugins.evil]`, where `digest = "sha256:DIGEST"` must stand, too
        code: grant/raises
    "#]].assert_eq(&refused.text().replace(digest.expect("a digest"), "DIGEST"));
    product.grant(&with);
    let resumed = product.run("resume --yes");
    assert_ne!(resumed.exit, 30, "{}", resumed.text());
}

#[test]
fn a_plan_file_does_not_borrow_the_grant_of_another_recipe() {
    let product = mine();
    assert_eq!(product.run("allow mine.toml --yes").exit, 0);
    let planned = product.run(&format!("{PLAN_MINE} -o plan.json"));
    assert_eq!(planned.exit, 0, "{}", planned.text());
    // The recipe has another text by now, as it has for a plan that a stranger has made.
    product.write("mine.toml", format!("{MINE}\n# Changed.\n"));
    let apply = "apply plan.json --yes";
    let refused = product.run(apply);
    expect![[r#"
        exit 30
        --- out
        --- err
        error: plugin `disable-user` 0.1.0 (`disable-user`) may not update `IsActive` of `User`, update `IsFrozen` of `UserLogin`, read `Name` of `Account`, read every custom field, `AccountId`, `ContactId`, `IsActive`, `UserType` and `Username` of `User`, read `Name` of the `Account` that `Account` of `User` leads to, read `MasterLabel` of the `UserLicense` that `Profile.UserLicense` of `User` leads to, read `Name` of the `UserRole` that `UserRole` of `User` leads to, read `IsFrozen` and `UserId` of `UserLogin`
        help: to allow it, add to `FOLDER/home/config/grants.toml`:
        [recipes."FOLDER/plan.json".plugins.disable-user]
        digest = "sha256:DIGEST"
        read.Account = ["Name"]
        read.User = [
          "*__c",
          "Account.Name",
          "AccountId",
          "ContactId",
          "IsActive",
          "Profile.UserLicense.MasterLabel",
          "UserRole.Name",
          "UserType",
          "Username",
        ]
        read.UserLogin = ["IsFrozen", "UserId"]
        update.User = ["IsActive"]
        update.UserLogin = ["IsFrozen"]
        code: grant/missing
    "#]].assert_eq(&refused.text().replace(&digest_of("disable-user"), "DIGEST"));
    // With the text of the plan, the recipe's grant counts again.
    product.write("mine.toml", MINE);
    assert_eq!(product.run(apply).exit, 0);
    // Without the recipe, the plan has a grant of its own.
    let product = mine();
    assert_eq!(product.run("allow mine.toml --yes").exit, 0);
    assert_eq!(product.run(&format!("{PLAN_MINE} -o plan.json")).exit, 0);
    std::fs::remove_file(product.path("mine.toml")).expect("removed");
    let refused = product.run(apply);
    assert_eq!(refused.exit, 30, "{}", refused.text());
    product.grant(&refused.lines_to_add());
    let applied = product.run(apply);
    assert_eq!(applied.exit, 0, "{}", applied.text());
}

#[test]
fn the_grant_loses_what_is_not_asked_for_any_more() {
    let mut product = mine();
    assert_eq!(product.run("allow mine.toml --yes").exit, 0);
    let more = grants(&product).replace("update.User = [\"IsActive\"]", "delete = [\"Case\"]");
    product.grant(&more);
    product.answer(vec![Box::new(|| "yes")]);
    let asked = product.run("allow mine.toml");
    assert_eq!(asked.exit, 0, "{}", asked.text());
    assert!(
        asked
            .err
            .contains("Not asked for any more:\n  - delete `Case`\n"),
        "{}",
        asked.text()
    );
    let after = grants(&product);
    assert!(!after.contains("Case"), "{after}");
    assert!(after.contains("update.User = [\"IsActive\"]"), "{after}");
}

#[test]
fn two_plugins_of_one_name_are_refused() {
    let (product, bytes) = extracted();
    let other = patched(
        &bytes,
        r#""Username", "IsActive""#,
        r#""Username","IsActive" "#,
    );
    product.write("other.wasm", other);
    let recipe = std::fs::read_to_string(product.path("mine.toml")).expect("read");
    let again = "\n[[steps]]\nid = \"again\"\nuse = \"./other.wasm\"\nwith = { user = \"${inputs.user}\", permission_sets = [\"Customer Community Read Only\"] }\n";
    product.write("mine.toml", format!("{recipe}{again}"));
    let refused = product.run("allow mine.toml --yes");
    expect![[r#"
        exit 60
        --- out
        --- err
        error: `./other.wasm` and `./plugin.wasm` are two different plugins of the name `assign-permission-sets`, and grants know a plugin by its name
        help: use one of them in this recipe, or build one of them with another name
        code: plugin/same-name
    "#]].assert_eq(&refused.text());
    assert_eq!(grants(&product), "");
    // The same bytes under two paths are one plugin.
    product.write("other.wasm", &bytes);
    assert_eq!(product.run("allow mine.toml --yes").exit, 0);
}

#[test]
fn a_path_with_a_backtick_stands_alone_in_the_question() {
    let mut product = Product::new();
    product.write("mi`ne.toml", MINE);
    let json = product.run_words(&["allow", "mi`ne.toml", "--yes", "--json"]);
    assert_eq!(
        json.json()["allowed"][0]["new_bytes"],
        true,
        "{}",
        json.text()
    );
    product.grant("");
    product.answer(vec![Box::new(|| "no")]);
    let asked = product.run_words(&["allow", "mi`ne.toml"]);
    let question: Vec<&str> = asked.err.lines().take(4).collect();
    expect![[r#"
        The recipe on the next line does not come with Usher.
          FOLDER/mi`ne.toml
        Its plugins ask to be allowed this:
    "#]]
    .assert_eq(&product.clean(&question.join("\n")));
}

/// A file of the workspace.
fn source(path: &Path) -> SourceText {
    SourceText {
        name: path.display().to_string(),
        text: std::fs::read_to_string(path).expect("it is there"),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

#[test]
fn each_pack_grants_exactly_what_the_plugins_of_its_recipes_ask_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let packs = files(&root.join("recipes"));
    assert!(packs.len() >= 4, "{packs:?}");
    for folder in packs {
        let texts = PackTexts {
            pack: source(&folder.join("pack.toml")),
            practice: None,
            recipes: Default::default(),
        };
        let pack = parse_pack(texts).expect("a pack");
        let mut used = BTreeSet::new();
        for file in files(&folder) {
            let name = file.file_name().and_then(|name| name.to_str());
            if !matches!(name, Some("pack.toml" | "practice.toml"))
                && file
                    .extension()
                    .is_some_and(|extension| extension == "toml")
            {
                let recipe = parse(source(&file)).expect("a recipe");
                used.extend(
                    recipe
                        .plugins()
                        .into_iter()
                        .map(|(plugin, _)| plugin.to_string()),
                );
            }
        }
        let granted: BTreeSet<String> = pack.plugins.keys().cloned().collect();
        assert_eq!(granted, used, "the plugins of {}", pack.name);
        for (name, plugin) in &pack.plugins {
            let manifest = source(&root.join("plugins").join(name).join("manifest.json"));
            let manifest = Manifest::parse(&manifest.text).expect("a manifest");
            assert_eq!(
                lines(&plugin.grant),
                lines(&asked_by(&manifest)),
                "`[plugins.{name}]` of {}",
                pack.name
            );
        }
    }
}
