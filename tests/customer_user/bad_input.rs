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
            error: input `contact`: there is no `Contact` `001Jca000000002IAA`
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
            help: pass the id of the one you mean: Tom Twin, one@example.com (003Jca000000007IAA); Tom Twin, two@example.com (003Jca000000008IAA)
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
              --> fsc/customer-user:67:20
               |
            67 | with = { contact = "${inputs.contact}", license = "${inputs.license}", profile = "${inputs.profile}", username = "${inputs.username}...
               |                    ^^^^^^^^^^^^^^^^^^^
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
            exit 20
            error: step `user`: Mailless has no email (input `contact`)
              --> fsc/customer-user:67:20
               |
            67 | with = { contact = "${inputs.contact}", license = "${inputs.license}", profile = "${inputs.profile}", username = "${inputs.username}...
               |                    ^^^^^^^^^^^^^^^^^^^
               |
               = help: Give the contact an email, or set `email` (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, the email with site access information)
            code: no-email

            error: the org is not ready; nothing was changed
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
        error: step `user`: `001Jca000000002IAA` is an account, and a user is made from a contact
          --> mine.toml:11:20
           |
        11 | with = { contact = "001Jca000000002IAA", license = "Client Customer Community Plus", profile = "Client Customer Community Plus" }
           |                    ^^^^^^^^^^^^^^^^^^^^
           |
           = help: Give the id of one of its contacts; of a person account, its PersonContactId
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
              --> fsc/customer-user:62:21
               |
            62 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
               |                     ^^^^^^^^^^^^^^^^^^^
               |
               = help: Give the record to an internal user who is active, or activate this one (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
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
            exit 20
            error: step `user`: 1 of 1 seats of the license `Client Customer Community Plus` are taken (input `license`)
              --> fsc/customer-user:67:51
               |
            67 | with = { contact = "${inputs.contact}", license = "${inputs.license}", profile = "${inputs.profile}", username = "${inputs.username}...
               |                                                   ^^^^^^^^^^^^^^^^^^^
               |
               = help: Deactivate a user of this license, or buy more (rule: Object Reference, UserLicense)
            code: no-seat

            error: the org is not ready; nothing was changed
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
            error: step `user`: The profile `Client Customer Community` is of the license `Client Customer Community`, not of `Client Customer Community Plus` (input `profile`)
              --> fsc/customer-user:67:82
               |
            67 | with = { contact = "${inputs.contact}", license = "${inputs.license}", profile = "${inputs.profile}", username = "${inputs.username}...
               |                                                                                  ^^^^^^^^^^^^^^^^^^^
               |
               = help: Set `license` to `Client Customer Community`, or choose a profile of `Client Customer Community Plus` (rule: Object Reference, Profile, UserLicenseId)
            code: profile-of-another-license

            error: the input is wrong; nothing was changed
        "#]],
    );
    check(
        &product,
        &words("profile=Standard User"),
        expect![[r#"
        exit 10
        error: `Standard User` is not a choice of `profile`
        help: there is `Client Customer Community`, `Client Customer Community Plus`, `Client Customer Community Login` and `Client Customer Community Plus Login`
        code: input/bad-choice

        error: 1 mistake in the inputs
    "#]],
    );
    product
        .practice()
        .configure(&json!({ "CommunitiesSettings.enableOotbProfExtUserOpsEnable": false }));
    check(
        &product,
        &words("profile=Client Customer Community Plus"),
        expect![[r#"
            exit 20
            error: step `user`: `Client Customer Community Plus` is a standard profile, and this org does not allow them for external users (input `profile`)
              --> fsc/customer-user:67:82
               |
            67 | with = { contact = "${inputs.contact}", license = "${inputs.license}", profile = "${inputs.profile}", username = "${inputs.username}...
               |                                                                                  ^^^^^^^^^^^^^^^^^^^
               |
               = help: Use a copy of the profile, or tick *Allow using standard external profiles for self-registration, user creation, and login* in Setup > Digital Experiences > Settings (rule: Metadata API, CommunitiesSettings, enableOotbProfExtUserOpsEnable)
            code: standard-profile

            error: the org is not ready; nothing was changed
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
            error: step `site`: There is no site `Client Partal` (input `site`)
              --> fsc/customer-user:77:17
               |
            77 | with = { site = "${inputs.site}" }
               |                 ^^^^^^^^^^^^^^^^
               |
               = help: Compare it with Setup > Digital Experiences > All Sites
            code: unknown-site

            error: the input is wrong; nothing was changed
        "#]],
    );
}

/// A site that is down is not a mistake: it goes live again, and the plan says what that does and does not do.
#[test]
fn a_site_that_is_down() {
    let product = Product::new();
    let org = product.practice();
    let site = org.id("Network", "Name = 'Client Portal'");
    org.update("Network", &site, &json!({ "Status": "Live" }));
    org.update("Network", &site, &json!({ "Status": "DownForMaintenance" }));
    let line = |command: &str| product.run(&format!("{command} {RECIPE} --org practice"));
    let planned = line("plan");
    let site = planned.out.split("\nsite ").nth(1).unwrap_or_default();
    expect![[r#"
         activate-site 0.1.0
          ~ "Show all settings of the site `Client Portal` in Workspaces"
              update Network 0DBJca000000001OAA { OptionsShowAllNetworkSettings: false -> true }
              undo: as it was before
          ~ "Activate the site `Client Portal`"
              update Network 0DBJca000000001OAA { Status: DownForMaintenance -> Live }
              undo: as it was before
          As a result, Salesforce will:
            > "The site `Client Portal` mails those of its 2 members who joined while it was down" (possible)
          warning: "The site `Client Portal` mails those of its 2 members who joined while it was down; mails cannot be called back"

        Plan: 2 to create, 3 to change, 0 to delete; 5 requests to send.
    "#]].assert_eq(site);
    assert_eq!(line("apply --yes").exit, 0);
    assert_eq!(line("check").exit, 0);
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
            error: step `user`: The username `maria.meyer@example.com.uobsty` is taken (input `contact`)
              --> fsc/customer-user:67:20
               |
            67 | with = { contact = "${inputs.contact}", license = "${inputs.license}", profile = "${inputs.profile}", username = "${inputs.username}...
               |                    ^^^^^^^^^^^^^^^^^^^
               |
               = help: Set `username` to one that no user has, in any org (rule: REST API, DUPLICATE_USERNAME)
            code: username-taken

            error: the input is wrong; nothing was changed
        "#]],
    );
    let other = ["--set", "username=maria@clients.example"];
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
          done  owner_role  "Give nora.north@usher-practice.example, owner of the contact and its account, the role `CEO`"
          FAILED  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`": DUPLICATE_USERNAME Duplicate Username. The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address).
        error: step `user`: `user` failed with DUPLICATE_USERNAME
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
          done  owner_role  "Give nora.north@usher-practice.example, owner of the contact and its account, the role `CEO`"
          done  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`"
          done  permissions  "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.uobsty"
          seen  user  "The user becomes a member of the site `Client Portal`"
          waiting  site  "Salesforce publishes the site" (at most 16 min)
          FAILED  site  "Publish the site `Client Portal`": run/wait-failed Salesforce publishes the site: The site job failed because the practice org was told to let it fail  (the org had taken it)
          done  site  "Show all settings of the site `Client Portal` in Workspaces"
          FAILED  site  "Activate the site `Client Portal`": run/depends what it needs has failed
          seen  user  "The user belongs to the account `Lakeside Credit Union`"
          seen  user  "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example"
          seen  user  "The user gets the role `Lakeside Credit Union Customer User`"
        error: step `site`: `publish` failed with run/wait-failed
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
    let username = &plan["steps"][1]["outputs"]["username"];
    username.as_str().expect("a username").to_owned()
}
