//! Access by sharing rules (docs/salesforce/sharing.md#sharing-rules), for each kind of group.

use expect_test::expect;
use serde_json::json;

use super::{PEOPLE, sees};
use crate::testing::{TestOrg, org_with};

/// The rules of one object, and the people.
fn with_rules(object: &str, rules: &str) -> TestOrg {
    org_with(&format!(
        "[[components]]\nkind = 'SharingRules'\nfull_name = '{object}'\ncontent = {{ {rules} }}\n{PEOPLE}"
    ))
}

const OF_CORA: &str = "LastName = 'Coras'";
const COMPANY: &str = "{ field = 'Company', operation = 'equals', value = 'X, y' }";

fn by_criteria(shared_to: &str, rest: &str) -> String {
    format!(
        "sharingCriteriaRules = [{{ fullName = 'R', accessLevel = 'Read', label = 'R', sharedTo = {{ {shared_to} }}, includeRecordsOwnedByAll = false, {rest} }}]"
    )
}

#[test]
fn rules_by_criteria_open_records_to_a_group_and_to_those_above() {
    let org = with_rules(
        "Lead",
        &by_criteria(
            "allPartnerUsers = ''",
            &format!("criteriaItems = [{COMPANY}]"),
        ),
    );
    sees(
        &org,
        "Lead",
        OF_CORA,
        expect!["low Read, high Read, cust None, ssales Read, boss Read, cora All"],
    );
    let lead = org.id("SELECT Id FROM Lead WHERE LastName = 'Coras'");
    org.send(
        &format!("PATCH /services/data/v66.0/sobjects/Lead/{lead}"),
        r#"{"Company":"z"}"#,
    );
    sees(
        &org,
        "Lead",
        OF_CORA,
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
}

#[test]
fn criteria_are_joined_by_a_filter() {
    let items = format!(
        "booleanFilter = '1 AND (2 OR NOT 3)', criteriaItems = [{COMPANY}, {{ field = 'Status', operation = 'equals', value = 'Nothing' }}, {{ field = 'LeadSource', operation = 'equals', value = 'Web' }}]"
    );
    let org = with_rules("Lead", &by_criteria("role = 'CFO'", &items));
    let cora = org.id("SELECT Id FROM User WHERE Alias = 'cora'");
    let cfo = org.id("SELECT Id FROM UserRole WHERE DeveloperName = 'CFO'");
    let lead = org.create(
        "Lead",
        json!({ "LastName": "Web", "Company": "x", "LeadSource": "Web", "OwnerId": org.id("SELECT Id FROM User WHERE Alias = 'boss'") }),
    );
    let line = format!("PATCH /services/data/v66.0/sobjects/User/{cora}");
    assert_eq!(
        org.send(&line, &json!({ "UserRoleId": cfo }).to_string()).0,
        204
    );
    sees(
        &org,
        "Lead",
        "LastName = 'Web'",
        expect!["low None, high None, cust None, ssales None, boss All, cora None"],
    );
    let line = format!("PATCH /services/data/v66.0/sobjects/Lead/{lead}");
    assert_eq!(org.send(&line, r#"{"LeadSource":null}"#).0, 204);
    sees(
        &org,
        "Lead",
        "LastName = 'Web'",
        expect!["low None, high None, cust None, ssales None, boss All, cora Read"],
    );
}

fn by_owner(shared_from: &str, shared_to: &str) -> String {
    format!(
        "sharingOwnerRules = [{{ fullName = 'R', accessLevel = 'Edit', label = 'R', sharedFrom = {{ {shared_from} }}, sharedTo = {{ {shared_to} }} }}]"
    )
}

/// Sam owns Acme, so the roles of its partners are below his, and his boss's is above both.
#[test]
fn rules_by_owner_open_records_to_each_kind_of_group() {
    for (shared_to, expected) in [
        (
            "role = 'VPNorthAmericanSales'",
            expect!["low None, high None, cust None, ssales Edit, boss Edit, cora All"],
        ),
        (
            "roleAndSubordinates = 'VPNorthAmericanSales'",
            expect!["low Edit, high Edit, cust None, ssales Edit, boss Edit, cora All"],
        ),
        (
            "roleAndSubordinatesInternal = 'VPNorthAmericanSales'",
            expect!["low None, high None, cust None, ssales Edit, boss Edit, cora All"],
        ),
        (
            "portalRole = 'AcmePartnerManager'",
            expect!["low None, high None, cust None, ssales None, boss None, cora All"],
        ),
        (
            "portalRoleAndSubordinates = 'AcmePartnerManager'",
            expect!["low Edit, high Edit, cust None, ssales Edit, boss Edit, cora All"],
        ),
        (
            "portalRole = 'AcmePartnerUser'",
            expect!["low Edit, high Edit, cust None, ssales Edit, boss Edit, cora All"],
        ),
        (
            "allInternalUsers = ''",
            expect!["low None, high None, cust None, ssales Edit, boss Edit, cora All"],
        ),
        (
            "allPartnerUsers = ''",
            expect!["low Edit, high Edit, cust None, ssales Edit, boss Edit, cora All"],
        ),
        (
            "allCustomerPortalUsers = ''",
            expect!["low None, high None, cust None, ssales None, boss None, cora All"],
        ),
    ] {
        let from = "role = 'CustomerSupportNorthAmerica'";
        let org = with_rules("Lead", &by_owner(from, shared_to));
        sees(&org, "Lead", OF_CORA, expected);
    }
}

#[test]
fn public_groups_hold_users_and_groups() {
    let groups = r#"
[[records]]
object = "Group"
ref = "outer"
fields = { Name = "Outer", DeveloperName = "Outer" }

[[records]]
object = "Group"
ref = "inner"
fields = { Name = "Inner", DeveloperName = "Inner" }

[[records]]
object = "GroupMember"
fields = { GroupId = "@outer", UserOrGroupId = "@inner" }

[[records]]
object = "GroupMember"
fields = { GroupId = "@inner", UserOrGroupId = "@outer" }
"#;
    let rule = by_owner("role = 'CustomerSupportNorthAmerica'", "group = 'Outer'");
    let org = org_with(&format!(
        "[[components]]\nkind = 'SharingRules'\nfull_name = 'Lead'\ncontent = {{ {rule} }}\n{PEOPLE}{groups}"
    ));
    sees(
        &org,
        "Lead",
        OF_CORA,
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
    let inner = org.id("SELECT Id FROM Group WHERE DeveloperName = 'Inner'");
    // High-volume users are in no group.
    for alias in ["low", "cust"] {
        let user = org.id(&format!("SELECT Id FROM User WHERE Alias = '{alias}'"));
        org.create(
            "GroupMember",
            json!({ "GroupId": inner, "UserOrGroupId": user }),
        );
    }
    sees(
        &org,
        "Lead",
        OF_CORA,
        expect!["low Edit, high Edit, cust None, ssales Edit, boss Edit, cora All"],
    );
}

/// An account's rule says what it opens below the account; whoever has a record below it reads the account.
#[test]
fn rules_of_accounts_open_what_is_below_them() {
    let rule = "sharingOwnerRules = [{ fullName = 'R', accessLevel = 'Read', label = 'R', accountSettings = { caseAccessLevel = 'Edit', contactAccessLevel = 'None', opportunityAccessLevel = 'Read' }, sharedFrom = { role = 'CustomerSupportNorthAmerica' }, sharedTo = { portalRole = 'AcmePartnerExecutive' } }]";
    let org = with_rules("Account", rule);
    sees(
        &org,
        "Account",
        "Name = 'Other'",
        expect!["low None, high Read, cust None, ssales Read, boss Read, cora All"],
    );
    sees(
        &org,
        "Case",
        "Subject = 'of Other'",
        expect!["low None, high Edit, cust None, ssales Edit, boss Edit, cora All"],
    );
    sees(
        &org,
        "Contact",
        "LastName = 'Stranger'",
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
    sees(
        &org,
        "Opportunity",
        "Name = 'of Other'",
        expect!["low None, high Read, cust None, ssales Read, boss Read, cora All"],
    );
    let rule = by_owner(
        "role = 'CustomerSupportNorthAmerica'",
        "portalRole = 'AcmePartnerExecutive'",
    );
    let org = with_rules("Opportunity", &rule);
    sees(
        &org,
        "Account",
        "Name = 'Other'",
        expect!["low None, high Read, cust None, ssales Read, boss Read, cora All"],
    );
}

#[test]
fn criteria_may_be_about_custom_fields() {
    let items =
        "criteriaItems = [{ field = 'Segment__c', operation = 'equals', value = 'Retail' }]";
    let rule = by_criteria("allPartnerUsers = ''", items);
    let org = org_with(&format!(
        "[[custom_fields]]\nobject = 'Lead'\nname = 'Segment__c'\n\n[[components]]\nkind = 'SharingRules'\nfull_name = 'Lead'\ncontent = {{ {rule} }}\n{PEOPLE}"
    ));
    let lead = org.id("SELECT Id FROM Lead WHERE LastName = 'Coras'");
    let line = format!("PATCH /services/data/v66.0/sobjects/Lead/{lead}");
    assert_eq!(org.send(&line, r#"{"Segment__c":"retail"}"#).0, 204);
    sees(
        &org,
        "Lead",
        OF_CORA,
        expect!["low Read, high Read, cust None, ssales Read, boss Read, cora All"],
    );
}
