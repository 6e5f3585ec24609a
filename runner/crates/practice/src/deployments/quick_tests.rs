//! Deployments that are cancelled, and those of components that were validated before.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org, zip};

const PATH: &str = "/services/data/v66.0/metadata/deployRequest";

/// Asks for a deployment of one role and says its id.
fn start(org: &TestOrg, check_only: bool, level: &str) -> String {
    let zip = STANDARD.encode(zip(&[
        ("package.xml", "<Package><types><members>*</members><name>Role</name></types><version>66.0</version></Package>"),
        ("roles/Below.role", "<Role><name>Below</name><parentRole>Helper</parentRole></Role>"),
        ("roles/Helper.role", "<Role><name>Helper</name><parentRole>CEO</parentRole></Role>"),
    ]));
    let answer = org.soap(&format!(
        "<deploy><ZipFile>{zip}</ZipFile><DeployOptions><checkOnly>{check_only}</checkOnly><rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage><testLevel>{level}</testLevel></DeployOptions></deploy>"
    ));
    let id = answer.lines().find_map(|line| line.strip_prefix("<id>"));
    let id = id.unwrap_or_else(|| panic!("{answer}"));
    id.trim_end_matches("</id>").to_owned()
}

/// Looks until it is done, and says the last status.
fn status(org: &TestOrg, id: &str) -> String {
    for _ in 0..5 {
        let (_, answer) = org.send(&format!("GET {PATH}/{id}"), "");
        if answer["deployResult"]["done"] == true {
            return answer["deployResult"]["status"]
                .as_str()
                .expect("a status")
                .to_owned();
        }
    }
    panic!("the deployment has no end");
}

fn quick(org: &TestOrg, id: &str) -> String {
    org.soap(&format!(
        "<deployRecentValidation><validationId>{id}</validationId></deployRecentValidation>"
    ))
}

fn cancel(org: &TestOrg, id: &str) -> String {
    org.soap(&format!(
        "<cancelDeploy><String>{id}</String></cancelDeploy>"
    ))
}

const HELPERS: &str = "SELECT Name, ParentRole.Name FROM UserRole WHERE DeveloperName IN ('Below', 'Helper') ORDER BY Name";

#[test]
fn what_was_validated_is_deployed_without_being_sent_again() {
    let org = org();
    let validation = start(&org, true, "RunLocalTests");
    assert_eq!(status(&org, &validation), "Succeeded");
    org.query(HELPERS, expect![[""]]);
    let answer = quick(&org, &validation);
    let id = answer
        .lines()
        .find_map(|line| line.strip_prefix("<result>"));
    let id = id.expect("an id").trim_end_matches("</result>").to_owned();
    assert_ne!(id, validation);
    assert_eq!(status(&org, &id), "Succeeded");
    org.query(
        HELPERS,
        expect![[r#"
        {"Name":"Below","ParentRole":{"Name":"Helper"}}
        {"Name":"Helper","ParentRole":{"Name":"CEO"}}
    "#]],
    );
    // Something was deployed since.
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_ID_FIELD</faultcode>
        <faultstring>INVALID_ID_FIELD: Invalid validation ID: there is no recent validation that can be deployed</faultstring>
        </soapenv:Fault>"#]].assert_eq(&quick(&org, &validation));
}

#[test]
fn a_quick_deployment_over_rest_is_a_new_deployment() {
    let org = org();
    let validation = start(&org, true, "RunLocalTests");
    let (code, answer) = org.send(&format!("POST {PATH}/{validation}"), "");
    assert_eq!((code, &answer[0]["errorCode"]), (404, &json!("NOT_FOUND")));
    status(&org, &validation);
    let body = json!({ "validatedDeployRequestId": validation }).to_string();
    let (code, answer) = org.send(&format!("POST {PATH}"), &body);
    assert_eq!(code, 201, "{answer}");
    assert_eq!(answer["validatedDeployRequestId"], json!(validation));
    assert_eq!(answer["deployResult"]["checkOnly"], false);
    assert_eq!(
        status(&org, answer["id"].as_str().expect("an id")),
        "Succeeded"
    );
}

#[test]
fn validations_without_tests_and_deployments_are_none() {
    let org = org();
    let untested = start(&org, true, "NoTestRun");
    status(&org, &untested);
    assert!(quick(&org, &untested).contains("INVALID_ID_FIELD"));
    let deployed = start(&org, false, "RunLocalTests");
    status(&org, &deployed);
    assert!(quick(&org, &deployed).contains("INVALID_ID_FIELD"));
    assert!(quick(&org, "0Af000000000001AAA").contains("INVALID_ID_FIELD"));
}

#[test]
fn a_deployment_is_cancelled_until_it_is_done() {
    let org = org();
    let id = start(&org, false, "NoTestRun");
    assert!(cancel(&org, &id).contains("<done>true</done>"));
    assert_eq!(status(&org, &id), "Canceled");
    org.query(HELPERS, expect![[""]]);
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_ID_FIELD</faultcode>
        <faultstring>INVALID_ID_FIELD: Deployment already completed</faultstring>
        </soapenv:Fault>"#]]
    .assert_eq(&cancel(&org, &id));
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_ID_FIELD</faultcode>
        <faultstring>INVALID_ID_FIELD: Invalid deploy ID</faultstring>
        </soapenv:Fault>"#]]
    .assert_eq(&cancel(&org, "0Af000000000001AAA"));
    let id = start(&org, false, "NoTestRun");
    let body = json!({ "deployResult": { "status": "Canceling" } }).to_string();
    let (code, answer) = org.send(&format!("PATCH {PATH}/{id}"), &body);
    assert_eq!(
        (code, &answer["deployResult"]["status"]),
        (202, &json!("Canceled"))
    );
    assert_eq!(answer["deployResult"]["canceledByName"], "Ada Admin");
    let (code, _) = org.send(&format!("PATCH {PATH}/{id}"), "{}");
    assert_eq!(code, 400);
    let (code, answer) = org.send(&format!("PATCH {PATH}/{id}"), &body);
    assert_eq!(
        (code, &answer[0]["errorCode"]),
        (400, &json!("INVALID_ID_FIELD"))
    );
}

#[test]
fn the_wsdl_asks_for_details_and_gets_them() {
    let org = org();
    let id = start(&org, false, "NoTestRun");
    let answer = org.soap(&format!(
        "<checkDeployStatus><asyncProcessId>{id}</asyncProcessId><includeDetails>false</includeDetails></checkDeployStatus>"
    ));
    assert!(answer.contains("<details>\n</details>"), "{answer}");
}

#[test]
fn a_test_level_is_one_of_its_words() {
    let org = org();
    let answer = org.soap("<deploy><ZipFile></ZipFile><DeployOptions><testLevel>Some</testLevel></DeployOptions></deploy>");
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_INPUT</faultcode>
        <faultstring>INVALID_INPUT: &apos;Some&apos; is not a valid value for the enum &apos;TestLevel&apos;</faultstring>
        </soapenv:Fault>"#]].assert_eq(&answer);
}
