//! Components over SOAP: what there is, what one holds, the synchronous calls, deployments as clients send
//! them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;

use super::{check, org};
use crate::testing::zip;

#[test]
fn what_there_is_is_described_and_listed() {
    let org = org();
    check(
        &org,
        "<describeMetadata><asOfVersion>66.0</asOfVersion></describeMetadata>",
        expect![[r#"
            200 <describeMetadataResponse>
            <result>
            <metadataObjects>
            <childXmlNames>CustomField</childXmlNames>
            <directoryName>objects</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>object</suffix>
            <xmlName>CustomObject</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>sites</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>site</suffix>
            <xmlName>CustomSite</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>groups</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>group</suffix>
            <xmlName>Group</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>networks</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>network</suffix>
            <xmlName>Network</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>permissionsets</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>permissionset</suffix>
            <xmlName>PermissionSet</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>permissionsetgroups</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>permissionsetgroup</suffix>
            <xmlName>PermissionSetGroup</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>profiles</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>profile</suffix>
            <xmlName>Profile</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>queues</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>queue</suffix>
            <xmlName>Queue</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>roles</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>role</suffix>
            <xmlName>Role</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>settings</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>settings</suffix>
            <xmlName>Settings</xmlName>
            </metadataObjects>
            <metadataObjects>
            <childXmlNames>SharingCriteriaRule</childXmlNames>
            <childXmlNames>SharingOwnerRule</childXmlNames>
            <directoryName>sharingRules</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>sharingRules</suffix>
            <xmlName>SharingRules</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>sharingSets</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>sharingSet</suffix>
            <xmlName>SharingSet</xmlName>
            </metadataObjects>
            <metadataObjects>
            <directoryName>useraccesspolicies</directoryName>
            <inFolder>false</inFolder>
            <metaFile>false</metaFile>
            <suffix>useraccesspolicy</suffix>
            <xmlName>UserAccessPolicy</xmlName>
            </metadataObjects>
            <organizationNamespace>
            </organizationNamespace>
            <partialSaveAllowed>true</partialSaveAllowed>
            <testRequired>false</testRequired>
            </result>
            </describeMetadataResponse>"#]],
    );
    check(
        &org,
        "<listMetadata><queries><type>Settings</type></queries><asOfVersion>66.0</asOfVersion></listMetadata>",
        expect![[r#"
            200 <listMetadataResponse>
            <result>
            <createdById>005dnH000000001ABA</createdById>
            <createdByName>Ada Admin</createdByName>
            <createdDate>2026-01-01T00:00:00.000Z</createdDate>
            <fileName>settings/Communities.settings</fileName>
            <fullName>Communities</fullName>
            <id>000000000000000AAA</id>
            <lastModifiedById>005dnH000000001ABA</lastModifiedById>
            <lastModifiedByName>Ada Admin</lastModifiedByName>
            <lastModifiedDate>2026-01-01T00:00:00.000Z</lastModifiedDate>
            <type>Settings</type>
            </result>
            <result>
            <createdById>005dnH000000001ABA</createdById>
            <createdByName>Ada Admin</createdByName>
            <createdDate>2026-01-01T00:00:00.000Z</createdDate>
            <fileName>settings/Sharing.settings</fileName>
            <fullName>Sharing</fullName>
            <id>000000000000000AAA</id>
            <lastModifiedById>005dnH000000001ABA</lastModifiedById>
            <lastModifiedByName>Ada Admin</lastModifiedByName>
            <lastModifiedDate>2026-01-01T00:00:00.000Z</lastModifiedDate>
            <type>Settings</type>
            </result>
            <result>
            <createdById>005dnH000000001ABA</createdById>
            <createdByName>Ada Admin</createdByName>
            <createdDate>2026-01-01T00:00:00.000Z</createdDate>
            <fileName>settings/Account.settings</fileName>
            <fullName>Account</fullName>
            <id>000000000000000AAA</id>
            <lastModifiedById>005dnH000000001ABA</lastModifiedById>
            <lastModifiedByName>Ada Admin</lastModifiedByName>
            <lastModifiedDate>2026-01-01T00:00:00.000Z</lastModifiedDate>
            <type>Settings</type>
            </result>
            <result>
            <createdById>005dnH000000001ABA</createdById>
            <createdByName>Ada Admin</createdByName>
            <createdDate>2026-01-01T00:00:00.000Z</createdDate>
            <fileName>settings/UserManagement.settings</fileName>
            <fullName>UserManagement</fullName>
            <id>000000000000000AAA</id>
            <lastModifiedById>005dnH000000001ABA</lastModifiedById>
            <lastModifiedByName>Ada Admin</lastModifiedByName>
            <lastModifiedDate>2026-01-01T00:00:00.000Z</lastModifiedDate>
            <type>Settings</type>
            </result>
            </listMetadataResponse>"#]],
    );
    check(
        &org,
        "<listMetadata><queries><type>Layout</type></queries></listMetadata>",
        expect![[r#"
            200 <listMetadataResponse>
            </listMetadataResponse>"#]],
    );
    check(
        &org,
        "<readMetadata><type>Profile</type><fullNames>Standard</fullNames><fullNames>Nobody</fullNames></readMetadata>",
        expect![[r#"
            200 <readMetadataResponse>
            <result>
            <records xsi:type="Profile">
            <fullName>Standard</fullName>
            <custom>false</custom>
            <objectPermissions>
            <allowCreate>true</allowCreate>
            <allowDelete>true</allowDelete>
            <allowEdit>true</allowEdit>
            <allowRead>true</allowRead>
            <modifyAllRecords>false</modifyAllRecords>
            <object>Account</object>
            <viewAllRecords>false</viewAllRecords>
            </objectPermissions>
            <objectPermissions>
            <allowCreate>true</allowCreate>
            <allowDelete>true</allowDelete>
            <allowEdit>true</allowEdit>
            <allowRead>true</allowRead>
            <modifyAllRecords>false</modifyAllRecords>
            <object>Case</object>
            <viewAllRecords>false</viewAllRecords>
            </objectPermissions>
            <objectPermissions>
            <allowCreate>true</allowCreate>
            <allowDelete>true</allowDelete>
            <allowEdit>true</allowEdit>
            <allowRead>true</allowRead>
            <modifyAllRecords>false</modifyAllRecords>
            <object>Contact</object>
            <viewAllRecords>false</viewAllRecords>
            </objectPermissions>
            <objectPermissions>
            <allowCreate>true</allowCreate>
            <allowDelete>true</allowDelete>
            <allowEdit>true</allowEdit>
            <allowRead>true</allowRead>
            <modifyAllRecords>false</modifyAllRecords>
            <object>Lead</object>
            <viewAllRecords>false</viewAllRecords>
            </objectPermissions>
            <objectPermissions>
            <allowCreate>true</allowCreate>
            <allowDelete>true</allowDelete>
            <allowEdit>true</allowEdit>
            <allowRead>true</allowRead>
            <modifyAllRecords>false</modifyAllRecords>
            <object>Opportunity</object>
            <viewAllRecords>false</viewAllRecords>
            </objectPermissions>
            <userLicense>Salesforce</userLicense>
            <userPermissions>
            <enabled>true</enabled>
            <name>ApiEnabled</name>
            </userPermissions>
            <userPermissions>
            <enabled>true</enabled>
            <name>ViewRoles</name>
            </userPermissions>
            </records>
            <records xsi:nil="true"/>
            </result>
            </readMetadataResponse>"#]],
    );
}

#[test]
fn components_are_made_changed_and_deleted_at_once() {
    let org = org();
    let set = |call: &str, extra: &str| {
        format!(
            "<{call}><metadata xsi:type=\"ns:SharingSet\"><fullName>Partners</fullName><name>Partners</name><profiles>Partner Community User</profiles>{extra}</metadata></{call}>"
        )
    };
    check(
        &org,
        &set("updateMetadata", ""),
        expect![[r#"
        200 <updateMetadataResponse>
        <result>
        <errors>
        <message>no SharingSet named Partners found</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>Partners</fullName>
        <success>false</success>
        </result>
        </updateMetadataResponse>"#]],
    );
    check(
        &org,
        &set("createMetadata", ""),
        expect![[r#"
        200 <createMetadataResponse>
        <result>
        <fullName>Partners</fullName>
        <success>true</success>
        </result>
        </createMetadataResponse>"#]],
    );
    check(
        &org,
        &set("createMetadata", ""),
        expect![[r#"
        200 <createMetadataResponse>
        <result>
        <errors>
        <message>This SharingSet already exists: Partners</message>
        <statusCode>DUPLICATE_DEVELOPER_NAME</statusCode>
        </errors>
        <fullName>Partners</fullName>
        <success>false</success>
        </result>
        </createMetadataResponse>"#]],
    );
    check(
        &org,
        &set("upsertMetadata", "<description>All</description>"),
        expect![[r#"
            200 <upsertMetadataResponse>
            <result>
            <created>false</created>
            <fullName>Partners</fullName>
            <success>true</success>
            </result>
            </upsertMetadataResponse>"#]],
    );
    check(
        &org,
        &set("updateMetadata", "<nonsense/>"),
        expect![[r#"
        500 <soapenv:Fault>
        <faultcode>soapenv:Client</faultcode>
        <faultstring>Element nonsense invalid at this location in type SharingSet</faultstring>
        </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<readMetadata><type>SharingSet</type><fullNames>partners</fullNames></readMetadata>",
        expect![[r#"
            200 <readMetadataResponse>
            <result>
            <records xsi:type="SharingSet">
            <fullName>partners</fullName>
            <description>All</description>
            <name>Partners</name>
            <profiles>Partner Community User</profiles>
            </records>
            </result>
            </readMetadataResponse>"#]],
    );
    check(
        &org,
        "<listMetadata><queries><type>SharingSet</type></queries></listMetadata>",
        expect![[r#"
            200 <listMetadataResponse>
            <result>
            <createdById>005dnH000000001ABA</createdById>
            <createdByName>Ada Admin</createdByName>
            <createdDate>2026-01-01T00:00:00.000Z</createdDate>
            <fileName>sharingSets/Partners.sharingSet</fileName>
            <fullName>Partners</fullName>
            <id>0SS6HttoqTDtsV1WQJ</id>
            <lastModifiedById>005dnH000000001ABA</lastModifiedById>
            <lastModifiedByName>Ada Admin</lastModifiedByName>
            <lastModifiedDate>2026-01-01T00:00:00.000Z</lastModifiedDate>
            <type>SharingSet</type>
            </result>
            </listMetadataResponse>"#]],
    );
    check(
        &org,
        "<deleteMetadata><type>SharingSet</type><fullNames>Partners</fullNames><fullNames>Others</fullNames></deleteMetadata>",
        expect![[r#"
            200 <deleteMetadataResponse>
            <result>
            <fullName>Partners</fullName>
            <success>true</success>
            </result>
            <result>
            <errors>
            <message>no SharingSet named Others found</message>
            <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
            </errors>
            <fullName>Others</fullName>
            <success>false</success>
            </result>
            </deleteMetadataResponse>"#]],
    );
}

#[test]
fn a_check_with_a_capital_true_changes_nothing() {
    let org = org();
    let package = "<Package><types><members>Acme</members><name>Profile</name></types><version>66.0</version></Package>";
    let profile = "<Profile><custom>true</custom><userLicense>Salesforce</userLicense></Profile>";
    let zip = STANDARD.encode(zip(&[
        ("package.xml", package),
        ("profiles/Acme.profile", profile),
    ]));
    let deployed = org.soap(&format!(
        "<deploy><ZipFile>{zip}</ZipFile><DeployOptions><checkOnly>True</checkOnly><singlePackage>True</singlePackage></DeployOptions></deploy>"
    ));
    let id = deployed
        .split("<id>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let look = format!(
        "<checkDeployStatus><asyncProcessId>{}</asyncProcessId></checkDeployStatus>",
        id.expect("an id")
    );
    let looks = [org.soap(&look), org.soap(&look), org.soap(&look)];
    assert!(
        looks[2].contains("<checkOnly>true</checkOnly>"),
        "{}",
        looks[2]
    );
    assert!(
        looks[2].contains("<status>Succeeded</status>"),
        "{}",
        looks[2]
    );
    let found = org.records("SELECT Id FROM Profile WHERE Name = 'Acme'");
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_deployment_is_queued_and_looked_at() {
    let org = org();
    let package = "<Package><types><members>Acme</members><name>Profile</name></types><version>66.0</version></Package>";
    let profile = "<Profile><custom>true</custom><userLicense>Salesforce</userLicense></Profile>";
    // CumulusCI puts everything into one folder.
    let zip = zip(&[
        ("metadata/package.xml", package),
        ("metadata/profiles/Acme.profile", profile),
    ]);
    let zip = STANDARD.encode(zip);
    check(
        &org,
        &format!(
            "<deploy><ZipFile>{zip}</ZipFile><DeployOptions><rollbackOnError>true</rollbackOnError><singlePackage>false</singlePackage></DeployOptions></deploy>"
        ),
        expect![[r#"
            200 <deployResponse>
            <result>
            <done>false</done>
            <id>0AfdnH000000001CBA</id>
            <state>Queued</state>
            </result>
            </deployResponse>"#]],
    );
    let status = "<checkDeployStatus><asyncProcessId>ID</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>";
    let id = {
        let inner = org.practice.inner.lock().expect("no test panicked inside");
        let sql = "SELECT id FROM practice_deployment";
        let id = inner.db.query_row(sql, [], |row| row.get::<_, String>(0));
        id.expect("one deployment")
    };
    check(
        &org,
        &format!("<checkStatus><asyncProcessId>{id}</asyncProcessId></checkStatus>"),
        expect![[r#"
            200 <checkStatusResponse>
            <result>
            <done>false</done>
            <id>0AfdnH000000001CBA</id>
            <state>InProgress</state>
            </result>
            </checkStatusResponse>"#]],
    );
    check(
        &org,
        &status.replace("ID", &id),
        expect![[r#"
        200 <checkDeployStatusResponse>
        <result>
        <checkOnly>false</checkOnly>
        <completedDate>2026-11-22T10:00:02.000Z</completedDate>
        <createdBy>005dnH000000001ABA</createdBy>
        <createdByName>Ada Admin</createdByName>
        <createdDate>2026-11-22T10:00:00.000Z</createdDate>
        <details>
        <componentSuccesses>
        <changed>true</changed>
        <componentType>Profile</componentType>
        <created>true</created>
        <createdDate>2026-11-22T10:00:02.000Z</createdDate>
        <deleted>false</deleted>
        <fileName>metadata/profiles/Acme.profile</fileName>
        <fullName>Acme</fullName>
        <id>00ednH00000000FABQ</id>
        <success>true</success>
        </componentSuccesses>
        </details>
        <done>true</done>
        <id>0AfdnH000000001CBA</id>
        <ignoreWarnings>false</ignoreWarnings>
        <lastModifiedDate>2026-11-22T10:00:02.000Z</lastModifiedDate>
        <numberComponentErrors>0</numberComponentErrors>
        <numberComponentsDeployed>1</numberComponentsDeployed>
        <numberComponentsTotal>1</numberComponentsTotal>
        <numberFiles>2</numberFiles>
        <numberTestErrors>0</numberTestErrors>
        <numberTestsCompleted>0</numberTestsCompleted>
        <numberTestsTotal>0</numberTestsTotal>
        <rollbackOnError>true</rollbackOnError>
        <runTestsEnabled>false</runTestsEnabled>
        <startDate>2026-11-22T10:00:01.000Z</startDate>
        <status>Succeeded</status>
        <success>true</success>
        <zipSize>457</zipSize>
        </result>
        </checkDeployStatusResponse>"#]],
    );
    check(
        &org,
        &format!("<checkStatus><asyncProcessId>{id}</asyncProcessId></checkStatus>"),
        expect![[r#"
            200 <checkStatusResponse>
            <result>
            <done>true</done>
            <id>0AfdnH000000001CBA</id>
            <state>Completed</state>
            </result>
            </checkStatusResponse>"#]],
    );
    check(
        &org,
        &status.replace("ID", "0Af"),
        expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_CROSS_REFERENCE_KEY</faultcode>
        <faultstring>INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0Af</faultstring>
        </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<deploy><ZipFile>!</ZipFile></deploy>",
        expect![[r#"
        500 <soapenv:Fault>
        <faultcode>soapenv:Client</faultcode>
        <faultstring>ZipFile is no base64: Invalid symbol 33, offset 0.</faultstring>
        </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<deploy><ZipFile>bm8gemlw</ZipFile></deploy>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>sf:INVALID_INPUT</faultcode>
            <faultstring>INVALID_INPUT: The zip file can&apos;t be read: Missing end of central directory</faultstring>
            </soapenv:Fault>"#]],
    );
}

#[test]
fn what_only_looks_like_a_blank_is_text() {
    let org = org();
    check(
        &org,
        "<upsertMetadata><metadata xsi:type=\"SharingSet\"><fullName>Partners</fullName><description>\n  \u{3000}Wide\u{a0}\t\n</description><name>Partners</name><profiles>Partner Community User</profiles></metadata></upsertMetadata>",
        expect![[r#"
            200 <upsertMetadataResponse>
            <result>
            <created>true</created>
            <fullName>Partners</fullName>
            <success>true</success>
            </result>
            </upsertMetadataResponse>"#]],
    );
    check(
        &org,
        "<readMetadata><type>SharingSet</type><fullNames>Partners</fullNames></readMetadata>",
        expect![[r#"
            200 <readMetadataResponse>
            <result>
            <records xsi:type="SharingSet">
            <fullName>Partners</fullName>
            <description>　Wide </description>
            <name>Partners</name>
            <profiles>Partner Community User</profiles>
            </records>
            </result>
            </readMetadataResponse>"#]],
    );
}
