//! Every recipe of the box on four orgs: the one of the examples; one in German with person accounts and duplicate rules;
//! one with other names of roles, few roles and a site of an LWR template; and one whose signed-in user has just the
//! permissions that the plan names. Each is planned, applied, found as it should be, and left alone the second time.

pub(crate) mod rights;

use std::path::Path;

use crate::cases::run;
use crate::world::{Product, Ran};

/// A recipe, and what its pack tries it with.
pub(crate) struct Example {
    pub(crate) recipe: String,
    inputs: Vec<String>,
    /// Rows, as a file of inputs.
    rows: String,
    /// Manual steps that are confirmed, each `step=words`.
    confirmed: Vec<String>,
    /// The start of its org, as it stands behind a flavour.
    start: Option<String>,
}

/// An input as an argument.
fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The inputs that are rows, or those that are not.
fn part(inputs: &toml::Value, rows: bool) -> toml::Value {
    let is_rows = |value: &toml::Value| {
        let first = value.as_array().and_then(|values| values.first());
        first.is_some_and(toml::Value::is_table)
    };
    let inputs = inputs.as_table().into_iter().flatten();
    let part = inputs.filter(|(_, value)| is_rows(value) == rows);
    toml::Value::Table(
        part.map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

/// Each entry of a table as `name=value`.
fn entries(table: Option<&toml::Value>) -> Vec<String> {
    let entries = table.and_then(toml::Value::as_table).into_iter().flatten();
    entries
        .map(|(name, value)| format!("{name}={}", text(value)))
        .collect()
}

impl Example {
    /// The recipes of the box.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../recipes");
        let mut all = Vec::new();
        for pack in ["contracts", "fsc", "partner", "roles"] {
            let file = root.join(pack).join("practice.toml");
            let practice = std::fs::read_to_string(file).expect("a file");
            let practice: toml::Value = toml::from_str(&practice).expect("TOML");
            let examples = practice["examples"].as_table().expect("examples");
            all.extend(examples.iter().map(|(name, example)| {
                Self {
                    recipe: format!("{pack}/{name}"),
                    inputs: entries(
                        example
                            .get("inputs")
                            .map(|inputs| part(inputs, false))
                            .as_ref(),
                    ),
                    rows: toml::to_string(&example.get("inputs").map(|inputs| part(inputs, true)))
                        .unwrap_or_default(),
                    confirmed: entries(example.get("confirm")),
                    start: example
                        .get("start")
                        .and_then(toml::Value::as_str)
                        .map(str::to_owned),
                }
            }));
        }
        all
    }

    /// The recipe of that name.
    fn of(recipe: &str) -> Self {
        let mut all = Self::all().into_iter();
        let found = all.find(|example| example.recipe == recipe);
        found.expect("an example")
    }

    /// The practice org of a flavour, with the start of this example.
    pub(crate) fn org(&self, flavour: Option<&str>) -> String {
        let parts = [flavour, self.start.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        match parts.as_slice() {
            [] => "practice".to_owned(),
            parts => format!("practice:{}", parts.join("-")),
        }
    }

    /// Says whether its org begins without digital experiences.
    pub(crate) fn starts_without_sites(&self) -> bool {
        self.start.as_deref() == Some("no-digital-experiences")
    }

    /// Sets an input otherwise than the example does.
    fn set(&mut self, name: &str, value: &str) {
        self.inputs
            .retain(|input| !input.starts_with(&format!("{name}=")));
        self.inputs.push(format!("{name}={value}"));
    }

    /// Runs a command.
    pub(crate) fn command(&self, product: &Product, command: &str, org: &str) -> Ran {
        let mut words: Vec<String> = vec![format!("{command} {}", self.recipe)];
        if command.starts_with("apply") {
            words[0].push_str(" --yes --yes-later --yes-destroy");
        }
        let inputs: Vec<&str> = self.inputs.iter().map(String::as_str).collect();
        let mut all: Vec<&str> = words[0].split(' ').collect();
        all.extend(["--org", org]);
        for input in &inputs {
            all.extend(["--set", input]);
        }
        if !self.rows.is_empty() {
            product.write("rows.toml", &self.rows);
            all.extend(["--inputs", "rows.toml"]);
        }
        if command.starts_with("apply") {
            for confirmed in &self.confirmed {
                all.extend(["--confirm", confirmed]);
            }
        }
        product.run_words(&all)
    }

    /// Plans and applies the recipe, finds the org as it should be, and has nothing to do. The parts that went otherwise.
    pub(crate) fn carry_out(&self, product: &Product, org: &str) -> Result<(), String> {
        let wrong = |what: &str, ran: &Ran| Err(format!("{}: {what}: {}", self.recipe, ran.text()));
        for command in ["plan", "apply", "check"] {
            let ran = self.command(product, command, org);
            if ran.exit != 0 {
                return wrong(command, &ran);
            }
        }
        let again = self.command(product, "apply --json", org);
        match again.exit == 0 && again.json()["requests"]["write"] == 0 {
            true => Ok(()),
            false => wrong("again", &again),
        }
    }
}

/// Carries every recipe out on a flavour, each in a home of its own.
#[track_caller]
fn carry_all_out(flavour: Option<&str>, fit: impl Fn(&mut Example)) {
    let mut wrong = Vec::new();
    let all = Example::all();
    assert_eq!(all.len(), 13);
    for mut example in all {
        fit(&mut example);
        let product = Product::new();
        let org = example.org(flavour);
        wrong.extend(example.carry_out(&product, &org).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_recipe_in_the_org_of_the_examples() {
    carry_all_out(None, |_| {});
}

/// A new account is a person in this org unless a record type is named.
#[test]
fn every_recipe_in_an_org_in_german_with_person_accounts_and_duplicate_rules() {
    carry_all_out(Some("german"), |example| {
        if example.recipe == "contracts/customer-community-plus-user" {
            example.set("account_record_type", "Business_Account");
        }
        // In this org the profile has another name.
        if example.recipe == "fsc/keep-customers" {
            example.set("profile", "Kunden-Community für Mandanten");
        }
    });
}

#[test]
fn who_is_gone_from_a_list_is_frozen_in_an_org_in_german_and_let_in_again() {
    let product = Product::new();
    let mut example = Example::of("fsc/keep-customers");
    example.set("profile", "Kunden-Community für Mandanten");
    example.set("gone", "freeze");
    let org = example.org(Some("german"));
    example
        .carry_out(&product, &org)
        .expect("the list is kept true");
    let whole = std::mem::take(&mut example.rows);
    let first = "people = [{ contact = \"rosa.rossi@example.com\" }]\n";
    let frozen = || {
        let practice = product.practice_named("german");
        let soql = "SELECT User.LastName FROM UserLogin WHERE IsFrozen = true";
        practice.query(soql)
    };
    example.rows = first.to_owned();
    let ran = example.command(&product, "apply --let-go 1", &org);
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(frozen().len(), 1, "{}", ran.text());
    example.rows = whole;
    let ran = example.command(&product, "apply", &org);
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(frozen().len(), 0, "{}", ran.text());
}

/// The role for partners has another name in this org, and an account gets its roles with its second user, who begins at
/// the lowest level.
#[test]
fn every_recipe_in_an_org_with_other_role_names_and_few_roles() {
    carry_all_out(Some("renamed"), |example| {
        if example.recipe == "partner/enable-partner-account" {
            example.set("owner_role", "PartnerTeam");
        }
        if example.recipe == "partner/add-partner-user" {
            example.set("portal_role", "User");
        }
    });
}

/// The level that the second user of an account could not begin at is given afterwards.
#[test]
fn a_user_of_an_account_with_new_roles_becomes_a_manager() {
    let product = Product::new();
    let mut example = Example::of("partner/add-partner-user");
    let org = example.org(Some("renamed"));
    for role in ["User", "Manager"] {
        example.set("portal_role", role);
        assert_eq!(example.carry_out(&product, &org), Ok(()));
    }
    // Without a level the user keeps the own one.
    example.set("portal_role", "");
    let planned = example.command(&product, "plan --json", &org).json();
    assert_eq!(planned["requests"]["write"], 0, "{planned:#}");
}

/// The site of this org is made from an LWR template, so its record holds another prefix than its address.
#[test]
fn a_customer_enters_a_site_of_an_lwr_template() {
    let product = Product::new();
    let mut example = Example::of("fsc/customer-user");
    for (name, value) in [
        ("owner_role", "CFO"),
        ("site", "Storefront"),
        ("add_profile_to_site", "true"),
    ] {
        example.set(name, value);
    }
    let org = example.org(Some("renamed"));
    assert_eq!(example.carry_out(&product, &org), Ok(()));
    let inputs = product.run(&format!(
        "recipe from-org contracts/site --org {org} --set site=Storefront"
    ));
    assert!(
        inputs.out.contains("\nurl = \"storefront\"\n"),
        "{}",
        inputs.text()
    );
}

/// The practice org of the flavour `limited`: an administrator without *Modify All Data*, *View All Data*, *Manage Users*
/// and *Manage Roles*.
#[test]
fn every_recipe_for_an_administrator_without_all_rights() {
    carry_all_out(Some("limited"), |_| {});
}

#[test]
fn what_an_org_needs_is_said_when_it_is_not_given() {
    let product = Product::new();
    let inputs = [
        "account_name=Nord AS",
        "first_name=Frida",
        "last_name=Fjord",
        "email=frida.nord@example.com",
        "owner_role=Customer Support, North America",
    ];
    let planned = run(
        &product,
        "plan contracts/customer-community-plus-user",
        "practice:german",
        &inputs,
    );
    expect_test::expect![[r#"
        exit 10
        error: step `account`: New accounts of admin@practice.usher.example get the record type `Personenaccount`, which is for persons, and persons take no account name (input `account_record_type`)
        = help: Set the input `account_record_type` to one that the signed-in user may give: `Business_Account` (rule: Object Reference, RecordType; SOAP API, RecordTypeInfo; REST API, sObject Describe; see docs/salesforce/accounts.md#record-types)
        code: default-record-type-person
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&crate::cases::refusal(&planned));
    let inputs = [
        "account=XXX Company",
        "contact=xenia.xu@example.com",
        "owner_role=Director, Channel Sales",
    ];
    let planned = run(
        &product,
        "plan partner/enable-partner-account",
        "practice:renamed",
        &inputs,
    );
    expect_test::expect![[r#"
        exit 10
        error: step `owner_role`: There is no internal role with the id, developer name or name `Director, Channel Sales`; the roles that Salesforce makes for external users do not count (input `owner_role`)
        = help: Set the input `owner_role` to an internal role of this org. The lowest ones see least: `Director, Direct Sales`, `Partner Team`, `Customer Support, North America`, `Sales Lead, Americas`, `VP, International Sales`, `CFO`, `COO`, `Head of Sales`, `Head of Service` and `Managing Director`. Setup > Roles shows all
        code: unknown-role
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&crate::cases::refusal(&planned));
}
