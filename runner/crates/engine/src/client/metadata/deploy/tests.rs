//! Deployments to the practice org.

use expect_test::expect;
use serde_json::json;

use super::body;
use crate::client::{Deployment, Package, PackagedComponent};
use crate::testing::{FIXTURE, TestOrg};

fn set(profile: &str) -> Package {
    let content = json!({"name": ["Partners"], "profiles": [profile]});
    Package {
        components: vec![PackagedComponent {
            kind: "SharingSet".into(),
            full_name: "Partners".into(),
            content: content.as_object().cloned().expect("an object"),
        }],
        removals: Vec::new(),
    }
}

/// The end of a deployment, after so many looks.
async fn deployed(org: &TestOrg, package: &Package) -> (Deployment, usize) {
    let id = org.org.deploy(package).await.expect("taken");
    for looks in 1..10 {
        let deployment = org.org.deployment(&id).await.expect("answers");
        if deployment.done {
            return (deployment, looks);
        }
    }
    panic!("the deployment has no end");
}

#[tokio::test]
async fn a_deployment_is_taken_and_ends_later() {
    let org = TestOrg::new(FIXTURE);
    let (deployment, looks) = deployed(&org, &set("Partner Community User")).await;
    assert_eq!(
        (deployment.success, deployment.status.as_str(), looks),
        (true, "Succeeded", 2)
    );
    assert_eq!((org.org.requests().read, org.org.requests().write), (2, 1));
    let there = org
        .org
        .read_component("SharingSet", "Partners")
        .await
        .expect("answers");
    assert_eq!(
        json!(there),
        json!({"name": ["Partners"], "profiles": ["Partner Community User"]})
    );
}

#[tokio::test]
async fn a_sharing_rule_comes_and_goes_alone() {
    let org = TestOrg::new(FIXTURE);
    let rule = |name: &str, source: &str| {
        PackagedComponent {
        kind: "SharingCriteriaRule".into(),
        full_name: format!("Lead.{name}"),
        content: json!({
            "label": [name],
            "accessLevel": ["Read"],
            "includeRecordsOwnedByAll": ["false"],
            "sharedTo": [{"allInternalUsers": [""]}],
            "criteriaItems": [{"field": ["LeadSource"], "operation": ["equals"], "value": [source]}],
        })
        .as_object()
        .cloned()
        .expect("an object"),
    }
    };
    let first = Package {
        components: vec![rule("Web_Leads", "Web")],
        removals: Vec::new(),
    };
    let second = Package {
        components: vec![rule("Fair_Leads", "Fair")],
        removals: Vec::new(),
    };
    let back = Package {
        components: Vec::new(),
        removals: vec![("SharingCriteriaRule".into(), "Lead.Fair_Leads".into())],
    };
    let read = async |name: &str| {
        let read = org.org.read_component("SharingCriteriaRule", name).await;
        read.expect("answers")
    };
    for package in [&first, &second] {
        let (deployment, _) = deployed(&org, package).await;
        assert!(
            deployment.success,
            "{:?}",
            deployment.problems.first().map(ToString::to_string)
        );
    }
    assert_eq!(
        read("Lead.Web_Leads").await.as_ref(),
        Some(&first.components[0].content)
    );
    assert_eq!(
        read("Lead.Fair_Leads").await.as_ref(),
        Some(&second.components[0].content)
    );
    assert!(deployed(&org, &back).await.0.success);
    assert_eq!(read("Lead.Fair_Leads").await, None);
    assert!(read("Lead.Web_Leads").await.is_some());
}

#[tokio::test]
async fn what_is_wrong_is_told_by_file() {
    let org = TestOrg::new(FIXTURE);
    let (deployment, _) = deployed(&org, &set("Nobody")).await;
    assert!(!deployment.success);
    let problems: Vec<String> = deployment
        .problems
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        problems,
        ["sharingSets/Partners.sharingSet: In field: profiles - no Profile named Nobody found"]
    );
    let mut misplaced = set("Partner Community User");
    misplaced.components[0]
        .content
        .insert("nonsense".into(), json!(["x"]));
    let (deployment, _) = deployed(&org, &misplaced).await;
    let problems: Vec<String> = deployment
        .problems
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        problems,
        [
            "sharingSets/Partners.sharingSet, line 4: Element nonsense invalid at this location in type SharingSet"
        ]
    );
    let unknown = org
        .org
        .deployment("0Af000000000000AAA")
        .await
        .expect_err("unknown");
    assert_eq!(
        unknown.to_string(),
        "NOT_FOUND The requested resource does not exist"
    );
}

#[test]
fn a_request_has_two_parts_and_a_boundary_of_its_own() {
    let (boundary, bytes) = body(b"zip");
    assert_eq!(boundary, "usher-deployment");
    expect![[r#"
        --usher-deployment
        Content-Disposition: form-data; name="json"
        Content-Type: application/json

        {"deployOptions":{"allowMissingFiles":false,"checkOnly":false,"ignoreWarnings":true,"purgeOnDelete":false,"rollbackOnError":true,"singlePackage":true}}
        --usher-deployment
        Content-Disposition: form-data; name="file"; filename="package.zip"
        Content-Type: application/zip

        zip
        --usher-deployment--
    "#]].assert_eq(&String::from_utf8_lossy(&bytes).replace('\r', ""));
    let (boundary, _) = body(b"..usher-deployment..");
    assert_eq!(boundary, "usher-deployment-x");
}
