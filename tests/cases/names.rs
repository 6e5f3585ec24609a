//! Names as people write them, and as orgs have them.

use expect_test::expect;
use serde_json::json;

use crate::cases::{lines, refusal, run};
use crate::world::{Product, Ran};

const CONTRACTS: &str = "contracts/customer-community-plus-user";

/// The inputs of the recipe for contracts, of which some are replaced.
fn contracts(product: &Product, command: &str, replaced: &[&str]) -> Ran {
    let usual = [
        "account_name=Nord AS",
        "first_name=Frida",
        "last_name=Fjord",
        "email=frida.nord@example.com",
        "owner_role=Customer Support, North America",
    ];
    let name = |input: &str| input.split('=').next().map(str::to_owned);
    let mut inputs = replaced.to_vec();
    let kept = usual
        .into_iter()
        .filter(|input| !replaced.iter().any(|other| name(other) == name(input)));
    inputs.extend(kept);
    run(
        product,
        &format!("{command} {CONTRACTS}"),
        "practice",
        &inputs,
    )
}

#[test]
fn blanks_around_inputs_make_no_second_record() {
    let product = Product::new();
    let first = contracts(&product, "apply --yes", &[]);
    assert_eq!(first.exit, 0, "{}", first.text());
    let count = || {
        let records = product.practice().fingerprint();
        records.len()
    };
    let before = count();
    for input in [
        "account_name=Nord AS ",
        "account_name=\tNord AS",
        "email= frida.nord@example.com",
        "email=frida.nord@example.com\t",
        "first_name=Frida ",
        "last_name= Fjord",
    ] {
        let applied = contracts(&product, "apply --yes", &[input]);
        assert_eq!(applied.exit, 0, "{input:?}: {}", applied.text());
        assert!(
            applied.out.contains("Nothing to change"),
            "{input:?}: {}",
            applied.text()
        );
        let checked = contracts(&product, "check", &[input]);
        assert_eq!(checked.exit, 0, "{input:?}: {}", checked.text());
    }
    assert_eq!(count(), before);
}

#[test]
fn blanks_that_the_org_keeps_are_part_of_the_name() {
    let product = Product::new();
    let wide = "account_name=Nord AS\u{3000}";
    let first = contracts(&product, "apply --yes", &[wide]);
    assert_eq!(first.exit, 0, "{}", first.text());
    let again = contracts(&product, "check", &[wide]);
    assert_eq!(again.exit, 0, "{}", again.text());
    let org = product.practice();
    let named = org.query("SELECT Name FROM Account WHERE Name LIKE 'Nord AS%'");
    assert_eq!(named, [json!({ "Name": "Nord AS\u{3000}" })]);
}

