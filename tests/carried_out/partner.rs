//! "Turning an existing business account into a partner account": access is granted, and the records are seen that
//! were shared and no others.

use serde_json::{Value, json};

use super::{LOOKED, Procedure, did, records as rows, seats_taken, sets_of, step, summaries};
use crate::world::{Org, Product};

const RECIPE: &str = "partner/enable-partner-account";

const INPUTS: [&str; 4] = [
    "account=XXX Company",
    "contact=xenia.xu@example.com",
    "owner_role=Director, Channel Sales",
    "role_levels=3",
];

/// Records of others, before anything is shared.
struct Records {
    /// An opportunity of the partner's account.
    own_deal: String,
    /// An opportunity of another account.
    other_deal: String,
    /// A lead of a user in the role *Director, Direct Sales*.
    lead_of_role: String,
    /// A lead from partners, owned by nobody in that role.
    lead_from_partner: String,
    /// A lead that no rule reaches.
    other_lead: String,
}

impl Records {
    fn new(org: &Org) -> Self {
        let admin = org.id("User", "Username = 'admin@practice.usher.example'");
        let seller = seller(org);
        let deal = |account: &str| {
            let account = org.id("Account", &format!("Name = '{account}'"));
            let fields = json!({ "Name": "A deal", "StageName": "Prospecting", "CloseDate": "2027-01-31", "AccountId": account, "OwnerId": admin });
            org.create("Opportunity", &fields)
        };
        let lead = |owner: &str, source: &str| {
            let fields = json!({ "LastName": "Lee", "Company": "Lee & Co", "LeadSource": source, "OwnerId": owner });
            org.create("Lead", &fields)
        };
        Self {
            own_deal: deal("XXX Company"),
            other_deal: deal("Lakeside Credit Union"),
            lead_of_role: lead(&seller, "Web"),
            lead_from_partner: lead(&admin, "Partner Referral"),
            other_lead: lead(&admin, "Web"),
        }
    }

    fn shared(&self) -> [&str; 3] {
        [&self.own_deal, &self.lead_of_role, &self.lead_from_partner]
    }

    fn others(&self) -> [&str; 2] {
        [&self.other_deal, &self.other_lead]
    }
}

/// An internal user in the role *Director, Direct Sales*.
fn seller(org: &Org) -> String {
    let fields = json!({
        "LastName": "Seller",
        "Username": "sara.seller@usher-practice.example",
        "Email": "sara.seller@example.com",
        "Alias": "sseller",
        "CommunityNickname": "sara.seller",
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "ProfileId": org.id("Profile", "Name = 'Standard User'"),
        "UserRoleId": org.id("UserRole", "Name = 'Director, Direct Sales'"),
    });
    org.create("User", &fields)
}

/// Each step of the document: partners are allowed, the owner gets a role, account, profile and contact are enabled.
#[test]
fn a_business_account_becomes_a_partner_account() {
    let product = Product::new();
    let org = product.practice();
    let applied = Procedure::new(&product, RECIPE, &INPUTS).carry_out(&LOOKED);
    assert_eq!(did(&applied, "partner_users"), ["Allow partner users"]);
    let gave = "Give paula.porter@usher-practice.example, owner of the account, the role `Director, Channel Sales`";
    assert_eq!(did(&applied, "owner_role"), [gave]);
    let enabled = "Enable `XXX Company` as a partner account";
    assert_eq!(did(&applied, "account"), [enabled]);
    let cloned = "Clone the profile `Partner Community User` (license `Partner Community`) as `Partner User`";
    assert_eq!(did(&applied, "profile"), [cloned]);
    let made = "Make Xenia Xu of the account `XXX Company` a user with the profile `Partner User`";
    assert_eq!(did(&applied, "user"), [made]);
    let user = "SELECT Account.IsPartner, Profile.Name, Profile.UserLicense.Name, UserRole.Name FROM User WHERE Contact.Email = 'xenia.xu@example.com'";
    assert_eq!(
        rows(&org, user),
        json!([{
            "Account": { "IsPartner": true },
            "Profile": { "Name": "Partner User", "UserLicense": { "Name": "Partner Community" } },
            "UserRole": { "Name": "XXX Company Partner User" },
        }])
    );
}

