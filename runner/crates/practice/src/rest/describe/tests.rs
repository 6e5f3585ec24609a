//! Describes from outside.

use expect_test::expect;
use serde_json::{Value, json};

use crate::testing::{org, org_with};

const S: &str = "/services/data/v66.0";

fn field<'a>(describe: &'a Value, name: &str) -> &'a Value {
    let mut fields = describe["fields"].as_array().expect("a list").iter();
    fields
        .find(|field| field["name"] == name)
        .expect("the field is there")
}

#[test]
fn an_object_says_everything_that_clients_read() {
    let (status, mut describe) = org().send(&format!("GET {S}/sobjects/Account/describe"), "");
    assert_eq!(status, 200);
    assert!(
        describe["fields"]
            .as_array()
            .is_some_and(|fields| fields.len() > 20)
    );
    describe["fields"] = json!([]);
    let children = describe["childRelationships"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let contacts = children
        .iter()
        .find(|child| child["relationshipName"] == "Contacts");
    describe["childRelationships"] = json!([contacts]);
    expect![[r#"
        {
          "actionOverrides": [],
          "activateable": false,
          "associateEntityType": null,
          "associateParentEntity": null,
          "childRelationships": [
            {
              "cascadeDelete": false,
              "childSObject": "Contact",
              "deprecatedAndHidden": false,
              "field": "AccountId",
              "junctionIdListNames": [],
              "junctionReferenceTo": [],
              "relationshipName": "Contacts",
              "restrictedDelete": false
            }
          ],
          "compactLayoutable": true,
          "createable": true,
          "custom": false,
          "customSetting": false,
          "dataTranslationEnabled": null,
          "deepCloneable": false,
          "defaultImplementation": null,
          "deletable": true,
          "deprecatedAndHidden": false,
          "extendedBy": null,
          "extendsInterfaces": null,
          "feedEnabled": false,
          "fields": [],
          "hasSubtypes": false,
          "implementedBy": null,
          "implementsInterfaces": null,
          "isInterface": false,
          "isSubtype": false,
          "keyPrefix": "001",
          "label": "Account",
          "labelPlural": "Accounts",
          "layoutable": true,
          "listviewable": null,
          "lookupLayoutable": null,
          "mergeable": true,
          "mruEnabled": true,
          "name": "Account",
          "namedLayoutInfos": [],
          "networkScopeFieldName": null,
          "queryable": true,
          "recordTypeInfos": [],
          "replicateable": true,
          "retrieveable": true,
          "searchLayoutable": true,
          "searchable": true,
          "sobjectDescribeOption": "FULL",
          "supportedScopes": [
            {
              "label": "All accounts",
              "name": "everything"
            },
            {
              "label": "My accounts",
              "name": "mine"
            }
          ],
          "triggerable": true,
          "undeletable": true,
          "updateable": true,
          "urls": {
            "compactLayouts": "/services/data/v66.0/sobjects/Account/describe/compactLayouts",
            "describe": "/services/data/v66.0/sobjects/Account/describe",
            "layouts": "/services/data/v66.0/sobjects/Account/describe/layouts",
            "listviews": "/services/data/v66.0/sobjects/Account/listviews",
            "quickActions": "/services/data/v66.0/sobjects/Account/quickActions",
            "rowTemplate": "/services/data/v66.0/sobjects/Account/{ID}",
            "sobject": "/services/data/v66.0/sobjects/Account"
          }
        }"#]]
    .assert_eq(&format!("{describe:#}"));
}

#[test]
fn fields_of_each_kind() {
    let org = org_with(
        "[[custom_fields]]\nobject = \"Contact\"\nname = \"Score__c\"\ntype = \"number\"\n",
    );
    let (_, contact) = org.send(&format!("GET {S}/sobjects/Contact/describe"), "");
    expect![[r#"
        {
          "aggregatable": true,
          "autoNumber": false,
          "byteLength": 240,
          "calculated": false,
          "calculatedFormula": null,
          "cascadeDelete": false,
          "caseSensitive": false,
          "compoundFieldName": null,
          "controllerName": null,
          "createable": true,
          "custom": false,
          "defaultValue": null,
          "defaultValueFormula": null,
          "defaultedOnCreate": false,
          "dependentPicklist": false,
          "deprecatedAndHidden": false,
          "digits": 0,
          "displayLocationInDecimal": false,
          "encrypted": false,
          "externalId": false,
          "extraTypeInfo": null,
          "filterable": true,
          "filteredLookupInfo": null,
          "formulaTreatNullNumberAsZero": false,
          "groupable": true,
          "highScaleNumber": false,
          "htmlFormatted": false,
          "idLookup": true,
          "inlineHelpText": null,
          "label": "Email",
          "length": 80,
          "mask": null,
          "maskType": null,
          "name": "Email",
          "nameField": false,
          "namePointing": false,
          "nillable": true,
          "permissionable": true,
          "picklistValues": [],
          "polymorphicForeignKey": false,
          "precision": 0,
          "queryByDistance": false,
          "referenceTargetField": null,
          "referenceTo": [],
          "relationshipName": null,
          "relationshipOrder": null,
          "restrictedDelete": false,
          "restrictedPicklist": false,
          "scale": 0,
          "soapType": "xsd:string",
          "sortable": true,
          "type": "email",
          "unique": false,
          "updateable": true,
          "writeRequiresMasterRead": false
        }"#]]
    .assert_eq(&format!("{:#}", field(&contact, "Email")));
    let brief = |describe: &Value, name: &str| {
        let field = field(describe, name);
        let part = |key: &str| field[key].to_string();
        [
            "type",
            "soapType",
            "length",
            "byteLength",
            "precision",
            "scale",
            "digits",
            "aggregatable",
            "groupable",
            "permissionable",
            "polymorphicForeignKey",
        ]
        .map(|key| format!("{key}={}", part(key)))
        .join(" ")
    };
    let (_, user) = org.send(&format!("GET {S}/sobjects/User/describe"), "");
    let (_, share) = org.send(&format!("GET {S}/sobjects/AccountShare/describe"), "");
    let lines = [
        brief(&contact, "Id"),
        brief(&contact, "AccountId"),
        brief(&contact, "Score__c"),
        brief(&contact, "CreatedDate"),
        brief(&user, "IsActive"),
        brief(&user, "NumberOfFailedLogins"),
        brief(&user, "TimeZoneSidKey"),
        brief(&share, "UserOrGroupId"),
    ];
    expect![[r#"
        type="id" soapType="tns:ID" length=18 byteLength=18 precision=0 scale=0 digits=0 aggregatable=true groupable=true permissionable=false polymorphicForeignKey=false
        type="reference" soapType="tns:ID" length=18 byteLength=18 precision=0 scale=0 digits=0 aggregatable=true groupable=true permissionable=true polymorphicForeignKey=false
        type="double" soapType="xsd:double" length=0 byteLength=0 precision=18 scale=2 digits=0 aggregatable=true groupable=false permissionable=true polymorphicForeignKey=false
        type="datetime" soapType="xsd:dateTime" length=0 byteLength=0 precision=0 scale=0 digits=0 aggregatable=true groupable=false permissionable=false polymorphicForeignKey=false
        type="boolean" soapType="xsd:boolean" length=0 byteLength=0 precision=0 scale=0 digits=0 aggregatable=false groupable=true permissionable=false polymorphicForeignKey=false
        type="int" soapType="xsd:int" length=0 byteLength=0 precision=0 scale=0 digits=9 aggregatable=true groupable=true permissionable=false polymorphicForeignKey=false
        type="picklist" soapType="xsd:string" length=255 byteLength=765 precision=0 scale=0 digits=0 aggregatable=true groupable=true permissionable=false polymorphicForeignKey=false
        type="reference" soapType="tns:ID" length=18 byteLength=18 precision=0 scale=0 digits=0 aggregatable=true groupable=true permissionable=false polymorphicForeignKey=false"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn resources_about_pages_are_there_and_empty() {
    let org = org();
    for path in [
        "sobjects/Account/describe/layouts",
        "sobjects/Account/describe/compactLayouts",
        "sobjects/Account/describe/approvalLayouts",
        "sobjects/account/listviews",
        "sobjects/Account/quickActions",
        "sobjects/Global/describe/layouts",
        "quickActions",
        "recent",
        "tabs",
        "theme",
        "appMenu",
        "appMenu/AppSwitcher",
    ] {
        let (status, body) = org.send(&format!("GET {S}/{path}"), "");
        assert_eq!(status, 200, "{path}: {body}");
    }
    org.check(
        &format!("GET {S}/sobjects/Contact/listviews"),
        "",
        expect![[r#"
            200
            {
              "done": true,
              "listviews": [],
              "nextRecordsUrl": null,
              "size": 0,
              "sobjectType": "Contact"
            }
        "#]],
    );
    for path in [
        "sobjects/Nothing/describe/layouts",
        "sobjects/Nothing/listviews",
        "sobjects/Account/listviews/00B000000000001AAA/results",
        "sobjects/Account/describe/layouts/012000000000001AAA",
        "sobjects/Account/describe/nothing",
    ] {
        let (status, body) = org.send(&format!("GET {S}/{path}"), "");
        assert_eq!(
            (status, &body[0]["errorCode"]),
            (404, &json!("NOT_FOUND")),
            "{path}"
        );
    }
}

#[test]
fn relationships_that_are_described_are_there_in_queries() {
    let org = org();
    let (_, global) = org.send(&format!("GET {S}/sobjects"), "");
    let mut refused = String::new();
    let mut ask = |soql: String| {
        let (status, answer) = org.send(&format!("GET {S}/query?q={soql} LIMIT 1"), "");
        if status != 200 {
            refused.push_str(&format!("{soql}: {}\n", answer[0]["message"]));
        }
    };
    for object in global["sobjects"].as_array().expect("a list") {
        let name = object["name"].as_str().expect("a name");
        if name == "UserRecordAccess" {
            continue;
        }
        let (_, describe) = org.send(&format!("GET {S}/sobjects/{name}/describe"), "");
        for field in describe["fields"].as_array().expect("a list") {
            let Some(relationship) = field["relationshipName"].as_str() else {
                continue;
            };
            match field["polymorphicForeignKey"] == true {
                true => ask(format!(
                    "SELECT TYPEOF {relationship} WHEN {} THEN Id END FROM {name}",
                    field["referenceTo"][0].as_str().expect("a name")
                )),
                false => ask(format!("SELECT {relationship}.Id FROM {name}")),
            }
        }
        for child in describe["childRelationships"].as_array().expect("a list") {
            if let Some(relationship) = child["relationshipName"].as_str() {
                ask(format!(
                    "SELECT Id, (SELECT Id FROM {relationship}) FROM {name}"
                ));
            }
        }
    }
    expect![[r#""#]].assert_eq(&refused);
}

#[test]
fn flags_of_fields_are_those_of_queries() {
    let org = org_with(
        "[[custom_fields]]\nobject = 'Account'\nname = 'Short__c'\ntype = 'textarea'\n[[custom_fields]]\nobject = 'Account'\nname = 'Long__c'\ntype = 'textarea'\nlength = 4000",
    );
    let (_, global) = org.send(&format!("GET {S}/sobjects"), "");
    let mut otherwise = String::new();
    for object in global["sobjects"].as_array().expect("a list") {
        let name = object["name"].as_str().expect("a name");
        if name == "UserRecordAccess" {
            continue;
        }
        let (_, describe) = org.send(&format!("GET {S}/sobjects/{name}/describe"), "");
        for field in describe["fields"].as_array().expect("a list") {
            let own = field["name"].as_str().expect("a name");
            let value = match field["type"].as_str().expect("a type") {
                "boolean" => "= true",
                _ => "!= null",
            };
            for (flag, soql) in [
                (
                    "filterable",
                    format!("SELECT Id FROM {name} WHERE {own} {value} LIMIT 1"),
                ),
                (
                    "sortable",
                    format!("SELECT Id FROM {name} ORDER BY {own} LIMIT 1"),
                ),
                (
                    "groupable",
                    format!("SELECT {own} FROM {name} GROUP BY {own} LIMIT 1"),
                ),
                ("aggregatable", format!("SELECT COUNT({own}) FROM {name}")),
            ] {
                let (status, answer) = org.send(&format!("GET {S}/query?q={soql}"), "");
                if (status == 200) != (field[flag] == true) {
                    otherwise.push_str(&format!(
                        "{name}.{own} {flag} {}: {status} {}\n",
                        field[flag], answer[0]["message"]
                    ));
                }
            }
        }
    }
    expect![[r#""#]].assert_eq(&otherwise);
}

#[test]
fn numbers_have_their_digits() {
    let org = org_with(
        "[[custom_fields]]\nobject = 'Account'\nname = 'Rate__c'\ntype = 'number'\nprecision = 5\nscale = 3",
    );
    let (_, describe) = org.send(&format!("GET {S}/sobjects/Account/describe"), "");
    let rate = field(&describe, "Rate__c");
    assert_eq!((&rate["precision"], &rate["scale"]), (&json!(5), &json!(3)));
    org.create("Account", json!({ "Name": "A", "Rate__c": 99.5 }));
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "Name": "B", "Rate__c": 100 }),
        expect![[r#"400 NUMBER_OUTSIDE_VALID_RANGE: Rate: value outside of valid range on numeric field: 100 ["Rate__c"]"#]],
    );
}

#[test]
fn owners_of_cases_and_leads_may_be_groups() {
    let org = org();
    for object in ["Case", "Lead"] {
        let (_, describe) = org.send(&format!("GET {S}/sobjects/{object}/describe"), "");
        let owner = field(&describe, "OwnerId");
        assert_eq!(owner["referenceTo"], json!(["Group", "User"]));
        assert_eq!(owner["polymorphicForeignKey"], true);
    }
}

#[test]
fn objects_say_what_the_user_may_do() {
    let org = org_with(
        r#"
[[changes]]
ref = "profile_minimum"
fields = { PermissionsApiEnabled = true }

[[records]]
object = "User"
fields = { Username = "clerk@practice.usher.example", LastName = "Clerk", Alias = "clerk", Email = "clerk@practice.usher.example", ProfileId = "@profile_minimum", TimeZoneSidKey = "America/New_York", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "ObjectPermissions"
raw = true
fields = { ParentId = "@profile_minimum.set", SobjectType = "Case", PermissionsRead = true, PermissionsCreate = true }
"#,
    );
    let said = |org: &crate::testing::TestOrg| {
        let mut text = String::new();
        for object in ["Case", "Contact", "User"] {
            let (_, describe) = org.send(&format!("GET {S}/sobjects/{object}/describe"), "");
            text.push_str(&format!(
                "{object} create {} update {} delete {}\n",
                describe["createable"], describe["updateable"], describe["deletable"]
            ));
        }
        text
    };
    expect![[r#"
        Case create true update true delete true
        Contact create true update true delete true
        User create true update true delete false
    "#]]
    .assert_eq(&said(&org));
    let mut org = org;
    let token = org
        .practice
        .sign_in(Some("clerk@practice.usher.example"), [9; 16]);
    org.token = token.expect("the user is active");
    expect![[r#"
        Case create true update false delete false
        Contact create false update false delete false
        User create true update true delete false
    "#]]
    .assert_eq(&said(&org));
}
