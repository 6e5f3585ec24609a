//! Roles announced are roles found: their names, parents and users, whatever the org's settings.

use std::collections::BTreeSet;

use expect_test::expect;
use serde_json::{Value, json};

use crate::customer_user::{RECIPE, account, contact, owner, text};
use crate::world::{Org, Product};

/// Names that break what pastes, cuts or guesses.
fn account_names() -> Vec<String> {
    vec![
        "Two  Blanks & Sons".to_owned(),
        "Crédit Noël, Zoë & Cie 株式会社".to_owned(),
        r#"The "Quoted" 'Bank' \ `Tick` ${inputs.x} <b>%_"#.to_owned(),
        "Acme Customer User".to_owned(),
        "ë&".repeat(100),
    ]
}

#[test]
fn minimised_1() {
    check_levels(1, Minimise::On);
}

#[test]
fn minimised_2() {
    check_levels(2, Minimise::On);
}

#[test]
fn minimised_3() {
    check_levels(3, Minimise::On);
}

#[test]
fn not_minimised_1() {
    check_levels(1, Minimise::Off);
}

#[test]
fn not_minimised_2() {
    check_levels(2, Minimise::Off);
}

#[test]
fn not_minimised_3() {
    check_levels(3, Minimise::Off);
}

#[test]
fn two_users_of_one_account_in_one_recipe() {
    let product = Product::new();
    let org = product.practice();
    configure(&org, 2, Minimise::On);
    let owner = owner(&org, 1);
    let account = account(&org, "Twice & Co", &owner);
    for name in ["Anna", "Berta"] {
        contact(&org, name, "Älter", &account, &owner);
    }
    product.write_recipe("two.toml", TWO);
    let inputs = ["--set", "first=Anna Älter", "--set", "second=Berta Älter"];
    let command = |words: &[&str]| {
        let mut all = words.to_vec();
        all.extend(["two.toml", "--org", "practice"]);
        all.extend(inputs);
        product.run_words(&all)
    };
    let planned = command(&["plan"]);
    expect![[r#"
        exit 0
        --- out
        Two of one account  (two)
          org     practice (practice org), as admin@practice.usher.example
          input   first = Anna Älter, anna.001Jca000000007IAA@example.com (003Jca00000000CIAQ)
          input   second = Berta Älter, berta.001Jca000000007IAA@example.com (003Jca00000000DIAQ)

        owner_role  assign-role 0.1.0
          ~ "Give oskar.1@usher-practice.example, owner of the contact and its account, the role `CEO`"
              update User 005Jca00000000CIAQ { UserRoleId: nothing -> 00EJca000000001MAA }
              RAISES PRIVILEGES: UserRoleId
              undo: as it was before
                only if no `User` is there with `Account.OwnerId` = 005Jca00000000CIAQ, `UserType` = PowerCustomerSuccess or PowerPartner or CustomerSuccess
          warning: "No role is above `CEO`: oskar.1@usher-practice.example, owner of the contact and its account, gets access to the records of every user below it in the role hierarchy; `role` under `with` of the step `owner_role` may be a lower role, as Setup > Roles shows them"
              help: "Set `role` under `with` of the step `owner_role` to a lower role when this user shall see less. This recipe has no input for `role`, so that takes a recipe of your own"

        one  enable-user 0.1.0
          + "Make Anna Älter of the account `Twice & Co` a user with the profile `Client Customer Community Plus`"
              create User { ProfileId: 00eJca00000000DIAQ, Username: anna.001jca000000007iaa@example.com.bkgpdh, LastName: Älter, FirstName: Anna, Email: anna.001Jca000000007IAA@example.com, Alias: alter, CommunityNickname: anna.lter.bkgpdh, TimeZoneSidKey: America/New_York, LocaleSidKey: en_US, LanguageLocaleKey: en_US, EmailEncodingKey: UTF-8, ContactId: 003Jca00000000CIAQ, IsActive: true }
              RAISES PRIVILEGES: ProfileId
              undo: update User <one:user.id> { IsActive: false }; "the user stays, inactive"
          As a result, Salesforce will:
            > "One seat of the license `Client Customer Community Plus` is taken"
            > "The user belongs to the account `Twice & Co`"
            > "Salesforce makes the role `o&ë'1 Customer Person Account`, which users of accounts of oskar.1@usher-practice.example share" (likely)
              after an undo: "the role stays"
            > "The user gets the role `o&ë'1 Customer Person Account`"
            > "The user becomes a member of the site `Client Portal`" (likely)
          note: "anna.001Jca000000007IAA@example.com gets the welcome mail of the site `Client Portal` when that is activated"
          note: "admin@practice.usher.example, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one"
              help: "If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too"

        two  enable-user 0.1.0
          + "Make Berta Älter of the account `Twice & Co` a user with the profile `Client Customer Community Plus`"
              create User { ProfileId: 00eJca00000000DIAQ, Username: berta.001jca000000007iaa@example.com.vaypfk, LastName: Älter, FirstName: Berta, Email: berta.001Jca000000007IAA@example.com, Alias: blter, CommunityNickname: berta.lter.vaypfk, TimeZoneSidKey: America/New_York, LocaleSidKey: en_US, LanguageLocaleKey: en_US, EmailEncodingKey: UTF-8, ContactId: 003Jca00000000DIAQ, IsActive: true }
              RAISES PRIVILEGES: ProfileId
              undo: update User <two:user.id> { IsActive: false }; "the user stays, inactive"
          As a result, Salesforce will:
            > "One seat of the license `Client Customer Community Plus` is taken"
            > "The user belongs to the account `Twice & Co`"
            > "Salesforce makes the role `Twice & Co Customer Manager` below the role of oskar.1@usher-practice.example" (likely)
              after an undo: "the role stays"
            > "Salesforce makes the role `Twice & Co Customer User` below `Twice & Co Customer Manager`" (likely)
              after an undo: "the role stays"
            > "anna.001jca000000007iaa@example.com.bkgpdh moves from the shared role to `Twice & Co Customer User`"
            > "The user gets the role `Twice & Co Customer User`"
            > "The user becomes a member of the site `Client Portal`" (likely)
          note: "Assuming that *Number of customer roles* is 2, as `role_levels` under `with` of the step `two` says; no API shows it"
              help: "Set `role_levels` under `with` of the step `two` to what Setup > Digital Experiences > Settings shows. This recipe has no input for `role_levels`, so that takes a recipe of your own"
          note: "berta.001Jca000000007IAA@example.com gets the welcome mail of the site `Client Portal` when that is activated"
          note: "admin@practice.usher.example, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one"
              help: "If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too"

        Plan: 2 to create, 1 to change, 0 to delete; 3 requests to send.
        --- err
    "#]].assert_eq(&planned.text());
    let before = Seen::of(&org);
    let announced = command(&["plan", "--json"]).json();
    let applied = command(&["apply", "--yes"]);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(command(&["check"]).exit, 0);
    let after = Seen::of(&org);
    // The first user shares only until the second comes, so the shared role stays and the first moves.
    let mut all = announced_of(&announced, "one");
    let place = "The user gets the role `o&ë'1 Customer Person Account`";
    assert!(all.remove(place), "{all:?}");
    all.extend(announced_of(&announced, "two"));
    let mut found = after.since(&before);
    let moved = "The user gets the role `Twice & Co Customer User`";
    assert!(found.contains(moved), "{found:?}");
    let anna = text(
        &org.query("SELECT Username FROM User WHERE FirstName = 'Anna'")[0],
        "Username",
    )
    .to_owned();
    found.insert(format!(
        "{anna} moves from the shared role to `Twice & Co Customer User`"
    ));
    assert_eq!(all, found);
}

/// Users of person accounts share a role of the owner, with any setting.
#[test]
fn person_accounts() {
    for minimise in [Minimise::On, Minimise::Off] {
        let product = Product::new();
        let org = product.practice();
        configure(&org, 3, minimise);
        let owner = owner(&org, 1);
        for (number, name) in ["Pia", "Pius"].into_iter().enumerate() {
            let fields = json!({ "FirstName": name, "LastName": "P & Ö", "PersonEmail": format!("{name}@example.com"), "OwnerId": owner });
            let account = org.create("Account", &fields);
            let contact = &org.query(&format!(
                "SELECT PersonContactId FROM Account WHERE Id = '{account}'"
            ))[0];
            let before = Seen::of(&org);
            let announced = enable(&product, text(contact, "PersonContactId"), 3);
            let announced: BTreeSet<String> = announced
                .iter()
                .map(|line| line.replace(", which is there", ""))
                .collect();
            let after = Seen::of(&org);
            assert_eq!(announced, after.since(&before));
            assert_eq!(after.roles.len() - before.roles.len(), 1 - number);
        }
    }
}

/// A license without roles brings no effects on roles, and the owner needs none.
#[test]
fn licenses_without_roles() {
    let product = Product::new();
    let org = product.practice();
    let before = Seen::of(&org);
    let words = [
        "apply",
        RECIPE,
        "--org",
        "practice",
        "--yes",
        "--json",
        "--set",
        "contact=maria.meyer@example.com",
        "--set",
        "site=Client Portal",
        "--set",
        "add_profile_to_site=true",
        "--set",
        "owner_role=COO",
        "--set",
        "license=Client Customer Community Login",
        "--set",
        "profile=Client Customer Community Login",
    ];
    let applied = product.run_words(&words);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let announced = announced_of(&applied.json(), "user");
    let none = "The user gets no role; users of this license have none";
    assert_eq!(announced, BTreeSet::from([none.to_owned()]));
    let user = &org.query("SELECT UserRoleId FROM User WHERE LastName = 'Meyer'")[0];
    assert_eq!(user["UserRoleId"], Value::Null);
    assert_eq!(Seen::of(&org).roles.len(), before.roles.len());
}

/// The number of levels that no read shows is taken from the newest account, or announced as possible. It is right, or
/// the run reports the difference.
#[test]
fn levels_that_are_not_given_or_wrong() {
    let product = Product::new();
    let org = product.practice();
    let owner = owner(&org, 1);
    let line = |contact: &str, levels: usize| {
        let (contact, levels) = (
            format!("contact={contact}"),
            format!("role_levels={levels}"),
        );
        let all = [
            "apply",
            RECIPE,
            "--org",
            "practice",
            "--yes",
            "--set",
            &contact,
            "--set",
            &levels,
            "--set",
            "site=Client Portal",
        ];
        let ran = product.run_words(&all);
        let start = ran.out.find("\nuser ").unwrap_or_default();
        let user = &ran.out[start..];
        let user = &user[..user.find("\npermissions ").unwrap_or(user.len())];
        let end = ran.out.rfind("\n\n").unwrap_or_default();
        format!(
            "exit {}\n--- out{user}…{}--- err\n{}",
            ran.exit,
            &ran.out[end..],
            ran.err
        )
    };
    // Taken for one, as the example's account has, and there will be two.
    org.configure(&json!({ "practice.numberOfCustomerRoles": 2 }));
    let one = account(&org, "Inferred", &owner);
    let one = contact(&org, "Anna", "One", &one, &owner);
    expect![[r#"
        exit 10
        --- out
        user  enable-user 0.1.0
          ? planned later: the plugin asks for it: "an earlier step may still write `User`"
              at most 2 changes: create User (Username, LastName, FirstName, Email, Alias, CommunityNickname, TimeZoneSidKey, LocaleSidKey, LanguageLocaleKey, EmailEncodingKey, ProfileId, ContactId, IsActive, UserPermissionsSFContentUser, PortalRole, AboutMe, City, CompanyName, Country, CountryCode, CurrencyIsoCode, DefaultCurrencyIsoCode, Department, Division, EmployeeNumber, Extension, Fax, FederationIdentifier, ManagerId, MobilePhone, Phone, PostalCode, State, StateCode, Street, Title, *__c); update User (IsActive, ProfileId, UserPermissionsSFContentUser, PortalRole, AboutMe, City, CompanyName, Country, CountryCode, CurrencyIsoCode, DefaultCurrencyIsoCode, Department, Division, EmployeeNumber, Extension, Fax, FederationIdentifier, ManagerId, MobilePhone, Phone, PostalCode, State, StateCode, Street, Title, *__c); update UserLogin (IsFrozen)
              ProfileId only as its input names it: `alias` = ; `contact` = 003Jca00000000CIAQ; `email` = ; `language` = ; `license` = ; `locale` = ; `nickname` = ; `permission_sets` = Customer Community Read Only; `profile` = Client Customer Community Plus; `site` = Client Portal; `time_zone` = ; `username` = ; `username_suffix` =
              RAISES PRIVILEGES: ProfileId
        …

        This plan cannot be applied.
        --- err
        error: step `owner_role`: oskar.1@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
           --> fsc/customer-user:148:49
            |
        148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
            |                                                 ^^^^^^^^^^^^^^^^^^^^^^
            |
            = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
        code: role-needed

        error: the input is wrong; nothing was changed
    "#]].assert_eq(&line(&one, 0));
    // Said to be three, and there will be one.
    org.configure(&json!({ "practice.numberOfCustomerRoles": 1 }));
    let two = account(&org, "Wrong", &owner);
    let two = contact(&org, "Berta", "Two", &two, &owner);
    expect![[r#"
        exit 10
        --- out
        user  enable-user 0.1.0
          ? planned later: the plugin asks for it: "an earlier step may still write `User`"
              at most 2 changes: create User (Username, LastName, FirstName, Email, Alias, CommunityNickname, TimeZoneSidKey, LocaleSidKey, LanguageLocaleKey, EmailEncodingKey, ProfileId, ContactId, IsActive, UserPermissionsSFContentUser, PortalRole, AboutMe, City, CompanyName, Country, CountryCode, CurrencyIsoCode, DefaultCurrencyIsoCode, Department, Division, EmployeeNumber, Extension, Fax, FederationIdentifier, ManagerId, MobilePhone, Phone, PostalCode, State, StateCode, Street, Title, *__c); update User (IsActive, ProfileId, UserPermissionsSFContentUser, PortalRole, AboutMe, City, CompanyName, Country, CountryCode, CurrencyIsoCode, DefaultCurrencyIsoCode, Department, Division, EmployeeNumber, Extension, Fax, FederationIdentifier, ManagerId, MobilePhone, Phone, PostalCode, State, StateCode, Street, Title, *__c); update UserLogin (IsFrozen)
              ProfileId only as its input names it: `alias` = ; `contact` = 003Jca00000000DIAQ; `email` = ; `language` = ; `license` = ; `locale` = ; `nickname` = ; `permission_sets` = Customer Community Read Only; `profile` = Client Customer Community Plus; `site` = Client Portal; `time_zone` = ; `username` = ; `username_suffix` =
              RAISES PRIVILEGES: ProfileId
        …

        This plan cannot be applied.
        --- err
        error: step `owner_role`: oskar.1@usher-practice.example, owner of the contact and its account, has no role (input `owner_role`)
           --> fsc/customer-user:148:49
            |
        148 | with = { owner_of = "${inputs.contact}", role = "${inputs.owner_role}" }
            |                                                 ^^^^^^^^^^^^^^^^^^^^^^
            |
            = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Channel Sales`, `Director, Direct Sales`, `Customer Support, North America`, `VP, International Sales`, `VP, North American Sales`, `CFO`, `COO`, `SVP, Customer Service & Support`, `SVP, Sales & Marketing` and `CEO`. Setup > Roles shows all (rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin)
        code: role-needed

        error: the input is wrong; nothing was changed
    "#]].assert_eq(&line(&two, 3));
}

const TWO: &str = r#"
title = "Two of one account"

[inputs.first]
type = "record"
object = "Contact"

[inputs.second]
type = "record"
object = "Contact"

[[steps]]
id = "owner_role"
use = "assign-role"
with = { owner_of = "${inputs.first}", role = "CEO" }

[[steps]]
id = "one"
use = "enable-user"
with = { contact = "${inputs.first}", license = "Client Customer Community Plus", profile = "Client Customer Community Plus", role_levels = 2 }

[[steps]]
id = "two"
use = "enable-user"
with = { contact = "${inputs.second}", license = "Client Customer Community Plus", profile = "Client Customer Community Plus", role_levels = 2 }
"#;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Minimise {
    On,
    Off,
}

fn configure(org: &Org, levels: usize, minimise: Minimise) {
    org.configure(&json!({
        "practice.numberOfCustomerRoles": levels,
        "SharingSettings.enableAccountRoleOptimization": minimise == Minimise::On,
    }));
}

/// First and second user of accounts of all names: two owners, so that one of them has the shared role
/// already.
#[track_caller]
fn check_levels(levels: usize, minimise: Minimise) {
    let product = Product::new();
    let org = product.practice();
    configure(&org, levels, minimise);
    let owners = [owner(&org, 1), owner(&org, 2)];
    for (index, name) in account_names().iter().enumerate() {
        let owner = &owners[index % owners.len()];
        let account = account(&org, name, owner);
        for (number, first_name) in ["Anna", "Berta"].iter().enumerate() {
            let contact = contact(&org, first_name, "d'Älter & \"Co\"", &account, owner);
            let before = Seen::of(&org);
            let announced = enable(&product, &contact, levels);
            let after = Seen::of(&org);
            let found = after.since(&before);
            let announced: BTreeSet<String> = announced
                .iter()
                .map(|line| line.replace(", which is there", ""))
                .collect();
            assert_eq!(announced, found, "{name}, user {number}");
            let made = after.roles.len() - before.roles.len();
            let expected = match (minimise, number) {
                (Minimise::Off, 0) | (Minimise::On, 1) => levels,
                (Minimise::Off, _) => 0,
                // The shared role is made with the owner's first account.
                (Minimise::On, _) => usize::from(index < owners.len()),
            };
            assert_eq!(made, expected, "{name}, user {number}");
        }
        let own = format!("PortalAccountId = '{account}'");
        assert_eq!(
            org.query(&format!("SELECT Id FROM UserRole WHERE {own}"))
                .len(),
            levels
        );
        let condition = format!("SELECT UserRole.Name FROM User WHERE AccountId = '{account}'");
        for user in org.query(&condition) {
            let role = text(&user["UserRole"], "Name");
            assert_eq!(role, format!("{name} Customer User"));
        }
    }
}

/// Plans and applies for a contact. Returns the announcements of the plan, the same as text and as JSON.
#[track_caller]
fn enable(product: &Product, contact: &str, levels: usize) -> BTreeSet<String> {
    let (contact, levels) = (
        format!("contact={contact}"),
        format!("role_levels={levels}"),
    );
    let given = ["site=Client Portal", "owner_role=COO", &contact, &levels];
    let command = |words: &[&str]| {
        let mut all = words.to_vec();
        all.extend([RECIPE, "--org", "practice"]);
        all.extend(given.iter().flat_map(|set| ["--set", *set]));
        product.run_words(&all)
    };
    let planned = command(&["plan", "--json"]);
    assert_eq!(planned.exit, 0, "{}", planned.text());
    let announced = announced_of(&planned.json(), "user");
    let text = command(&["plan"]);
    // A text of a plugin is quoted, as a sentence.
    let quoted = announced.iter().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ").replace('"', "\\\"")
    });
    let quoted: Vec<String> = quoted.collect();
    for line in &quoted {
        assert!(
            text.out.contains(&format!("    > \"{line}\"")),
            "{line}\n{}",
            text.text()
        );
    }
    let applied = command(&["apply", "--yes"]);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    for line in &quoted {
        assert!(
            applied.err.contains(&format!("  seen  user  \"{line}\"\n")),
            "{line}\n{}",
            applied.text()
        );
    }
    let check = command(&["check"]);
    assert_eq!(check.exit, 0, "{}", check.text());
    let again = command(&["apply", "--yes", "--json"]).json();
    assert_eq!(again["requests"]["write"], 0, "{again}");
    announced
}

/// The announcements of a step about roles.
fn announced_of(plan: &Value, step: &str) -> BTreeSet<String> {
    let mut steps = plan["steps"].as_array().expect("steps").iter();
    let step = steps.find(|one| one["id"] == step).expect("the step");
    let effects = step["effects"].as_array().expect("effects");
    let about_roles = effects.iter().filter(|effect| {
        let address = text(effect, "address");
        address == "place" || address.starts_with("role/") || address.starts_with("moved/")
    });
    about_roles
        .map(|effect| text(effect, "summary").to_owned())
        .collect()
}

/// Roles and users as any client finds them.
struct Seen {
    roles: Vec<Value>,
    users: Vec<Value>,
}

impl Seen {
    fn of(org: &Org) -> Self {
        Self {
            roles: org.query("SELECT Id, Name, ParentRoleId, PortalRole, PortalAccountId, PortalAccount.Owner.Username, PortalAccount.Owner.UserRoleId, PortalAccountOwnerId FROM UserRole"),
            users: org.query("SELECT Id, Username, UserRoleId, UserType FROM User"),
        }
    }

    fn role(&self, id: &str) -> &Value {
        self.roles
            .iter()
            .find(|role| text(role, "Id") == id)
            .expect("the role is there")
    }

    fn user(&self, id: &str) -> Option<&Value> {
        self.users.iter().find(|user| text(user, "Id") == id)
    }

    /// Returns the changes since then, in the words of a plan.
    fn since(&self, before: &Self) -> BTreeSet<String> {
        let known: BTreeSet<&str> = before.roles.iter().map(|role| text(role, "Id")).collect();
        let new_roles = self
            .roles
            .iter()
            .filter(|role| !known.contains(text(role, "Id")));
        let mut lines: BTreeSet<String> = new_roles.map(|role| self.made(role)).collect();
        for user in self
            .users
            .iter()
            .filter(|user| text(user, "UserType") != "Standard")
        {
            let (id, role) = (text(user, "Id"), text(user, "UserRoleId"));
            let name = text(self.role(role), "Name");
            match before.user(id) {
                None => {
                    lines.insert(format!("The user gets the role `{name}`"));
                }
                Some(old) if text(old, "UserRoleId") != role => {
                    let username = text(user, "Username");
                    lines.insert(format!("{username} moves from the shared role to `{name}`"));
                }
                Some(_) => {}
            }
        }
        lines
    }

    fn made(&self, role: &Value) -> String {
        let name = text(role, "Name");
        let parent = text(role, "ParentRoleId");
        if text(role, "PortalRole") == "PersonAccount" {
            let owner = self
                .user(text(role, "PortalAccountOwnerId"))
                .expect("the owner");
            assert_eq!(parent, text(owner, "UserRoleId"), "below the owner's role");
            let owner = text(owner, "Username");
            return format!(
                "Salesforce makes the role `{name}`, which users of accounts of {owner} share"
            );
        }
        let owner = &role["PortalAccount"]["Owner"];
        if parent == text(owner, "UserRoleId") {
            let owner = text(owner, "Username");
            return format!("Salesforce makes the role `{name}` below the role of {owner}");
        }
        let parent = self.role(parent);
        assert_eq!(
            parent["PortalAccountId"], role["PortalAccountId"],
            "the same account"
        );
        format!(
            "Salesforce makes the role `{name}` below `{}`",
            text(parent, "Name")
        )
    }
}
