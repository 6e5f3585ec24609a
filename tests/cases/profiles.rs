//! Profiles that are large, slow, or of another kind; names in another language.

use bytes::Bytes;
use expect_test::expect;
use http::{Request, Response};

use crate::cases::between::{between, soap};
use crate::cases::{lines, refusal, run};
use crate::world::{Org, Product};

const CONTRACTS: &str = "contracts/customer-community-plus-user";

const INPUTS: &[&str] = &[
    "account_name=Nord AS",
    "first_name=Frida",
    "last_name=Fjord",
    "email=frida.nord@example.com",
    "owner_role=Customer Support, North America",
];

/// Says whether the request reads the profile that is cloned.
fn reads_source(request: &Request<Bytes>) -> bool {
    let body = String::from_utf8_lossy(request.body());
    body.contains("<readMetadata>") && body.contains("<type>Profile</type>")
}

/// The org's answer with so many more elements.
fn larger(request: &Request<Bytes>, org: &Org, elements: usize) -> Response<Bytes> {
    let answer = org.exchange(request.clone());
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    let more = "<classAccesses><apexClass>A</apexClass><enabled>true</enabled></classAccesses>";
    let more = more.repeat(elements.div_ceil(3));
    match body.split_once("</records>") {
        Some((before, after)) => soap(200, format!("{before}{more}</records>{after}")),
        None => answer,
    }
}

