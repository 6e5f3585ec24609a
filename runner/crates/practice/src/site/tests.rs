//! Addresses of sites, and the users who may work on them.

use expect_test::expect;
use serde_json::{Value, json};

use crate::testing::{TestOrg, org, org_with};

const S: &str = "/services/data/v66.0";

fn ask(org: &mut TestOrg, name: &str, template: &str, prefix: &str) -> (u16, Value) {
    let site = json!({ "name": name, "urlPathPrefix": prefix, "templateName": template });
    let answer = org.send(&format!("POST {S}/connect/communities"), &site.to_string());
    org.now_ms += 60_000;
    answer
}

#[test]
fn the_record_of_a_site_of_an_lwr_template_has_another_prefix() {
    let mut org = org();
    assert_eq!(
        ask(&mut org, "Store", "Build Your Own (LWR)", "store").0,
        201
    );
    org.query(
        "SELECT Name, UrlPathPrefix FROM Network",
        expect![[r#"
        {"Name":"Store","UrlPathPrefix":"storevforcesite"}
    "#]],
    );
    let id = org.id("SELECT Id FROM Network");
    let (_, site) = org.send(&format!("GET {S}/connect/communities/{id}"), "");
    expect![[r#""storevforcesite" "https://usher-practice.my.site.com/store" "https://usher-practice.my.site.com/store/login" "Build Your Own (LWR)""#]].assert_eq(&format!(
        "{} {} {} {}",
        site["urlPathPrefix"], site["siteUrl"], site["loginUrl"], site["templateName"]
    ));
    // Both are taken.
    for prefix in ["store", "storevforcesite"] {
        let (status, answer) = ask(&mut org, prefix, "Customer Service", prefix);
        assert_eq!(status, 400, "{answer}");
    }
}

#[test]
fn a_reserved_prefix_lets_the_job_fail() {
    let mut org = org();
    assert_eq!(
        ask(&mut org, "Store", "Customer Service", "Lightning").0,
        201
    );
    org.query(
        "SELECT Status, Error FROM BackgroundOperation",
        expect![[r#"
        {"Error":"The URL of the site is reserved","Status":"Error"}
    "#]],
    );
    org.query("SELECT Name FROM Network", expect![""]);
}

#[test]
fn the_creators_profile_joins() {
    let mut org = org_with("[settings]\n'practice.creatorsProfileJoins' = true");
    ask(&mut org, "Store", "Customer Service", "store");
    org.query(
        "SELECT AssignmentStatus FROM NetworkMemberGroup WHERE ParentId IN (SELECT Id FROM Profile WHERE Name = 'System Administrator')",
        expect![[r#"
            {"AssignmentStatus":"Added"}
        "#]],
    );
    org.query(
        "SELECT Member.Alias FROM NetworkMember",
        expect![[r#"
        {"Member":{"Alias":"aadmin"}}
    "#]],
    );
}

#[test]
fn members_alone_work_on_a_site() {
    let mut org = org_with("[settings]\n'practice.siteMembersOnly' = true");
    ask(&mut org, "Store", "Customer Service", "store");
    let id = org.id("SELECT Id FROM Network");
    org.refused(
        &format!("POST {S}/connect/communities/{id}/publish"),
        json!({}),
        expect![
            "403 INSUFFICIENT_ACCESS: You must be a member of the site to customize or publish it"
        ],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/Network/{id}"),
        json!({ "Status": "Live" }),
        expect![
            "403 INSUFFICIENT_ACCESS: You must be a member of the site to customize or publish it"
        ],
    );
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
    org.create(
        "NetworkMemberGroup",
        json!({ "NetworkId": id, "ParentId": profile }),
    );
    org.now_ms += 60_000;
    let line = format!("POST {S}/connect/communities/{id}/publish");
    assert_eq!(org.send(&line, "{}").0, 200);
}
