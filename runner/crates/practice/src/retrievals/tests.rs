//! Retrieves over SOAP: what comes, what is told about what does not, and that it can be deployed again byte for byte.

use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expect_test::{Expect, expect};

use crate::testing::{TestOrg, org, org_with};

/// The texts between an element's tags.
fn texts<'a>(answer: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}>");
    let close = format!("</{name}>");
    answer
        .split(&open)
        .skip(1)
        .filter_map(|rest| rest.split(&close).next())
        .collect()
}

/// Retrieves and looks until it is done: the last answer.
fn retrieve(org: &TestOrg, request: &str) -> String {
    let answer = org.soap(&format!(
        "<retrieve><retrieveRequest><apiVersion>66.0</apiVersion>{request}</retrieveRequest></retrieve>"
    ));
    let id = texts(&answer, "id")[0].to_owned();
    assert!(id.starts_with("09S"), "{answer}");
    for _ in 0..5 {
        let answer = org.soap(&format!(
            "<checkRetrieveStatus><asyncProcessId>{id}</asyncProcessId></checkRetrieveStatus>"
        ));
        if answer.contains("<done>true</done>") {
            return answer;
        }
    }
    panic!("the retrieve has no end");
}

fn unpackaged(types: &[(&str, &str)]) -> String {
    let types: String = types
        .iter()
        .map(|(kind, name)| format!("<types><members>{name}</members><name>{kind}</name></types>"))
        .collect();
    format!("<unpackaged>{types}<version>66.0</version></unpackaged>")
}

/// The files of a retrieve by path.
fn files(answer: &str) -> BTreeMap<String, String> {
    let zip = STANDARD
        .decode(texts(answer, "zipFile")[0])
        .expect("base64");
    let archive = rawzip::ZipArchive::from_slice(&zip).expect("a zip");
    let mut files = BTreeMap::new();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().expect("an entry") {
        let path = entry.file_path().try_normalize().expect("a path");
        let file = archive.get_entry(entry.wayfinder()).expect("a file");
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(file.data())
            .read_to_string(&mut text)
            .expect("a text");
        files.insert(path.as_ref().to_owned(), text);
    }
    files
}

#[track_caller]
fn check(org: &TestOrg, request: &str, expected: Expect) {
    let answer = retrieve(org, request);
    let mut text = format!("{}\n", texts(&answer, "status")[0]);
    for problem in texts(&answer, "problem") {
        text.push_str(&format!("  {problem}\n"));
    }
    for (path, file) in files(&answer) {
        text.push_str(&format!("{path}\n{file}"));
    }
    expected.assert_eq(&text);
}