/// The role of an account's first partner user cannot be chosen, that of a later one can.
#[test]
fn a_later_user_has_a_role_of_choice() {
    let product = Product::new();
    let org = product.practice();
    let inputs = [
        "contact=selma.second@example.com",
        "portal_role=Executive",
        "profile=Channel Partner User",
    ];
    let applied = Procedure::new(&product, "partner/add-partner-user", &inputs).carry_out(&[]);
    assert_eq!(did(&applied, "user").len(), 1);
    let users = "SELECT Contact.FirstName, UserRole.Name FROM User WHERE Account.Name = 'Bergheim Trading' ORDER BY Username";
    assert_eq!(
        rows(&org, users),
        json!([
            { "Contact": { "FirstName": "Fanny" }, "UserRole": { "Name": "Bergheim Trading Partner User" } },
            { "Contact": { "FirstName": "Selma" }, "UserRole": { "Name": "Bergheim Trading Partner Executive" } },
        ])
    );
}

/// Permission sets are assigned, records are shared by a sharing set and by sharing rules, and the user sees them and
/// nothing else.
#[test]
fn access_is_granted_and_seen() {
    let product = Product::new();
    let org = product.practice();
    let records = Records::new(&org);
    let sees = format!("sees={}", records.shared().join(","));
    let hidden = format!("must_not_see={}", records.others().join(","));
    let procedure = Procedure::new(&product, RECIPE, &INPUTS).with(&[
        "permission_sets=Advisor Partner Community",
        "share=true",
        "leads_of_role=Director, Direct Sales",
        "leads_field=LeadSource",
        "leads_value=Partner Referral",
        &sees,
        &hidden,
    ]);
    let plan = procedure.plan();
    assert_eq!(
        summaries(step(&plan, "permissions"), "changes", "").len(),
        1
    );
    assert_eq!(summaries(step(&plan, "share"), "changes", "set").len(), 1);
    for rule in ["leads_of_role", "leads_by_field"] {
        assert_eq!(summaries(step(&plan, rule), "changes", "rule/").len(), 1);
    }
    assert_eq!(step(&plan, "access")["state"], "deferred");
    let applied = procedure.carry_out(&LOOKED);
    assert_eq!(
        did(&applied, "login"),
        ["confirmed by admin@practice.usher.example: looked"]
    );
    let user = org.id("User", "Contact.Email = 'xenia.xu@example.com'");
    let sets = sets_of(&org, &format!("AssigneeId = '{user}'"));
    assert_eq!(sets, ["Advisor Partner Community"]);
    for record in records.shared() {
        assert!(may_read(&org, &user, record), "{record}");
    }
    for record in records.others() {
        assert!(!may_read(&org, &user, record), "{record}");
    }
}

/// A record that nothing shares is reported as not seen, and one that is shared as not hidden.
#[test]
fn access_that_is_otherwise_than_meant() {
    let product = Product::new();
    let org = product.practice();
    let records = Records::new(&org);
    let procedure = Procedure::new(&product, RECIPE, &INPUTS).with(&["share=true"]);
    procedure.carry_out(&LOOKED);
    let sees = format!("sees={}", records.lead_of_role);
    let hidden = format!("must_not_see={}", records.own_deal);
    let check = procedure.with(&[&sees, &hidden]).run("check", &["--json"]);
    assert_eq!(check.exit, 11, "{}", check.text());
    let check = check.json();
    let problems = step(&check, "access")["problems"].as_array();
    let problems = problems.expect("problems").iter();
    let codes: Vec<_> = problems.map(|problem| &problem["code"]).collect();
    assert_eq!(codes, ["gets-in", "not-visible", "not-hidden"]);
}

/// The first partner user takes one seat of the partner license, and gives it back.
#[test]
fn a_partner_user_takes_a_seat() {
    let product = Product::new();
    let org = product.practice();
    let license = "Partner Community";
    let before = seats_taken(&org, license);
    let procedure = Procedure::new(&product, RECIPE, &INPUTS);
    let plan = procedure.plan();
    assert_eq!(
        summaries(step(&plan, "user"), "effects", "seat"),
        ["One seat of the license `Partner Community` is taken"]
    );
    procedure.carry_out(&LOOKED);
    assert_eq!(seats_taken(&org, license), before + 1);
    let user = "user=xenia.xu@example.com";
    Procedure::new(&product, "partner/disable-partner-user", &[user]).carry_out(&[]);
    assert_eq!(seats_taken(&org, license), before);
}

fn may_read(org: &Org, user: &str, record: &str) -> bool {
    let query = format!(
        "SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{record}'"
    );
    org.query(&query)[0]["HasReadAccess"] == Value::Bool(true)
}