#[test]
fn an_address_of_a_site_has_letters_and_digits_only() {
    let product = Product::new();
    let plan = |url: &str| {
        let inputs = ["site=Test Store", &format!("url={url}")];
        refusal(&run(&product, "plan contracts/site", "practice", &inputs))
    };
    expect![[r#"
        exit 10
        error: step `site`: `test-store` cannot be the URL of a site: Salesforce takes letters and digits only (input `url`)
        = help: Set the input `url` to `teststore`, or to other letters and digits (rule: Help `xcloud.domain_name_enhanced_considerations`; see docs/salesforce/sites.md#names-and-addresses)
        code: bad-url
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&plan("test-store"));
    expect![[r#"
        exit 10
        error: step `site`: `test_store` cannot be the URL of a site: Salesforce takes letters and digits only (input `url`)
        = help: Set the input `url` to `teststore`, or to other letters and digits (rule: Help `xcloud.domain_name_enhanced_considerations`; see docs/salesforce/sites.md#names-and-addresses)
        code: bad-url
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&plan("test_store"));
    expect![[r#"
        exit 0
        help: "Set the input `url` to another word, such as the name of the site in letters and digits"
    "#]]
    .assert_eq(&plan("lightning"));
}

#[test]
fn a_site_that_cannot_be_made_names_what_is_known_of_its_address() {
    let product = Product::new();
    product
        .practice()
        .configure(&json!({ "practice.siteJobsFail": true }));
    let inputs = ["site=Test Store", "url=lightning"];
    let applied = run(&product, "apply --yes contracts/site", "practice", &inputs);
    expect![[r#"
        exit 20
        input   url = lightning
        urlPathPrefix: lightning
        > "Members of the site `Test Store` log in at `/lightning/login` behind the domain of the org's sites, once it is live" (likely)
        warning: "Salesforce likely keeps the URL `lightning` for itself; then the site is not made"
        help: "Set the input `url` to another word, such as the name of the site in letters and digits"
        warning: "The site `Test Store` is under construction and can never be so again; it can only be taken down for maintenance"
        warning: "The site `Test Store` mails its members how to get in; mails cannot be called back"
        Stopped: 0 of 5 changes done; nothing that depends on the failed one was sent. Run RUN.
        FAILED  site  "Make the site `Test Store` from the template `Customer Account Portal`": run/wait-failed Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure: The URL of the site is reserved  (the org had taken it)
        error: step `site`: `site` failed with run/wait-failed
        help: look in Setup at what Salesforce was to do, put right what keeps it from that, then apply again
        code: run/failed
    "#]].assert_eq(&lines(&applied, &["exit", "failed", "help", "error", "warning", "lightning"]));
}

#[test]
fn a_set_of_another_label_is_found_by_its_api_name() {
    let product = Product::new();
    let org = product.practice();
    let set = org.id("PermissionSet", "Name = 'DocGenRuntimeCommunityUser'");
    for label in [
        "DocGen Runtime Community User",
        "DocGen-Laufzeit für Community-Benutzer",
    ] {
        org.set("PermissionSet", Some(&set), &json!({ "Label": label }));
        let planned = contracts(&product, "plan", &[]);
        assert_eq!(planned.exit, 0, "{label}: {}", planned.text());
        assert!(planned.out.contains(&set), "{label}: {}", planned.text());
    }
}

#[test]
fn a_license_of_another_label_is_found_by_its_api_name() {
    let product = Product::new();
    let org = product.practice();
    let licenses = org.query("SELECT Id, DeveloperName, MasterLabel FROM PermissionSetLicense");
    for license in &licenses {
        let id = license["Id"].as_str().expect("an id");
        let label = format!("Lizenz {id}");
        org.set(
            "PermissionSetLicense",
            Some(id),
            &json!({ "MasterLabel": label }),
        );
    }
    let planned = contracts(&product, "plan", &[]);
    expect![[r#"
        exit 0
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
    "#]]
    .assert_eq(&refusal(&planned));
}

#[test]
fn a_set_that_is_not_there_under_any_name_can_be_named() {
    let product = Product::new();
    let org = product.practice();
    let set = org.id("PermissionSet", "Name = 'DocGenRuntimeCommunityUser'");
    let other = json!({ "Label": "Dokumente", "Name": "Dokumente" });
    org.set("PermissionSet", Some(&set), &other);
    expect![[r#"
        exit 20
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        error: step `permissions`: The persona `cc-plus-user` needs the permission set `DocGen Run-time Community User`, and this org has none of that API name or label
        = help: Look for it in Setup > Permission Sets; under another name, write `"DocGen Run-time Community User" = "API name"` in the input `names`. When it is not there, Salesforce Contracts or Document Generation is not licensed or not turned on in this org (rule: Set Up Salesforce Contracts Customer Community Plus User, Permission Set Assignments)
        code: label-not-there
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&contracts(&product, "plan", &[])));
    let named = contracts(
        &product,
        "plan",
        &["names=DocGen Run-time Community User=Dokumente"],
    );
    expect![[r#"
        exit 0
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
    "#]]
    .assert_eq(&refusal(&named));
}
