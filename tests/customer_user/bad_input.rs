//! Bad input of `fsc/customer-user`: the rule that refuses it, the remedy, the right exit code, and an unchanged org.

use expect_test::expect;
use serde_json::{Value, json};

use crate::bad_input::check;
use crate::customer_user::RECIPE;
use crate::world::Product;

const MARIA: &str = "contact=maria.meyer@example.com";
const SITE: &str = "site=Client Portal";

/// The recipe for a contact.
fn words(contact: &str) -> [&str; 5] {
    [RECIPE, "--set", contact, "--set", SITE]
}

/// Without the step that gives the owner a role.
const WITHOUT_ROLE: &str = r#"
title = "Without the role"

[inputs.contact]
type = "record"
object = "Contact"

[[steps]]
id = "user"
use = "enable-user"
with = { contact = "${inputs.contact}", license = "Client Customer Community Plus", profile = "Client Customer Community Plus" }
"#;

#[test]
fn contacts_that_are_not_there_or_not_the_only_ones() {
    let product = Product::new();
    let org = product.practice();
    check(
        &product,
        &words("contact=nobody@example.com"),
        expect![[r#"
            exit 10
            error: input `contact`: there is no `Contact` `nobody@example.com`
            help: pass an id, or what one record alone has in `Email` and `Name`
            code: input/no-such-record

            error: 1 mistake in the inputs
        "#]],
    );
    check(
        &product,
        &words("contact=003Jca000000ZZZ"),
        expect![[r#"
        exit 10
        error: input `contact`: there is no `Contact` `003Jca000000ZZZ`
        help: it may be deleted, of another org, or hidden from you
        code: input/no-such-record

        error: 1 mistake in the inputs
    "#]],
    );
    let account = org.id("Account", "Name = 'Lakeside Credit Union'");
    check(
        &product,
        &words(&format!("contact={account}")),
        expect![[r#"
            exit 10
            error: input `contact`: there is no `Contact` `001Jca000000003IAA`
            help: that id is of another object: `Account`
            code: input/no-such-record

            error: 1 mistake in the inputs
        "#]],
    );
    for email in ["one@example.com", "two@example.com"] {
        org.create("Contact", &json!({ "FirstName": "Tom", "LastName": "Twin", "Email": email, "AccountId": account }));
    }
    check(
        &product,
        &words("contact=Tom Twin"),
        expect![[r#"
            exit 10
            error: input `contact`: 2 `Contact` are called `Tom Twin`
            help: pass the id of the one you mean: Tom Twin, one@example.com (003Jca00000000CIAQ); Tom Twin, two@example.com (003Jca00000000DIAQ)
            code: input/ambiguous-record

            error: 1 mistake in the inputs
        "#]],
    );
    check(
        &product,
        &words("contact="),
        expect![[r#"
        exit 10
        error: `contact` is empty, not a record of Contact
        help: give the id of a Contact, or its unique name or email
        code: input/wrong-type

        error: 1 mistake in the inputs
    "#]],
    );
}

#[test]
fn a_contact_without_account_or_email() {
    let product = Product::new();
    let org = product.practice();
    org.create(
        "Contact",
        &json!({ "FirstName": "Lena", "LastName": "Lone", "Email": "lena@example.com" }),
    );
    check(
        &product,
        &words("contact=lena@example.com"),
        expect![[r#"
            exit 20
            error: step `user`: Lena Lone has no account (input `contact`)
               --> fsc/customer-user:166:11
                |
            166 | contact = "${inputs.contact}"
                |           ^^^^^^^^^^^^^^^^^^^
                |
                = help: Choose an account for the contact in the field Account Name (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, the contact must have a standard related account)
            code: contact-without-account

            error: the org is not ready; nothing was changed
        "#]],
    );
    let account = org.id("Account", "Name = 'Lakeside Credit Union'");
    org.create(
        "Contact",
        &json!({ "LastName": "Mailless", "AccountId": account }),
    );
    check(
        &product,
        &words("contact=Mailless"),
        expect![[r#"
            exit 10
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact's account, has no role (input `owner_role`)
               --> fsc/customer-user:148:49
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                                                 ^^^^^^^^^^^^^^^^^^^^^^
                |
                = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: role-needed

            error: the input is wrong; nothing was changed
        "#]],
    );
}

#[test]
fn an_account_id_where_a_plugin_wants_a_contact() {
    let product = Product::new();
    let account = product
        .practice()
        .id("Account", "Name = 'Lakeside Credit Union'");
    let recipe = WITHOUT_ROLE
        .replace("record", "string")
        .replace("object = \"Contact\"\n", "");
    product.write_recipe("mine.toml", recipe);
    check(
        &product,
        &["mine.toml", "--set", &format!("contact={account}")],
        expect![[r#"
            exit 10
            error: `contact` takes a Contact, and input `contact` is a text that Usher does not look up here
              --> mine.toml:10:23
               |
            10 | with = { contact = "${inputs.contact}", license = "Client Customer Community Plus", profile = "Client Customer Community Plus" }
               |                       ^^^^^^^^^^^^^^
               |
               = help: declare it with `type = "record"` and `object = "Contact"`
            code: recipe/wrong-record

            error: 1 mistake in `mine.toml`
        "#]],
    );
    let recipe = WITHOUT_ROLE.replace("${inputs.contact}", &account);
    product.write_recipe("mine.toml", recipe);
    check(
        &product,
        &["mine.toml", "--set", MARIA],
        expect![[r#"
            exit 10
            error: step `user`: `001Jca000000003IAA` is an account, and a user is made from a contact
              --> mine.toml:11:20
               |
            11 | with = { contact = "001Jca000000003IAA", license = "Client Customer Community Plus", profile = "Client Customer Community Plus" }
               |                    ^^^^^^^^^^^^^^^^^^^^
               |
               = help: Set `contact` under `with` of the step `user` to the id of one of its contacts; of a person account, its PersonContactId. This recipe has no input for `contact`, so that takes a recipe of your own
            code: account-instead-of-contact

            error: the input is wrong; nothing was changed
        "#]],
    );
}

#[test]
fn an_owner_who_is_inactive_or_has_no_role() {
    let product = Product::new();
    let org = product.practice();
    product.write_recipe("mine.toml", WITHOUT_ROLE);
    check(
        &product,
        &["mine.toml", "--set", MARIA],
        expect![[r#"
        exit 20
        error: step `user`: nora.north@usher-practice.example, owner of the account `Lakeside Credit Union`, has no role (input `contact`)
          --> mine.toml:11:20
           |
        11 | with = { contact = "${inputs.contact}", license = "Client Customer Community Plus", profile = "Client Customer Community Plus" }
           |                    ^^^^^^^^^^^^^^^^^^^
           |
           = help: Give the owner a role first: step `assign-role`, or Setup > Users (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
        code: owner-without-role

        error: the org is not ready; nothing was changed
    "#]],
    );
    let nora = org.id("User", "Email = 'nora.north@example.com'");
    org.update("User", &nora, &json!({ "IsActive": false }));
    check(
        &product,
        &[RECIPE, "--set", MARIA, "--set", SITE],
        expect![[r#"
            exit 20
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, is inactive (input `contact`)
               --> fsc/customer-user:148:21
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                     ^^^^^^^^^^^^^^^^^^^
                |
                = help: Give the account to an internal user who is active, or activate this one (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: inactive

            error: the org is not ready; nothing was changed
        "#]],
    );
    check(
        &product,
        &["mine.toml", "--set", MARIA],
        expect![[r#"
        exit 20
        error: step `user`: nora.north@usher-practice.example, owner of the account `Lakeside Credit Union`, is inactive (input `contact`)
          --> mine.toml:11:20
           |
        11 | with = { contact = "${inputs.contact}", license = "Client Customer Community Plus", profile = "Client Customer Community Plus" }
           |                    ^^^^^^^^^^^^^^^^^^^
           |
           = help: Give the account to an active internal user who has a role (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
        code: owner-inactive

        error: the org is not ready; nothing was changed
    "#]],
    );
}

#[test]
fn no_seat() {
    let product = Product::new();
    let org = product.practice();
    let license = org.id("UserLicense", "Name = 'Client Customer Community Plus'");
    org.set(
        "UserLicense",
        Some(&license),
        &json!({ "TotalLicenses": 1 }),
    );
    check(
        &product,
        &[RECIPE, "--set", MARIA, "--set", SITE],
        expect![[r#"
            exit 10
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
               --> fsc/customer-user:148:49
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                                                 ^^^^^^^^^^^^^^^^^^^^^^
                |
                = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: role-needed

            error: the input is wrong; nothing was changed
        "#]],
    );
}

#[test]
fn profiles_that_the_user_may_not_have() {
    let product = Product::new();
    let words = |profile| [RECIPE, "--set", MARIA, "--set", SITE, "--set", profile];
    check(
        &product,
        &words("profile=Client Customer Community"),
        expect![[r#"
            exit 10
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
               --> fsc/customer-user:148:49
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                                                 ^^^^^^^^^^^^^^^^^^^^^^
                |
                = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: role-needed

            error: the input is wrong; nothing was changed
        "#]],
    );
    check(
        &product,
        &words("profile=Standard User"),
        expect![[r#"
            exit 10
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
               --> fsc/customer-user:148:49
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                                                 ^^^^^^^^^^^^^^^^^^^^^^
                |
                = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: role-needed

            error: the input is wrong; nothing was changed
        "#]],
    );
    product
        .practice()
        .configure(&json!({ "CommunitiesSettings.enableOotbProfExtUserOpsEnable": false }));
    check(
        &product,
        &words("profile=Client Customer Community Plus"),
        expect![[r#"
            exit 10
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
               --> fsc/customer-user:148:49
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                                                 ^^^^^^^^^^^^^^^^^^^^^^
                |
                = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: role-needed

            error: the input is wrong; nothing was changed
        "#]],
    );
}

#[test]
fn sites_that_are_not_there() {
    let product = Product::new();
    check(
        &product,
        &[RECIPE, "--set", MARIA, "--set", "site=Client Partal"],
        expect![[r#"
            exit 10
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
               --> fsc/customer-user:148:49
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                                                 ^^^^^^^^^^^^^^^^^^^^^^
                |
                = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: role-needed

            error: step `members`: There is no site `Client Partal` (input `site`)
               --> fsc/customer-user:156:8
                |
            156 | site = "${inputs.site}"
                |        ^^^^^^^^^^^^^^^^
                |
                = help: Set the input `site` to the site of this org; did you mean `Client Portal`?
            code: unknown-site

            error: the input is wrong; nothing was changed
        "#]],
    );
}

/// An undo takes a site down that was never live before, because `UnderConstruction` cannot come back. The org does not show
/// that it was an undo, so the next run goes live only when the input says so.
#[test]
fn a_site_that_an_undo_took_down() {
    let product = Product::new();
    let line = |command: &str| product.run(&format!("{command} {RECIPE} --org practice"));
    assert_eq!(line("apply --yes").exit, 0);
    let undone = product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
    let org = product.practice();
    let status = || org.query("SELECT Status FROM Network")[0]["Status"].clone();
    assert_eq!(status(), "DownForMaintenance");
    let again = |more: &str| {
        let inputs = [MARIA, SITE, "owner_role=Customer Support, North America"];
        let mut words = vec!["apply", RECIPE, "--org", "practice", "--yes"];
        for set in inputs.iter().chain(&["activate=true", more]) {
            words.extend(["--set", *set]);
        }
        product.run_words(&words)
    };
    let refused = again("from_maintenance=false");
    assert_eq!(refused.exit, 20, "{}", refused.text());
    assert!(
        refused.err.contains("code: site-is-down"),
        "{}",
        refused.err
    );
    let applied = again("from_maintenance=true");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(status(), "Live");
}

/// A site that somebody took down stays down, unless the input says that it may go live again.
#[test]
fn a_site_that_is_down() {
    let product = Product::new();
    let org = product.practice();
    let site = org.id("Network", "Name = 'Client Portal'");
    org.update("Network", &site, &json!({ "Status": "Live" }));
    org.update("Network", &site, &json!({ "Status": "DownForMaintenance" }));
    let line = |more: &[&str]| {
        let mut words = vec!["apply", RECIPE, "--org", "practice", "--yes"];
        for set in [MARIA, SITE, "owner_role=COO"].iter().chain(more) {
            words.extend(["--set", *set]);
        }
        product.run_words(&words)
    };
    let refused = line(&["activate=true"]);
    assert_eq!(refused.exit, 20, "{}", refused.text());
    expect![[r#"
        error: step `live`: The site `Client Portal` is down for maintenance: a user or the undo of a run took it down, and activating it lets its visitors in again (input `site`)
           --> fsc/customer-user:193:17
            |
        193 | with = { site = "${inputs.site}", from_maintenance = "${inputs.from_maintenance}", show_all_settings = false }
            |                 ^^^^^^^^^^^^^^^^
            |
            = help: Set the input `from_maintenance` to true when the site shall be open again; else activate nothing until it is back (rule: Object Reference, Network, Status)
        code: site-is-down

        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refused.err);
    // One user more leaves the site as it is.
    let status = || {
        org.query("SELECT Status FROM Network WHERE Name = 'Client Portal'")[0]["Status"].clone()
    };
    assert_eq!(line(&[]).exit, 0);
    assert_eq!(status(), "DownForMaintenance");
    let again = line(&["activate=true", "from_maintenance=true"]);
    assert_eq!(again.exit, 0, "{}", again.text());
    assert_eq!(status(), "Live");
}

#[test]
fn a_username_that_somebody_in_this_org_has() {
    let product = Product::new();
    let org = product.practice();
    let username = username(&product);
    let sam = org.id("User", "Email = 'sam.sales@practice.usher.example'");
    org.update("User", &sam, &json!({ "Username": username }));
    check(
        &product,
        &[RECIPE, "--set", MARIA, "--set", SITE],
        expect![[r#"
            exit 10
            error: step `owner_role`: nora.north@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
               --> fsc/customer-user:148:49
                |
            148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
                |                                                 ^^^^^^^^^^^^^^^^^^^^^^
                |
                = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
            code: role-needed

            error: the input is wrong; nothing was changed
        "#]],
    );
    let other = [
        "--set",
        "owner_role=COO",
        "--set",
        "username=maria@clients.example",
    ];
    let mut words = vec!["apply", "--org", "practice", "--yes"];
    words.extend([RECIPE, "--set", MARIA, "--set", SITE]);
    words.extend(other);
    let applied = product.run_words(&words);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    org.id("User", "Username = 'maria@clients.example'");
}

/// No read can show the name before; then the org has nothing of the user, and the run is resumed later.
#[test]
fn a_username_that_somebody_elsewhere_has() {
    let product = Product::new();
    let org = product.practice();
    let username = username(&product);
    org.configure(&json!({ "practice.usernamesTakenElsewhere": [username] }));
    let seen = |soql: &str| org.query(soql);
    let queries = [
        "SELECT Id FROM UserRole",
        "SELECT Id FROM User",
        "SELECT Id FROM PermissionSetAssignment",
        "SELECT Id, Status, LastModifiedDate FROM Network",
    ];
    let before: Vec<_> = queries.iter().map(|soql| seen(soql)).collect();
    let line = |command: &str| product.run(&format!("{command} {RECIPE} --org practice"));
    assert_eq!(line("plan").exit, 0);
    let applied = line("apply --yes");
    expect![[r#"
        exit 20
        No inputs given: on a practice org, the recipe's example is used.
          done  owner_role  "Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`"
          FAILED  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`": DUPLICATE_USERNAME Duplicate Username. The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address).
        error: step `user`: `user` failed with DUPLICATE_USERNAME
        help: a username is taken once in all orgs of Salesforce: apply again with another one
        code: run/failed
    "#]].assert_eq(&format!("exit {}\n{}", applied.exit, applied.err));
    let after: Vec<_> = queries.iter().map(|soql| seen(soql)).collect();
    assert_eq!(after, before);
    assert_eq!(line("check").exit, 11);
    let runs = product.run("runs --json").json();
    assert_eq!(runs["runs"][0]["end"], "failed");
    org.configure(&json!({ "practice.usernamesTakenElsewhere": [] }));
    assert_eq!(line("apply --yes").exit, 0);
    assert_eq!(line("check").exit, 0);
}

/// A site that cannot be published stays as it is, and the org keeps the changes before it.
#[test]
fn a_site_that_cannot_be_published() {
    let product = Product::new();
    let org = product.practice();
    org.configure(&json!({ "practice.siteJobsFail": true }));
    let line = |command: &str| product.run(&format!("{command} {RECIPE} --org practice"));
    let applied = line("apply --yes");
    expect![[r#"
        exit 20
        No inputs given: on a practice org, the recipe's example is used.
          done  owner_role  "Give nora.north@usher-practice.example, owner of the contact and its account, the role `Customer Support, North America`"
          done  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
          seen  user  "The user belongs to the account `Lakeside Credit Union`"
          done  permissions  "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
          seen  user  "The user becomes a member of the site `Client Portal`"
          waiting  live  "Salesforce publishes the site" (at most 16 min)
          FAILED  live  "Publish the site `Client Portal`": run/wait-failed Salesforce publishes the site: The site job failed because the practice org was told to let it fail  (the org had taken it)
          FAILED  live  "Activate the site `Client Portal`": run/depends what it needs has failed
          seen  user  "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example"
          seen  user  "The user gets the role `Lakeside Credit Union Customer User`"
        error: step `live`: `publish` failed with run/wait-failed
        help: look in Setup at what Salesforce was to do, put right what keeps it from that, then apply again
        code: run/failed
    "#]].assert_eq(&format!("exit {}\n{}", applied.exit, applied.err));
    let site = org.query("SELECT Status FROM Network");
    assert_eq!(site[0]["Status"], "UnderConstruction");
    assert_eq!(
        org.send("GET", "/practice/mails", &Value::Null),
        json!({ "mails": [] })
    );
    org.configure(&json!({ "practice.siteJobsFail": false }));
    assert_eq!(line("apply --yes").exit, 0);
    assert_eq!(line("check").exit, 0);
}

/// The one that the plan makes for Maria.
fn username(product: &Product) -> String {
    let plan = product
        .run(&format!("plan {RECIPE} --org practice --json"))
        .json();
    let username = &plan["steps"][2]["outputs"]["username"];
    username.as_str().expect("a username").to_owned()
}
