//! The access to all records at once is that to each of them, and takes time in line with their number.

use std::time::{Duration, Instant};

use super::PEOPLE;
use crate::access::{self, GUARDED, Level, Readable, Viewer};
use crate::in_flight::InFlight;
use crate::row::text;
use crate::schema::object;
use crate::tenant::Tenant;
use crate::testing::{NOW_MS, TestOrg, org_with};

/// Every way of access that needs more than the record: rules by owner and by criteria with account settings, groups in
/// groups, sharing sets of one and of two steps, shares with users.
const WAYS: &str = r#"
[[components]]
kind = "SharingRules"
full_name = "Account"
content = { sharingOwnerRules = [{ fullName = "O", accessLevel = "Read", label = "O", accountSettings = { caseAccessLevel = "Edit", contactAccessLevel = "Read", opportunityAccessLevel = "None" }, sharedFrom = { role = "Customer_Support_North_America" }, sharedTo = { roleAndSubordinates = "SVP_Sales_Marketing" } }], sharingCriteriaRules = [{ fullName = "C", accessLevel = "Edit", label = "C", sharedTo = { allPartnerUsers = "" }, includeRecordsOwnedByAll = false, accountSettings = { caseAccessLevel = "None", contactAccessLevel = "Read", opportunityAccessLevel = "Read" }, criteriaItems = [{ field = "Name", operation = "startsWith", value = "Ot" }] }] }

[[components]]
kind = "SharingRules"
full_name = "Contact"
content = { sharingCriteriaRules = [{ fullName = "C", accessLevel = "Read", label = "C", sharedTo = { allCustomerPortalUsers = "" }, includeRecordsOwnedByAll = true, criteriaItems = [{ field = "LastName", operation = "contains", value = "o" }] }] }

[[components]]
kind = "SharingSet"
full_name = "Customers"
content = { name = "Customers", profiles = ["Customer Community User"], accessMappings = [{ accessLevel = "Read", object = "Case", objectField = "Contact.Account", userField = "Account" }, { accessLevel = "Edit", object = "Contact", objectField = "Account", userField = "Contact.Account" }] }
"#;

fn with_tenant<T>(org: &TestOrg, look: impl FnOnce(&Tenant<'_>) -> T) -> T {
    let inner = org.practice.inner.lock().expect("no test panicked inside");
    let in_flight = InFlight::default();
    look(&Tenant::of_platform(&inner.db, NOW_MS, 0, &in_flight))
}

#[test]
fn all_records_at_once_are_those_that_are_readable_one_by_one() {
    let org = org_with(&format!("{WAYS}{PEOPLE}"));
    let low = org.id("SELECT Id FROM User WHERE Alias = 'low'");
    for (share, record, level, name) in [
        (
            "AccountShare",
            "AccountId",
            "AccountAccessLevel",
            "SELECT Id FROM Account WHERE Name = 'Other'",
        ),
        (
            "LeadShare",
            "LeadId",
            "LeadAccessLevel",
            "SELECT Id FROM Lead WHERE LastName = 'Coras'",
        ),
    ] {
        let mut fields =
            serde_json::json!({ record: org.id(name), "UserOrGroupId": low, level: "Read" });
        if share == "AccountShare" {
            fields["OpportunityAccessLevel"] = "Read".into();
            fields["CaseAccessLevel"] = "None".into();
        }
        org.create(share, fields);
    }
    let mut some = 0;
    with_tenant(&org, |org| {
        let users = org.rows(object("User").expect("known"), &[]).expect("rows");
        for user in users {
            let viewer = || {
                let viewer = Viewer::of(org, text(&user, "Id")).expect("a look");
                viewer.expect("the user is there")
            };
            for guarded in &GUARDED {
                let records = org.rows(guarded.object(), &[]).expect("rows");
                let mut ids = Vec::new();
                for record in &records {
                    let level = access::level(org, &viewer(), guarded.object(), record);
                    if level.expect("a level") >= Level::Read {
                        ids.push(text(record, "Id").to_owned());
                    }
                }
                let at_once = access::readable(org, &viewer(), guarded).expect("a look");
                match at_once {
                    Readable::All => assert_eq!(ids.len(), records.len()),
                    Readable::Some(readable) => assert_eq!(readable, ids),
                }
                some += usize::from(!ids.is_empty() && ids.len() < records.len());
            }
        }
    });
    // The case is worth its name: there are users who see a part.
    assert!(some > 5, "{some} lists are neither empty nor whole");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test takes the time")]
fn a_query_looks_at_ten_thousand_contacts_in_seconds() {
    const CONTACTS: usize = 10_000;
    let org = org_with(&format!("{WAYS}{PEOPLE}"));
    let copies = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CONTACTS}) INSERT INTO \"Contact\" (\"Id\", \"LastName\", \"AccountId\", \"OwnerId\", \"IsDeleted\") SELECT printf('003XXX%09dAAA', i), 'Nobody', c.\"AccountId\", c.\"OwnerId\", 0 FROM n, (SELECT * FROM \"Contact\" WHERE \"LastName\" = 'Low') c"
    );
    with_tenant(&org, |org| {
        org.db.execute_batch(&copies).expect("the rows are made");
        let cora = org.rows(object("User").expect("known"), &[("Alias", "cora".into())]);
        let viewer = Viewer::of(org, text(&cora.expect("rows")[0], "Id"));
        let viewer = viewer.expect("a look").expect("the user is there");
        let begin = Instant::now();
        access::readable(org, &viewer, &GUARDED[2]).expect("a look");
        // Some tenths of a second here; one look for each contact took ten seconds.
        let took = begin.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}");
    });
}
