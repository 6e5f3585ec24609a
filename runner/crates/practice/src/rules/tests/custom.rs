//! Custom fields and validation rules.

use expect_test::expect;
use serde_json::json;

use crate::rules::tests::{S, contact, external};
use crate::testing::{TestOrg, org, org_with};

const FIELDS: &str = r#"
[[custom_fields]]
object = "Account"
name = "Segment__c"
label = "Segment"
type = "picklist"
values = ["Retail", "Private"]
required = true

[[custom_fields]]
object = "User"
name = "Region__c"
required = true

[[custom_fields]]
object = "User"
name = "Badge__c"
type = "number"

[[custom_fields]]
object = "User"
name = "Onboarded__c"
type = "checkbox"

[[custom_fields]]
object = "User"
name = "Desk__c"
default = "none"

[[records]]
object = "Account"
ref = "old"
fields = { Name = "Old", OwnerId = "@user_standard" }
"#;

fn fields() -> TestOrg {
    org_with(FIELDS)
}

#[test]
fn describes_show_custom_fields() {
    let org = fields();
    let (_, json) = org.send(&format!("GET {S}/sobjects/Account/describe"), "");
    let field = json["fields"]
        .as_array()
        .and_then(|fields| fields.iter().find(|field| field["name"] == "Segment__c"))
        .expect("it is described");
    let shown = [
        "label",
        "type",
        "custom",
        "createable",
        "nillable",
        "defaultedOnCreate",
        "restrictedPicklist",
    ]
    .map(|key| format!("{key} {}\n", field[key]))
    .concat();
    expect![[r#"
        label "Segment"
        type "picklist"
        custom true
        createable true
        nillable false
        defaultedOnCreate false
        restrictedPicklist true
    "#]]
    .assert_eq(&shown);
    assert_eq!(field["picklistValues"][1]["value"], "Private");
}

#[test]
fn required_custom_fields_must_come_and_picklists_take_their_values() {
    let org = fields();
    let line = format!("POST {S}/sobjects/Account");
    org.refused(&line, json!({ "Name": "New" }), expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Segment__c] ["Segment__c"]"#]]);
    org.refused(
        &line,
        json!({ "Name": "New", "Segment__c": "Wholesale" }),
        expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Segment: bad value for restricted picklist field: Wholesale ["Segment__c"]"#]],
    );
    let id = org.create("Account", json!({ "Name": "New", "segment__c": "Retail" }));
    org.query(
        "SELECT Name, Segment__c FROM Account WHERE Segment__c != null ORDER BY Segment__c",
        expect![[r#"
            {"Name":"New","Segment__c":"Retail"}
        "#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{id}"),
        json!({ "Segment__c": null }),
        expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Segment__c] ["Segment__c"]"#]],
    );
    let (_, json) = org.send(&format!("GET {S}/sobjects/Account/{id}"), "");
    assert_eq!(json["Segment__c"], "Retail");
}

#[test]
fn users_have_custom_fields_of_every_kind() {
    let org = fields();
    let account = org.id("SELECT Id FROM Account WHERE Name = 'Old'");
    let contact = contact(&org, &account, "Ness");
    let mut person = external(&org, &contact, "Customer Community Plus User", "ness");
    org.refused(
        &format!("POST {S}/sobjects/User"),
        person.clone(),
        expect![[
            r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [Region__c] ["Region__c"]"#
        ]],
    );
    person["Region__c"] = json!("North");
    person["Badge__c"] = json!(12.5);
    let id = org.create("User", person);
    let line = format!("PATCH {S}/sobjects/User/{id}");
    assert_eq!(org.send(&line, r#"{"Onboarded__c": true}"#).0, 204);
    org.query(
        "SELECT Region__c, Badge__c, Onboarded__c, Desk__c FROM User WHERE Region__c = 'north'",
        expect![[r#"
            {"Badge__c":12.5,"Desk__c":"none","Onboarded__c":true,"Region__c":"North"}
        "#]],
    );
    // Records that are older than a field have no value.
    org.query(
        "SELECT Alias, Region__c FROM User WHERE Alias = 'aadmin'",
        expect![[r#"
            {"Alias":"aadmin","Region__c":null}
        "#]],
    );
}

#[test]
fn fields_come_while_the_org_is_there() {
    let org = org();
    let line = format!("POST {S}/sobjects/Contact");
    let body = json!({ "LastName": "Ness", "Rank__c": "Captain" });
    org.refused(
        &line,
        body.clone(),
        expect!["400 INVALID_FIELD: No such column 'Rank__c' on sobject of type Contact"],
    );
    let fields = json!({ "practice.customFields": [{ "object": "Contact", "name": "Rank__c" }] });
    assert_eq!(
        org.send("PATCH /practice/settings", &fields.to_string()).0,
        204
    );
    org.create("Contact", body);
    org.query(
        "SELECT Rank__c FROM Contact",
        expect![[r#"
        {"Rank__c":"Captain"}
    "#]],
    );
}

#[test]
fn fields_and_rules_that_make_no_sense_are_refused() {
    let org = org();
    let mut told = String::new();
    for wanted in [
        json!({ "practice.customFields": [{ "object": "Nope", "name": "A__c" }] }),
        json!({ "practice.customFields": [{ "object": "Account", "name": "Segment" }] }),
        json!({ "practice.customFields": [{ "object": "Account", "name": "A__c", "type": "formula" }] }),
        json!({ "practice.validationRules": [{ "object": "Account", "when": [], "message": "No" }] }),
        json!({ "practice.validationRules": [{ "object": "Nope", "when": [], "message": "No" }] }),
    ] {
        let (status, json) = org.send("PATCH /practice/settings", &wanted.to_string());
        told.push_str(&format!("{status} {}\n", json[0]["message"]));
    }
    expect![[r#"
        400 "the setting `practice.customFields`: there is no object `Nope`"
        400 "the setting `practice.customFields`: `Segment` is not the name of a custom field"
        400 "the setting `practice.customFields`: unknown variant `formula`, expected one of `text`, `textarea`, `email`, `phone`, `url`, `number`, `checkbox`, `date`, `datetime`, `picklist`, `multipicklist`"
        400 "the setting `practice.validationRules`: the rule `No` has no condition"
        400 "the setting `practice.validationRules`: there is no object `Nope`"
    "#]].assert_eq(&told);
}

#[test]
fn validation_rules_refuse_with_their_own_words() {
    let org = org_with(
        r#"
[[validation_rules]]
object = "User"
when = [{ field = "Country", is = "empty" }, { field = "UserType", is = "different", value = "Standard" }]
message = "External users need a country."
field = "Country"

[[validation_rules]]
object = "Account"
when = [{ field = "Site", is = "equal", value = "Nowhere" }]
message = "That site is closed."
"#,
    );
    let line = format!("POST {S}/sobjects/Account");
    org.refused(
        &line,
        json!({ "Name": "A", "Site": "Nowhere" }),
        expect!["400 FIELD_CUSTOM_VALIDATION_EXCEPTION: That site is closed. []"],
    );
    let owner = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let account = org.create("Account", json!({ "Name": "A", "OwnerId": owner }));
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        json!({ "Site": "Nowhere" }),
        expect!["400 FIELD_CUSTOM_VALIDATION_EXCEPTION: That site is closed. []"],
    );
    let contact = contact(&org, &account, "Ness");
    let mut person = external(&org, &contact, "Customer Community Plus User", "ness");
    org.refused(
        &format!("POST {S}/sobjects/User"),
        person.clone(),
        expect![[
            r#"400 FIELD_CUSTOM_VALIDATION_EXCEPTION: External users need a country. ["Country"]"#
        ]],
    );
    person["Country"] = json!("Norway");
    org.create("User", person);
    let mut internal = external(&org, &contact, "Standard User", "inner");
    internal["ContactId"] = json!(null);
    org.create("User", internal);
}

#[test]
fn a_field_becomes_unique_only_where_no_two_values_are_equal() {
    let org = org_with("[[custom_fields]]\nobject = 'Account'\nname = 'Number__c'");
    for number in ["seven", "SEVEN"] {
        org.create("Account", json!({ "Name": "A", "Number__c": number }));
    }
    let made = || {
        let answer = org.soap("<updateMetadata><metadata xsi:type=\"CustomField\"><fullName>Account.Number__c</fullName><label>Number</label><length>255</length><type>Text</type><unique>true</unique></metadata></updateMetadata>");
        let told = answer
            .lines()
            .filter(|line| line.contains("<message>") || line.contains("<success>"));
        told.collect::<Vec<_>>().join(" ")
    };
    expect!["<message>Cannot make the field Number__c unique: there are records with the same value</message> <success>false</success>"].assert_eq(&made());
    let id = org.records("SELECT Id FROM Account WHERE Number__c = 'seven'")[0]["Id"].clone();
    let line = format!("PATCH {S}/sobjects/Account/{}", id.as_str().expect("an id"));
    assert_eq!(org.send(&line, r#"{"Number__c":"eight"}"#).0, 204);
    expect!["<success>true</success>"].assert_eq(&made());
}
