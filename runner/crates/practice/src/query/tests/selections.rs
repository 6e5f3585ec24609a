//! Multi-select picklists (docs/salesforce/queries.md#multi-select-picklists): saved, described, queried.

use expect_test::expect;
use serde_json::json;

use super::{S, answers};
use crate::testing::{TestOrg, org_with};

const FIELDS: &str = r#"
[[custom_fields]]
object = "Account"
name = "MSP1__c"
label = "Choices"
type = "multipicklist"
values = ["AAA", "BBB", "CCC", "DDD"]

[[custom_fields]]
object = "Account"
name = "Open__c"
type = "multipicklist"
values = ["one"]
restricted = false
"#;

fn accounts() -> TestOrg {
    let org = org_with(FIELDS);
    for (name, value) in [
        ("A", json!("AAA;BBB")),
        ("B", json!("BBB;AAA;DDD")),
        ("C", json!("CCC")),
        ("D", json!(" AAA ;; CCC;AAA")),
        ("E", json!(null)),
        ("F", json!(" ; ")),
    ] {
        org.create("Account", json!({ "Name": name, "MSP1__c": value }));
    }
    org
}

#[test]
fn selections_are_filtered_by_their_values() {
    let org = accounts();
    expect![[r#"
        SELECT Name, MSP1__c FROM Account ORDER BY Name
          {"MSP1__c":"AAA;BBB","Name":"A"}
          {"MSP1__c":"BBB;AAA;DDD","Name":"B"}
          {"MSP1__c":"CCC","Name":"C"}
          {"MSP1__c":"AAA;CCC","Name":"D"}
          {"MSP1__c":null,"Name":"E"}
          {"MSP1__c":null,"Name":"F"}
        SELECT Name FROM Account WHERE MSP1__c = 'AAA;BBB'
          {"Name":"A"}
        SELECT Name FROM Account WHERE MSP1__c = 'bbb;AAA'
          {"Name":"A"}
        SELECT Name FROM Account WHERE MSP1__c != 'CCC'
          {"Name":"A"}
          {"Name":"B"}
          {"Name":"D"}
          {"Name":"E"}
          {"Name":"F"}
        SELECT Name FROM Account WHERE MSP1__c = null
          {"Name":"E"}
          {"Name":"F"}
        SELECT Name FROM Account WHERE MSP1__c = ''
          {"Name":"E"}
          {"Name":"F"}
        SELECT Name FROM Account WHERE MSP1__c INCLUDES ('AAA;BBB', 'CCC')
          {"Name":"A"}
          {"Name":"B"}
          {"Name":"C"}
          {"Name":"D"}
        SELECT Name FROM Account WHERE MSP1__c EXCLUDES ('AAA;BBB', 'CCC')
          {"Name":"E"}
          {"Name":"F"}
        SELECT Name FROM Account WHERE NOT MSP1__c INCLUDES ('AAA')
          {"Name":"C"}
          {"Name":"E"}
          {"Name":"F"}
        SELECT COUNT() FROM Account WHERE MSP1__c INCLUDES ('AAA') AND Name != 'D'
          2 without records
        SELECT LastName FROM Contact WHERE Account.MSP1__c EXCLUDES ('AAA')
          0 without records
        SELECT Name FROM Account WHERE MSP1__c INCLUDES ('')
          400 MALFORMED_QUERY: the practice org does not know a selection of no value
        SELECT Name FROM Account WHERE MSP1__c INCLUDES ()
          400 MALFORMED_QUERY: unexpected token `)` at 49, expecting a text
        SELECT Name FROM Account WHERE MSP1__c LIKE 'A%'
          400 INVALID_QUERY_FILTER_OPERATOR: invalid operator on field 'MSP1__c'
        SELECT Name FROM Account WHERE MSP1__c IN ('AAA')
          400 INVALID_QUERY_FILTER_OPERATOR: invalid operator on field 'MSP1__c'
        SELECT Name FROM Account WHERE MSP1__c < 'AAA'
          400 INVALID_QUERY_FILTER_OPERATOR: invalid operator on field 'MSP1__c'
        SELECT Name FROM Account WHERE MSP1__c = 1
          400 INVALID_FIELD: value of filter criterion for field 'MSP1__c' must be of type multipicklist and should be enclosed in quotes
        SELECT Name FROM Account WHERE Name INCLUDES ('A')
          400 INVALID_QUERY_FILTER_OPERATOR: invalid operator on field 'Name'
        SELECT Name FROM Account ORDER BY MSP1__c
          400 INVALID_FIELD: field 'MSP1__c' can not be sorted in a query call
        SELECT MSP1__c, COUNT(Id) FROM Account GROUP BY MSP1__c
          400 INVALID_FIELD: field 'MSP1__c' can not be grouped in a query call
        SELECT COUNT(MSP1__c) FROM Account
          400 MALFORMED_QUERY: field MSP1__c does not support aggregate operator COUNT
        SELECT MIN(MSP1__c) FROM Account
          400 MALFORMED_QUERY: field MSP1__c does not support aggregate operator MIN
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Name, MSP1__c FROM Account ORDER BY Name",
            "SELECT Name FROM Account WHERE MSP1__c = 'AAA;BBB'",
            "SELECT Name FROM Account WHERE MSP1__c = 'bbb;AAA'",
            "SELECT Name FROM Account WHERE MSP1__c != 'CCC'",
            "SELECT Name FROM Account WHERE MSP1__c = null",
            "SELECT Name FROM Account WHERE MSP1__c = ''",
            "SELECT Name FROM Account WHERE MSP1__c INCLUDES ('AAA;BBB', 'CCC')",
            "SELECT Name FROM Account WHERE MSP1__c EXCLUDES ('AAA;BBB', 'CCC')",
            "SELECT Name FROM Account WHERE NOT MSP1__c INCLUDES ('AAA')",
            "SELECT COUNT() FROM Account WHERE MSP1__c INCLUDES ('AAA') AND Name != 'D'",
            "SELECT LastName FROM Contact WHERE Account.MSP1__c EXCLUDES ('AAA')",
            "SELECT Name FROM Account WHERE MSP1__c INCLUDES ('')",
            "SELECT Name FROM Account WHERE MSP1__c INCLUDES ()",
            "SELECT Name FROM Account WHERE MSP1__c LIKE 'A%'",
            "SELECT Name FROM Account WHERE MSP1__c IN ('AAA')",
            "SELECT Name FROM Account WHERE MSP1__c < 'AAA'",
            "SELECT Name FROM Account WHERE MSP1__c = 1",
            "SELECT Name FROM Account WHERE Name INCLUDES ('A')",
            "SELECT Name FROM Account ORDER BY MSP1__c",
            "SELECT MSP1__c, COUNT(Id) FROM Account GROUP BY MSP1__c",
            "SELECT COUNT(MSP1__c) FROM Account",
            "SELECT MIN(MSP1__c) FROM Account",
        ],
    ));
}

