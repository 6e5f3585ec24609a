//! Facts about the practice org, and its answers to doubts.

use expect_test::expect;
use usher_core::doctor::{DOUBTS, Fact, anyway};
use usher_core::read::Identity;

use super::{examine, live_check};
use crate::testing::{FIXTURE, TestOrg};

/// A user whose profile shows nothing of Setup.
const MINIMUM: &str = r#"
[[records]]
object = "User"
ref = "min"
fields = { LastName = "Min", Username = "min@usher-practice.example", Email = "n@example.com", Alias = "min", CommunityNickname = "min", TimeZoneSidKey = "Europe/London", LocaleSidKey = "en_GB", LanguageLocaleKey = "en_US", EmailEncodingKey = "UTF-8", ProfileId = "@profile_minimum", IsActive = true }

[[records]]
object = "PermissionSet"
ref = "api"
fields = { Name = "Api", Label = "Api", PermissionsApiEnabled = true }

[[records]]
object = "PermissionSetAssignment"
fields = { AssigneeId = "@min", PermissionSetId = "@api" }
"#;

async fn signed_in(org: &TestOrg) -> Identity {
    org.org.identity().await.expect("somebody is signed in")
}

#[tokio::test]
async fn an_administrator_knows_everything() {
    let org = TestOrg::new(FIXTURE);
    let identity = signed_in(&org).await;
    org.requests();
    let facts = examine(&org.org, &identity).await.expect("answered");
    let user = facts.user.known().expect("known");
    assert_eq!(
        (user.profile.as_str(), user.license.as_str()),
        ("System Administrator", "Salesforce")
    );
    assert_eq!(facts.edition.known().expect("known").name, "Usher Practice");
    assert!(facts.rights.known().expect("known").contains("ViewSetup"));
    assert_eq!(facts.requests().expect("known").max, 15_000);
    let licenses = facts.licenses.known().expect("known");
    let license = |label: &str| licenses.iter().find(|license| license.label == label);
    assert!(!license("Salesforce").expect("a license").is_external);
    let external = licenses.iter().filter(|license| license.is_external);
    assert!(external.count() > 0);
    assert!(facts.permission_set_licenses.known().is_some());
    assert_eq!(
        facts.settings.known().expect("known").digital_experiences,
        Some(true)
    );
    assert!(facts.sites.known().is_some());
    let asked = org.requests();
    let asked = asked
        .iter()
        .map(|request| request.split('?').next().unwrap_or(request));
    let mut asked: Vec<&str> = asked.collect();
    asked.sort_unstable();
    expect![[r#"
        [
            "GET /services/data/v66.0/limits",
            "GET /services/data/v66.0/query",
            "POST /services/Soap/m/66.0",
            "POST /services/Soap/m/66.0",
            "POST /services/data/v66.0/composite",
            "POST /services/data/v66.0/composite",
        ]
    "#]]
    .assert_debug_eq(&asked);
}

#[tokio::test]
async fn what_a_user_may_not_see_is_not_known() {
    let org = TestOrg::of_user(&format!("{FIXTURE}{MINIMUM}"), "min@usher-practice.example");
    let identity = signed_in(&org).await;
    let facts = examine(&org.org, &identity).await.expect("answered");
    assert!(facts.user.known().is_some());
    assert!(matches!(facts.settings, Fact::NotKnown(_)));
    assert!(matches!(facts.limits, Fact::NotKnown(_)));
    assert!(matches!(facts.permission_set_licenses, Fact::NotKnown(_)));
    let findings = anyway(&identity, &facts);
    assert!(
        findings
            .iter()
            .any(|finding| finding.code == "doctor/not-shown")
    );
}

#[tokio::test]
async fn doubts_are_asked_without_a_write() {
    let org = TestOrg::new(FIXTURE);
    let identity = signed_in(&org).await;
    org.requests();
    let answers = live_check(&org.org, &identity, false)
        .await
        .expect("answered");
    let reads = DOUBTS.iter().filter(|doubt| !doubt.proof.writes());
    assert_eq!(answers.len(), reads.count());
    let refused: Vec<&str> = answers
        .iter()
        .filter(|answer| !answer.is_answered)
        .map(|answer| answer.doubt.key)
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
    let is_write = |request: &&String| {
        let is_read = request.starts_with("GET ")
            || request.contains("/composite")
            || request.contains("/Soap/");
        !is_read || request.contains("sobjects") && !request.starts_with("GET ")
    };
    let asked = org.requests();
    assert_eq!(asked.iter().find(is_write), None);
    let found = |key: &str| {
        let mut answers = answers.iter();
        let answer = answers.find(|answer| answer.doubt.key == key);
        answer.expect("an answer").found.clone()
    };
    expect![[r#"
        "Executive (Executive), Manager (Manager), Worker (User), PersonAccount (Person Account)"
    "#]]
    .assert_debug_eq(&found("portal-role-values"));
    expect![[r#"
        "all 15 are there"
    "#]]
    .assert_debug_eq(&found("rights-columns"));
}

#[tokio::test]
async fn a_doubt_that_takes_a_write_leaves_nothing() {
    let org = TestOrg::new(FIXTURE);
    let identity = signed_in(&org).await;
    let answers = live_check(&org.org, &identity, true)
        .await
        .expect("answered");
    assert_eq!(answers.len(), DOUBTS.len());
    let found = |key: &str| {
        let mut answers = answers.iter();
        let answer = answers.find(|answer| answer.doubt.key == key);
        answer.expect("an answer").found.clone()
    };
    assert!(
        found("long-role").ends_with("deleted: yes"),
        "{}",
        found("long-role")
    );
    let left = org
        .query("SELECT Id FROM UserRole WHERE DeveloperName = 'Usher_live_check'")
        .await;
    assert!(left.is_empty());
}