#[test]
fn a_role_and_settings_come_as_files_of_a_package() {
    let types = [("Role", "CEO"), ("Settings", "Account")];
    check(
        &org(),
        &unpackaged(&types),
        expect![[r#"
        Succeeded
        unpackaged/package.xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Package xmlns="http://soap.sforce.com/2006/04/metadata">
            <types>
                <members>CEO</members>
                <name>Role</name>
            </types>
            <types>
                <members>Account</members>
                <name>Settings</name>
            </types>
            <version>66.0</version>
        </Package>
        unpackaged/roles/CEO.role
        <?xml version="1.0" encoding="UTF-8"?>
        <Role xmlns="http://soap.sforce.com/2006/04/metadata">
            <caseAccessLevel>Edit</caseAccessLevel>
            <contactAccessLevel>Edit</contactAccessLevel>
            <mayForecastManagerShare>false</mayForecastManagerShare>
            <name>CEO</name>
            <opportunityAccessLevel>Edit</opportunityAccessLevel>
        </Role>
        unpackaged/settings/Account.settings
        <?xml version="1.0" encoding="UTF-8"?>
        <AccountSettings xmlns="http://soap.sforce.com/2006/04/metadata">
            <enableAccountDiscovery>false</enableAccountDiscovery>
            <enableAccountHistoryTracking>false</enableAccountHistoryTracking>
            <enableAccountInsightsInMobile>false</enableAccountInsightsInMobile>
            <enableAccountOwnerReport>false</enableAccountOwnerReport>
            <enableAccountTeams>false</enableAccountTeams>
            <enableContactHistoryTracking>false</enableContactHistoryTracking>
            <enableRelateContactToMultipleAccounts>false</enableRelateContactToMultipleAccounts>
            <enableReportsToOnPersonAccount>false</enableReportsToOnPersonAccount>
            <showViewHierarchyLink>false</showViewHierarchyLink>
        </AccountSettings>
    "#]],
    );
}

#[test]
fn a_profile_brings_the_parts_whose_components_are_asked_for() {
    let org = org();
    let alone = files(&retrieve(&org, &unpackaged(&[("Profile", "Standard")])));
    assert!(!alone["unpackaged/profiles/Standard.profile"].contains("<objectPermissions>"));
    let types = [("Profile", "Standard"), ("CustomObject", "Contact")];
    let both = files(&retrieve(&org, &unpackaged(&types)));
    let profile = &both["unpackaged/profiles/Standard.profile"];
    assert_eq!(texts(profile, "object"), ["Contact"]);
}

#[test]
fn what_is_missing_is_told_and_the_rest_comes() {
    let types = [
        ("Role", "Nobody"),
        ("Flow", "Nothing"),
        ("Flow", "*"),
        ("Flows", "*"),
        ("Group", "*"),
    ];
    check(
        &org(),
        &unpackaged(&types),
        expect![[r#"
        Succeeded
          Entity of type &apos;Flow&apos; named &apos;Nothing&apos; cannot be found
          Entity type: &apos;Flows&apos; is unknown
          Entity of type &apos;Role&apos; named &apos;Nobody&apos; cannot be found
        unpackaged/package.xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Package xmlns="http://soap.sforce.com/2006/04/metadata">
            <version>66.0</version>
        </Package>
    "#]],
    );
}

#[test]
fn the_name_of_the_parameter_and_the_case_of_a_boolean_do_not_matter() {
    let org = org();
    let answer = org.soap(&format!(
        "<retrieve><request><apiVersion>66.0</apiVersion><singlePackage>True</singlePackage>{}</request></retrieve>",
        unpackaged(&[("Role", "CEO")])
    ));
    let id = texts(&answer, "id")[0].to_owned();
    let look =
        format!("<checkRetrieveStatus><asyncProcessId>{id}</asyncProcessId></checkRetrieveStatus>");
    let answers = [org.soap(&look), org.soap(&look)];
    let paths: Vec<String> = files(&answers[1]).into_keys().collect();
    assert_eq!(paths, ["package.xml", "roles/CEO.role"]);
}

#[test]
fn a_zip_is_handed_out_once_and_only_when_it_is_wanted() {
    let org = org();
    let answer = org.soap(&format!(
        "<retrieve><retrieveRequest><apiVersion>66.0</apiVersion><singlePackage>true</singlePackage>{}</retrieveRequest></retrieve>",
        unpackaged(&[("Role", "CEO")])
    ));
    let id = texts(&answer, "id")[0].to_owned();
    let look = |zip: &str| {
        org.soap(&format!(
            "<checkRetrieveStatus><asyncProcessId>{id}</asyncProcessId><includeZip>{zip}</includeZip></checkRetrieveStatus>"
        ))
    };
    let mut states = Vec::new();
    for _ in 0..3 {
        let answer = look("false");
        assert!(answer.contains("<zipFile xsi:nil=\"true\"/>"), "{answer}");
        states.push(texts(&answer, "status")[0].to_owned());
    }
    assert_eq!(states, ["InProgress", "Succeeded", "Succeeded"]);
    let status = org.soap(&format!(
        "<checkStatus><asyncProcessId>{id}</asyncProcessId></checkStatus>"
    ));
    assert_eq!(texts(&status, "state"), ["Completed"]);
    let paths: Vec<String> = files(&look("true")).into_keys().collect();
    assert_eq!(paths, ["package.xml", "roles/CEO.role"]);
    assert!(look("true").contains("<zipFile xsi:nil=\"true\"/>"));
}

#[test]
fn packages_are_not_installed_and_other_ids_are_none() {
    let org = org();
    let answer = retrieve(&org, "<packageNames>FinServ</packageNames>");
    expect![[r#"
        200 <checkRetrieveStatusResponse>
        <result>
        <done>true</done>
        <errorMessage>INVALID_CROSS_REFERENCE_KEY: No package named &apos;FinServ&apos; found</errorMessage>
        <errorStatusCode>INVALID_CROSS_REFERENCE_KEY</errorStatusCode>
        <id>09SdnH000000001EBA</id>
        <status>Failed</status>
        <success>false</success>
        <zipFile xsi:nil="true"/>
        </result>
        </checkRetrieveStatusResponse>"#]].assert_eq(&answer);
    let answer = org.soap(
        "<checkRetrieveStatus><asyncProcessId>09S000000000001AAA</asyncProcessId></checkRetrieveStatus>",
    );
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_CROSS_REFERENCE_KEY</faultcode>
        <faultstring>INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 09S000000000001AAA</faultstring>
        </soapenv:Fault>"#]].assert_eq(&answer);
}

const SITE: &str = r#"
[[records]]
object = "Network"
raw = true
fields = { Name = "Client Portal", UrlPathPrefix = "clients", Status = "UnderConstruction", EmailSenderName = "Ada", EmailSenderAddress = "ada@example.com", PracticeTemplate = "Customer Service" }
"#;

/// Everything that the org has, deployed again, changes nothing, and then comes back the same, byte for byte.
#[test]
fn what_a_retrieve_brings_a_deployment_takes() {
    let org = org_with(SITE);
    org.deployed(
        &[
            ("package.xml", "<Package><types><members>Account</members><name>CustomObject</name></types><types><members>Ours</members><name>PermissionSet</name></types><types><members>Ours_Together</members><name>PermissionSetGroup</name></types><types><members>Helpers</members><name>Group</name></types><types><members>Desk</members><name>Queue</name></types><types><members>Lead</members><name>SharingRules</name></types><version>66.0</version></Package>"),
            ("objects/Account.object", "<CustomObject><fields><fullName>Number__c</fullName><externalId>true</externalId><label>Number</label><length>20</length><type>Text</type><unique>true</unique></fields><sharingModel>Read</sharingModel></CustomObject>"),
            ("permissionsets/Ours.permissionset", "<PermissionSet><label>Ours</label><description>a &amp; b &lt;c&gt; \u{e4}</description><objectPermissions><allowRead>true</allowRead><object>Account</object></objectPermissions><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions></PermissionSet>"),
            ("permissionsetgroups/Ours_Together.permissionsetgroup", "<PermissionSetGroup><label>Together</label><permissionSets>Ours</permissionSets></PermissionSetGroup>"),
            ("groups/Helpers.group", "<Group><name>Helpers</name><description>They help</description></Group>"),
            ("queues/Desk.queue", "<Queue><name>Desk</name><queueMembers><publicGroups><publicGroup>Helpers</publicGroup></publicGroups></queueMembers><queueSobject><sobjectType>Case</sobjectType></queueSobject></Queue>"),
            ("sharingRules/Lead.sharingRules", "<SharingRules><sharingOwnerRules><fullName>Ours</fullName><accessLevel>Read</accessLevel><label>Ours</label><sharedFrom><role>CEO</role></sharedFrom><sharedTo><group>Helpers</group></sharedTo></sharingOwnerRules></SharingRules>"),
        ],
        expect![[r#"
            <changed>true</changed>
            <fullName>Account</fullName>
            <changed>true</changed>
            <created>true</created>
            <fullName>Ours</fullName>
            <changed>true</changed>
            <created>true</created>
            <fullName>Ours_Together</fullName>
            <changed>true</changed>
            <created>true</created>
            <fullName>Helpers</fullName>
            <changed>true</changed>
            <created>true</created>
            <fullName>Desk</fullName>
            <changed>true</changed>
            <fullName>Lead</fullName>
            <status>Succeeded</status>
        "#]],
    );
    let mut types: Vec<(&str, &str)> = [
        "CustomSite",
        "Group",
        "Network",
        "PermissionSetGroup",
        "Profile",
        "Queue",
        "Role",
        "Settings",
        "SharingRules",
        "SharingSet",
        "UserAccessPolicy",
    ]
    .map(|kind| (kind, "*"))
    .to_vec();
    types.extend([
        ("PermissionSet", "*"),
        ("CustomObject", "Account"),
        ("CustomObject", "User"),
        ("CustomField", "Account.Number__c"),
    ]);
    let request = unpackaged(&types);
    let first = files(&retrieve(&org, &request));
    assert!(first.len() > 20, "{:?}", first.keys());
    let sent: Vec<(&str, &str)> = first
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    org.deployed(
        &sent,
        expect![[r#"
            <fullName>Account.Number__c</fullName>
            <fullName>Account</fullName>
            <fullName>User</fullName>
            <fullName>Client_Portal</fullName>
            <fullName>Helpers</fullName>
            <fullName>Client Portal</fullName>
            <fullName>CLMAdminUser</fullName>
            <fullName>CLMDigitalExperiencePartner</fullName>
            <fullName>CLMRuntimeUser</fullName>
            <fullName>ClauseDesigner</fullName>
            <fullName>ClauseUser</fullName>
            <fullName>ContractManagementCCPlusUser</fullName>
            <fullName>DocGenDesigner</fullName>
            <fullName>DocGenRuntimeCommunityUser</fullName>
            <fullName>DocGenUser</fullName>
            <fullName>FinServ__Advisor</fullName>
            <fullName>FinServ__AdvisorPartnerCommunity</fullName>
            <fullName>FinServ__CustomerCommunityReadOnly</fullName>
            <fullName>FinServ__FinancialServicesCloudBasic</fullName>
            <fullName>FinServ__FinancialServicesCloudStandard</fullName>
            <fullName>Ours</fullName>
            <fullName>Ours_Together</fullName>
            <fullName>Admin</fullName>
            <fullName>Client Customer Community</fullName>
            <fullName>Client Customer Community Login</fullName>
            <fullName>Client Customer Community Plus</fullName>
            <fullName>Client Customer Community Plus Login</fullName>
            <fullName>Customer Community Login User</fullName>
            <fullName>Customer Community Plus Login User</fullName>
            <fullName>Customer Community Plus User</fullName>
            <fullName>Customer Community User</fullName>
            <fullName>Minimum Access - Salesforce</fullName>
            <fullName>Partner Community Login User</fullName>
            <fullName>Partner Community User</fullName>
            <fullName>Standard</fullName>
            <fullName>Standard Platform User</fullName>
            <fullName>Desk</fullName>
            <fullName>CEO</fullName>
            <fullName>CFO</fullName>
            <fullName>COO</fullName>
            <fullName>CustomerSupportNorthAmerica</fullName>
            <fullName>DirectorChannelSales</fullName>
            <fullName>DirectorDirectSales</fullName>
            <fullName>SVPCustomerServiceSupport</fullName>
            <fullName>SVPSalesMarketing</fullName>
            <fullName>VPInternationalSales</fullName>
            <fullName>VPNorthAmericanSales</fullName>
            <fullName>Account</fullName>
            <fullName>Communities</fullName>
            <fullName>Sharing</fullName>
            <fullName>UserManagement</fullName>
            <fullName>Account</fullName>
            <fullName>Case</fullName>
            <fullName>Contact</fullName>
            <fullName>Lead</fullName>
            <fullName>Opportunity</fullName>
            <status>Succeeded</status>
        "#]],
    );
    let second = files(&retrieve(&org, &request));
    assert_eq!(first, second);
}
