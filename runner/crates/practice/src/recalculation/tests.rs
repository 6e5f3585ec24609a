//! Access and memberships that come some time after the change, under a clock that stands still: looks bring them.

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org_with};

/// Lara, a partner of Sam's account Acme, and what she may see by a rule, by a sharing set and by her role.
const START: &str = r#"
[settings]
"practice.sharingDelaySeconds" = 3

[[components]]
kind = "SharingRules"
full_name = "Lead"
content = { sharingOwnerRules = [{ fullName = "R", accessLevel = "Read", label = "R", sharedFrom = { role = "CEO" }, sharedTo = { allPartnerUsers = "" } }] }

[[records]]
object = "Account"
ref = "acme"
fields = { Name = "Acme", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
ref = "lara"
fields = { LastName = "Lara", AccountId = "@acme" }

[[records]]
object = "User"
ref = "boss"
fields = { Username = "boss@practice.example", LastName = "Boss", Email = "boss@practice.example", Alias = "boss", ProfileId = "@profile_standard", UserRoleId = "@role_ceo", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "Lead"
fields = { LastName = "of the boss", Company = "x", OwnerId = "@boss" }
"#;

fn lara(org: &TestOrg) -> String {
    let contact = org.id("SELECT Id FROM Contact WHERE LastName = 'Lara'");
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Partner Community User'");
    org.create(
        "User",
        json!({ "Username": "lara@acme.example", "LastName": "Lara", "Email": "lara@acme.example", "Alias": "lara", "CommunityNickname": "lara", "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US", "ProfileId": profile, "ContactId": contact }),
    )
}

fn levels(org: &TestOrg, user: &str, record: &str) -> String {
    let soql = format!(
        "SELECT MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{record}'"
    );
    let seen = (0..5).map(|_| {
        let rows = org.records(&soql);
        rows[0]["MaxAccessLevel"].as_str().unwrap_or("?").to_owned()
    });
    seen.collect::<Vec<_>>().join(" ")
}

#[test]
fn access_by_rules_comes_later_and_own_access_at_once() {
    let org = org_with(START);
    let lara = lara(&org);
    let own = org.id("SELECT Id FROM Contact WHERE LastName = 'Lara'");
    let lead = org.id("SELECT Id FROM Lead WHERE LastName = 'of the boss'");
    expect!["None None Read Read Read"].assert_eq(&levels(&org, &lara, &lead));
    let org = org_with(START);
    let lara = self::lara(&org);
    expect!["Read Read Read Read Read"].assert_eq(&levels(&org, &lara, &own));
}

#[test]
fn access_by_the_hierarchy_comes_later() {
    let org = org_with(START);
    let sam = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let ceo = org.id("SELECT Id FROM UserRole WHERE DeveloperName = 'CEO'");
    let cfo = org.id("SELECT Id FROM UserRole WHERE DeveloperName = 'CFO'");
    let boss = org.id("SELECT Id FROM User WHERE Alias = 'boss'");
    let line = |user: &str| format!("PATCH /services/data/v66.0/sobjects/User/{user}");
    assert_eq!(
        org.send(&line(&boss), &json!({ "UserRoleId": cfo }).to_string())
            .0,
        204
    );
    assert_eq!(
        org.send(&line(&sam), &json!({ "UserRoleId": ceo }).to_string())
            .0,
        204
    );
    let lead = org.id("SELECT Id FROM Lead WHERE LastName = 'of the boss'");
    expect!["None None All All All"].assert_eq(&levels(&org, &sam, &lead));
}

#[test]
fn a_deployed_sharing_set_opens_records_later() {
    let mut org = org_with(START);
    let lara = lara(&org);
    org.now_ms += 60_000;
    org.create(
        "Case",
        json!({ "Subject": "of Acme", "AccountId": org.id("SELECT Id FROM Account WHERE Name = 'Acme'") }),
    );
    let set = "<createMetadata><metadata xsi:type=\"SharingSet\"><fullName>S</fullName><name>S</name><profiles>Partner Community User</profiles><accessMappings><accessLevel>Edit</accessLevel><object>Case</object><objectField>Account</objectField><userField>Account</userField></accessMappings></metadata></createMetadata>";
    let answer = org.soap(set);
    assert!(answer.contains("<success>true"), "{answer}");
    let case = org.id("SELECT Id FROM Case WHERE Subject = 'of Acme'");
    expect!["None None Edit Edit Edit"].assert_eq(&levels(&org, &lara, &case));
}

const SITE: &str = r#"
[settings]
"practice.membersDelaySeconds" = 2

[[records]]
object = "Network"
ref = "site"
raw = true
fields = { Name = "Partners", UrlPathPrefix = "partners", Status = "Live", EmailSenderName = "Partners", EmailSenderAddress = "a@b.example" }

[[records]]
object = "NetworkMemberGroup"
raw = true
fields = { NetworkId = "@site", ParentId = "@profile_partner", AssignmentStatus = "Added" }
"#;

#[test]
fn memberships_of_a_new_user_come_later() {
    let org = org_with(&format!(
        "{SITE}{}",
        START.replace("[settings]\n\"practice.sharingDelaySeconds\" = 3", "")
    ));
    let lara = lara(&org);
    let soql = format!("SELECT Id FROM NetworkMember WHERE MemberId = '{lara}'");
    let counts = (0..4).map(|_| org.records(&soql).len().to_string());
    expect!["0 1 1 1"].assert_eq(&counts.collect::<Vec<_>>().join(" "));
    // They go at once.
    let line = format!("PATCH /services/data/v66.0/sobjects/User/{lara}");
    assert_eq!(org.send(&line, r#"{"IsActive":false}"#).0, 204);
    assert!(org.records(&soql).is_empty());
}