#[test]
fn a_profile_that_is_too_large_to_read_is_cloned_as_records() {
    let mut product = Product::new();
    let org = product.practice();
    let url = between(&mut product, org, |request, org| {
        reads_source(request).then(|| larger(request, org, 116_000))
    });
    let planned = run(&product, &format!("plan {CONTRACTS}"), &url, INPUTS);
    expect![[r#"
        exit 0
        warning: "The profile `Customer Community Plus User` cannot be read as a whole (Profile `Customer Community Plus User`: the org's answer is too large: it has more than 100000 elements), so the clone is made as a record: it gets the object permissions of the source without *View All* and *Modify All*, but none of its field permissions, tabs, apps, layouts, record types and other user permissions"
        help: "Give `Contracts Customer Community Plus User` what its users need besides in Setup > Profiles, or by permission sets; or set the input `source_profile` to a smaller profile"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        warning: "The site `Contracts` is under construction and can never be so again; it can only be taken down for maintenance"
        warning: "The site `Contracts` mails its members how to get in; mails cannot be called back"
    "#]].assert_eq(&lines(&planned, &["error", "help", "code", "warning", "Clone"]));
    let applied = run(&product, &format!("apply --yes {CONTRACTS}"), &url, INPUTS);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let checked = run(&product, &format!("check {CONTRACTS}"), &url, INPUTS);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

#[test]
fn a_profile_of_many_elements_is_cloned_as_it_is() {
    let mut product = Product::new();
    let org = product.practice();
    let url = between(&mut product, org, |request, org| {
        reads_source(request).then(|| larger(request, org, 79_000))
    });
    let planned = run(&product, &format!("plan {CONTRACTS}"), &url, INPUTS);
    expect![[r#"
        exit 0
        ~ "Clone the profile `Customer Community Plus User` (license `Customer Community Plus`) as `Contracts Customer Community Plus User`, with *API Enabled*: its users get in by APIs"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        warning: "The site `Contracts` is under construction and can never be so again; it can only be taken down for maintenance"
        warning: "The site `Contracts` mails its members how to get in; mails cannot be called back"
    "#]].assert_eq(&lines(&planned, &["error", "help", "code", "warning", "Clone"]));
}

#[test]
fn a_profile_that_takes_the_org_too_long_is_cloned_as_records() {
    let mut product = Product::new();
    let org = product.practice();
    let url = between(&mut product, org, |request, _| {
        let fault = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
            xmlns:sf=\"http://soap.sforce.com/2006/04/metadata\"><soapenv:Body><soapenv:Fault>\
            <faultcode>sf:REQUEST_RUNNING_TOO_LONG</faultcode><faultstring>REQUEST_RUNNING_TOO_LONG: Your request was \
            running for too long, and has been stopped.</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>";
        reads_source(request).then(|| soap(500, fault.to_owned()))
    });
    let planned = run(&product, &format!("plan {CONTRACTS}"), &url, INPUTS);
    expect![[r#"
        exit 0
        warning: "The profile `Customer Community Plus User` cannot be read as a whole (Your request was running for too long, and has been stopped.), so the clone is made as a record: it gets the object permissions of the source without *View All* and *Modify All*, but none of its field permissions, tabs, apps, layouts, record types and other user permissions"
        help: "Give `Contracts Customer Community Plus User` what its users need besides in Setup > Profiles, or by permission sets; or set the input `source_profile` to a smaller profile"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        warning: "The site `Contracts` is under construction and can never be so again; it can only be taken down for maintenance"
        warning: "The site `Contracts` mails its members how to get in; mails cannot be called back"
    "#]].assert_eq(&lines(&planned, &["error", "help", "code", "warning", "Clone"]));
}

#[test]
fn a_source_of_another_license_is_named_with_those_that_fit() {
    let product = Product::new();
    let mut inputs = INPUTS.to_vec();
    inputs.push("source_profile=Customer Community User");
    let planned = run(&product, &format!("plan {CONTRACTS}"), "practice", &inputs);
    expect![[r#"
        exit 10
        error: step `profile`: The profile `Customer Community User` is of the license `Customer Community`, and the clone must be of `Customer Community Plus` (input `source_profile`)
        = help: Set the input `source_profile` to a profile of the license `Customer Community Plus`. The profile for such users is `Customer Community Plus User` (rule: Object Reference, Profile, UserLicenseId)
        code: source-of-another-license
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&planned));
}

#[test]
fn standard_profiles_are_found_in_an_org_in_german() {
    let product = Product::new();
    let org = "practice:german";
    let mut inputs = INPUTS.to_vec();
    inputs.push("account_record_type=Business_Account");
    let contracts = run(&product, &format!("plan {CONTRACTS}"), org, &inputs);
    expect![[r#"
        exit 0
        ~ "Clone the profile `Customer Community Plus-Benutzer` (license `Customer Community Plus`) as `Contracts Customer Community Plus User`, with *API Enabled*: its users get in by APIs"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
    "#]].assert_eq(&lines(&contracts, &["error", "help", "code", "Clone"]));
    let site = run(
        &product,
        "plan contracts/site",
        org,
        &["site=Desk", "url=desk"],
    );
    expect![[r#"
        exit 0
        > "The profile `Systemadministrator` of admin@practice.usher.example is a member of the site `Desk` from the beginning: its users get the mail of the activation, too" (likely)
        members  add-site-members 0.1.0
        + "Make the profile `Customer Community Plus-Benutzer` a member of the site `Desk`"
        undo: update NetworkMemberGroup <members:profile/Customer Community Plus-Benutzer.id> { AssignmentStatus: WaitingForRemove }
        note: "No user who is not a member already has it"
        > "The site `Desk` mails its members how to get in" (likely)
        warning: "The site `Desk` mails its members how to get in; mails cannot be called back"
    "#]].assert_eq(&lines(&site, &["error", "help", "code", "member"]));
    let partner = [
        "account=XXX Company",
        "contact=xenia.xu@example.com",
        "owner_role=Director, Channel Sales",
    ];
    let partner = run(
        &product,
        "plan partner/enable-partner-account",
        org,
        &partner,
    );
    expect![[r#"
        exit 0
        ~ "Clone the profile `Partner Community-Benutzer` (license `Partner Community`) as `Partner User`"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        help: "Add the profile to the members of a site"
        help: "If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too"
    "#]].assert_eq(&lines(&partner, &["error", "help", "code", "Clone"]));
}
