use expect_test::expect;
use serde_json::json;

use super::{ENTERPRISE, call, call_with, check, compare, fault};
use crate::testing::{TestOrg, org};

fn org_with_people() -> TestOrg {
    let org = org();
    let contoso = org.create(
        "Account",
        json!({ "Name": "Contoso <Ltd>", "Phone": "030" }),
    );
    for name in ["Meyer", "Brown"] {
        org.create("Contact", json!({ "LastName": name, "AccountId": contoso }));
    }
    org
}

fn query(soql: &str) -> String {
    format!(
        "<query><queryString>{}</queryString></query>",
        crate::xml::escape(soql)
    )
}

#[test]
fn fields_come_in_the_order_of_the_query() {
    check(
        &org_with_people(),
        &query(
            "SELECT Phone, Name, id, Website, CreatedDate, (SELECT LastName, Id FROM Contacts ORDER BY LastName), Owner.Name FROM Account",
        ),
        expect![[r#"
            200 <queryResponse>
            <result xsi:type="QueryResult">
            <done>true</done>
            <queryLocator xsi:nil="true"/>
            <records xsi:type="sf:sObject">
            <sf:type>Account</sf:type>
            <sf:Id>001dnH000000001ABA</sf:Id>
            <sf:Phone>030</sf:Phone>
            <sf:Name>Contoso &lt;Ltd&gt;</sf:Name>
            <sf:Id>001dnH000000001ABA</sf:Id>
            <sf:Website xsi:nil="true"/>
            <sf:CreatedDate>2026-11-22T10:00:00.000Z</sf:CreatedDate>
            <sf:Contacts xsi:type="QueryResult">
            <done>true</done>
            <queryLocator xsi:nil="true"/>
            <records xsi:type="sf:sObject">
            <sf:type>Contact</sf:type>
            <sf:Id>003dnH000000002ABA</sf:Id>
            <sf:LastName>Brown</sf:LastName>
            <sf:Id>003dnH000000002ABA</sf:Id>
            </records>
            <records xsi:type="sf:sObject">
            <sf:type>Contact</sf:type>
            <sf:Id>003dnH000000001ABA</sf:Id>
            <sf:LastName>Meyer</sf:LastName>
            <sf:Id>003dnH000000001ABA</sf:Id>
            </records>
            <size>2</size>
            </sf:Contacts>
            <sf:Owner xsi:type="sf:sObject">
            <sf:type>User</sf:type>
            <sf:Id xsi:nil="true"/>
            <sf:Name>Ada Admin</sf:Name>
            </sf:Owner>
            </records>
            <size>1</size>
            </result>
            </queryResponse>"#]],
    );
}

#[test]
fn a_record_without_its_id_says_so() {
    check(
        &org_with_people(),
        &query("SELECT LastName, Account.Name FROM Contact ORDER BY LastName"),
        expect![[r#"
            200 <queryResponse>
            <result xsi:type="QueryResult">
            <done>true</done>
            <queryLocator xsi:nil="true"/>
            <records xsi:type="sf:sObject">
            <sf:type>Contact</sf:type>
            <sf:Id xsi:nil="true"/>
            <sf:LastName>Brown</sf:LastName>
            <sf:Account xsi:type="sf:sObject">
            <sf:type>Account</sf:type>
            <sf:Id xsi:nil="true"/>
            <sf:Name>Contoso &lt;Ltd&gt;</sf:Name>
            </sf:Account>
            </records>
            <records xsi:type="sf:sObject">
            <sf:type>Contact</sf:type>
            <sf:Id xsi:nil="true"/>
            <sf:LastName>Meyer</sf:LastName>
            <sf:Account xsi:type="sf:sObject">
            <sf:type>Account</sf:type>
            <sf:Id xsi:nil="true"/>
            <sf:Name>Contoso &lt;Ltd&gt;</sf:Name>
            </sf:Account>
            </records>
            <size>2</size>
            </result>
            </queryResponse>"#]],
    );
}

#[test]
fn aggregates_are_records_of_their_own_type() {
    check(
        &org_with_people(),
        &query("SELECT COUNT(Id) people, AccountId FROM Contact GROUP BY AccountId"),
        expect![[r#"
            200 <queryResponse>
            <result xsi:type="QueryResult">
            <done>true</done>
            <queryLocator xsi:nil="true"/>
            <records xsi:type="sf:sObject">
            <sf:type>AggregateResult</sf:type>
            <sf:Id xsi:nil="true"/>
            <sf:people>2</sf:people>
            <sf:AccountId>001dnH000000001ABA</sf:AccountId>
            </records>
            <size>1</size>
            </result>
            </queryResponse>"#]],
    );
}

#[test]
fn with_the_enterprise_wsdl_the_type_is_that_of_the_element() {
    let answer = call_with(
        &org_with_people(),
        ENTERPRISE,
        "",
        &query(
            "SELECT Id, Name, Website, (SELECT LastName FROM Contacts WHERE LastName = 'Meyer'), Owner.Name FROM Account",
        ),
    );
    compare(
        &answer,
        expect![[r#"
        200 <queryResponse>
        <result>
        <done>true</done>
        <queryLocator xsi:nil="true"/>
        <records xsi:type="sf:Account">
        <sf:Id>001dnH000000001ABA</sf:Id>
        <sf:Contacts xsi:type="QueryResult">
        <done>true</done>
        <queryLocator xsi:nil="true"/>
        <records xsi:type="sf:Contact">
        <sf:LastName>Meyer</sf:LastName>
        </records>
        <size>1</size>
        </sf:Contacts>
        <sf:Name>Contoso &lt;Ltd&gt;</sf:Name>
        <sf:Owner xsi:type="sf:User">
        <sf:Name>Ada Admin</sf:Name>
        </sf:Owner>
        </records>
        <size>1</size>
        </result>
        </queryResponse>"#]],
    );
}

#[test]
fn long_results_come_in_pages() {
    let org = org();
    let rows: Vec<_> = (0..450)
        .map(|number| json!({ "LastName": format!("N{number:03}") }))
        .collect();
    let (status, _) = org.send("POST /practice/records/Contact", &json!(rows).to_string());
    assert_eq!(status, 201);
    let header = "<QueryOptions><batchSize>200</batchSize></QueryOptions>";
    let first = call_with(
        &org,
        super::PARTNER,
        header,
        &query("SELECT LastName FROM Contact ORDER BY LastName"),
    );
    let mut answer = first;
    let mut names = 0;
    let mut pages = Vec::new();
    loop {
        let count = answer.matches("<sf:LastName>").count();
        names += count;
        pages.push(count);
        assert_eq!(super::between(&answer, "size"), "450");
        if super::between(&answer, "done") == "true" {
            break;
        }
        let locator = super::between(&answer, "queryLocator");
        answer = call(
            &org,
            &format!("<queryMore><queryLocator>{locator}</queryLocator></queryMore>"),
        );
    }
    assert_eq!((names, pages), (450, vec![200, 200, 50]));
}

#[test]
fn errors_of_queries_have_faults_of_their_own() {
    let org = org();
    check(
        &org,
        &query("SELECT Nope FROM Account"),
        expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_FIELD</faultcode>
        <faultstring>INVALID_FIELD: No such column &apos;Nope&apos; on entity &apos;Account&apos;. If you are attempting to use a custom field, be sure to append the &apos;__c&apos; after the custom field name. Please reference your WSDL or the describe call for the appropriate names.</faultstring>
        <detail>
        <sf:InvalidFieldFault xsi:type="sf:InvalidFieldFault">
        <sf:exceptionCode>INVALID_FIELD</sf:exceptionCode>
        <sf:exceptionMessage>No such column &apos;Nope&apos; on entity &apos;Account&apos;. If you are attempting to use a custom field, be sure to append the &apos;__c&apos; after the custom field name. Please reference your WSDL or the describe call for the appropriate names.</sf:exceptionMessage>
        <sf:row>-1</sf:row>
        <sf:column>-1</sf:column>
        </sf:InvalidFieldFault>
        </detail>
        </soapenv:Fault>"#]],
    );
    let of = |call_text: &str| fault(&call(&org, call_text));
    expect!["500 MALFORMED_QUERY: unexpected token `&lt;EOF&gt;` at 19, expecting FROM"]
        .assert_eq(&of(&query("SELECT FROM Account")));
    expect!["500 INVALID_TYPE: sObject type &apos;Nothing&apos; is not supported. If you are attempting to use a custom object, be sure to append the &apos;__c&apos; after the entity name. Please reference your WSDL or the describe call for the appropriate names."].assert_eq(&of(&query("SELECT Id FROM Nothing")));
    expect!["500 INVALID_QUERY_LOCATOR: invalid query locator"].assert_eq(&of(
        "<queryMore><queryLocator>01g-1</queryLocator></queryMore>",
    ));
    expect!["500 MALFORMED_QUERY: unexpected token `&lt;EOF&gt;` at 0, expecting SELECT"]
        .assert_eq(&of("<query/>"));
}

#[test]
fn records_are_retrieved_in_the_order_of_their_ids() {
    let org = org_with_people();
    let id = org.id("SELECT Id FROM Account");
    check(
        &org,
        &format!(
            "<retrieve><fieldList>Name, Phone, Id</fieldList><sObjectType>Account</sObjectType><ids>001000000000001AAA</ids><ids>{}</ids></retrieve>",
            &id[..15]
        ),
        expect![[r#"
            200 <retrieveResponse>
            <result xsi:nil="true"/>
            <result xsi:type="sf:sObject">
            <sf:type>Account</sf:type>
            <sf:Id>001dnH000000001ABA</sf:Id>
            <sf:Name>Contoso &lt;Ltd&gt;</sf:Name>
            <sf:Phone>030</sf:Phone>
            <sf:Id>001dnH000000001ABA</sf:Id>
            </result>
            </retrieveResponse>"#]],
    );
    expect!["500 MALFORMED_ID: bad id 003"].assert_eq(&fault(&call(
        &org,
        "<retrieve><fieldList>Name</fieldList><sObjectType>Account</sObjectType><ids>003</ids></retrieve>",
    )));
}
