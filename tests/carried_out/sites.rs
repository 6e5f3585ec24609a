//! "Create an Experience Cloud Site for Customer Community Plus Users": a site from each of the three templates.

use serde_json::{Value, json};

use super::{Procedure, mails_to, records, step, summaries};
use crate::world::Product;

#[test]
fn customer_account_portal() {
    carried_out("Customer Account Portal");
}

#[test]
fn customer_service() {
    carried_out("Customer Service");
}

#[test]
fn build_your_own() {
    carried_out("Build Your Own");
}

/// The record of such a site holds another prefix than its address (docs/salesforce/sites.md#sites-of-lwr-templates).
#[test]
fn build_your_own_lwr() {
    let product = carried_out("Build Your Own (LWR)");
    let inputs = product.run_words(&[
        "recipe",
        "from-org",
        "contracts/site",
        "--org",
        "practice",
        "--set",
        "site=Contract Desk",
    ]);
    assert_eq!(inputs.exit, 0, "{}", inputs.text());
    assert!(
        inputs.out.contains("\nurl = \"contractdesk\"\n"),
        "{}",
        inputs.text()
    );
}

/// The site is made from the template, has the profile as member, is live, and has mailed its member.
#[track_caller]
fn carried_out(template: &str) -> Product {
    let product = Product::new();
    let org = product.practice();
    let template_input = format!("template={template}");
    let inputs = [
        "site=Contract Desk",
        "url=contractdesk",
        "profiles=Client Customer Community Plus",
        &template_input,
    ];
    let procedure = Procedure::new(&product, "contracts/site", &inputs);
    let plan = procedure.plan();
    assert_eq!(summaries(step(&plan, "site"), "changes", "site").len(), 1);
    procedure.carry_out(&[]);
    let site = "SELECT Name, UrlPathPrefix, Status, OptionsShowAllNetworkSettings FROM Network WHERE Name = 'Contract Desk'";
    assert_eq!(
        records(&org, site),
        json!([{
            "Name": "Contract Desk",
            "UrlPathPrefix": match template.contains("LWR") {
                true => "contractdeskvforcesite",
                false => "contractdesk",
            },
            "Status": "Live",
            "OptionsShowAllNetworkSettings": true,
        }])
    );
    let id = org.id("Network", "Name = 'Contract Desk'");
    let path = format!("/services/data/v66.0/connect/communities/{id}");
    let community = org.send("GET", &path, &Value::Null);
    assert_eq!(community["templateName"], template);
    let members = "SELECT ParentId, AssignmentStatus FROM NetworkMemberGroup WHERE Network.Name = 'Contract Desk'";
    let profile = org.id("Profile", "Name = 'Client Customer Community Plus'");
    assert_eq!(
        records(&org, members),
        json!([{ "ParentId": profile, "AssignmentStatus": "Added" }])
    );
    let users = "SELECT Member.Username FROM NetworkMember WHERE Network.Name = 'Contract Desk'";
    let jane = json!([{ "Member": { "Username": "jane.doe@usher-practice.example" } }]);
    assert_eq!(records(&org, users), jane);
    let mails = mails_to(&org, "jane.doe@example.com");
    assert_eq!(mails, ["welcome Contract Desk"]);
    product
}