#[test]
fn selections_take_values_of_their_list() {
    let org = accounts();
    let id = org.id("SELECT Id FROM Account WHERE Name = 'A'");
    let line = format!("PATCH {S}/sobjects/Account/{id}");
    org.refused(&line, json!({ "MSP1__c": "AAA;XXX" }), expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Choices: bad value for restricted picklist field: XXX ["MSP1__c"]"#]]);
    org.refused(&line, json!({ "MSP1__c": ["AAA"] }), expect![[r#"400 JSON_PARSER_ERROR: Cannot deserialize instance of multipicklist from START_ARRAY value ["AAA"] or request may be missing a required field: MSP1__c"#]]);
    org.refused(&line, json!({ "Open__c": "x".repeat(4_100) }), expect![[r#"400 STRING_TOO_LONG: Open: data value too large: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (max length=4099) ["Open__c"]"#]]);
    let (status, _) = org.send(
        &line,
        r#"{"MSP1__c":"DDD;AAA;DDD","Open__c":"two;one;Two"}"#,
    );
    assert_eq!(status, 204);
    org.query(
        "SELECT MSP1__c, toLabel(Open__c) label FROM Account WHERE Name = 'A'",
        expect![[r#"
            {"MSP1__c":"DDD;AAA","label":"two;one"}
        "#]],
    );
}

#[test]
fn describes_show_selections() {
    let org = accounts();
    let (_, described) = org.send(&format!("GET {S}/sobjects/Account/describe"), "");
    let fields = described["fields"].as_array().expect("fields");
    let field = fields.iter().find(|field| field["name"] == "MSP1__c");
    let field = field.expect("it is described");
    let mut text = String::new();
    for name in [
        "label",
        "type",
        "soapType",
        "length",
        "precision",
        "filterable",
        "sortable",
        "groupable",
        "aggregatable",
        "restrictedPicklist",
    ] {
        text.push_str(&format!("{name}: {}\n", field[name]));
    }
    let values = field["picklistValues"].as_array().expect("values");
    text.push_str(&format!("{} values\n", values.len()));
    expect![[r#"
        label: "Choices"
        type: "multipicklist"
        soapType: "xsd:string"
        length: 4099
        precision: 4
        filterable: true
        sortable: false
        groupable: false
        aggregatable: false
        restrictedPicklist: true
        4 values
    "#]]
    .assert_eq(&text);
}
