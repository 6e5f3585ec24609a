//! The clauses of a query besides filters and groups (docs/salesforce/queries.md#clauses).

use expect_test::expect;
use serde_json::json;

use super::{answers, contacts};
use crate::testing::{org, org_with};

#[test]
fn fields_without_their_names() {
    let org = org_with(
        r#"
[[custom_fields]]
object = "Lead"
name = "Color__c"
values = ["Red"]
type = "picklist"
"#,
    );
    org.create(
        "Lead",
        json!({ "LastName": "Adams", "Company": "x", "Color__c": "Red" }),
    );
    let standard = org.records("SELECT FIELDS(STANDARD) FROM Lead");
    let standard = standard[0].as_object().expect("a record").len();
    let all = org.records("SELECT FIELDS(ALL) FROM Lead LIMIT 200");
    assert_eq!(all[0].as_object().expect("a record").len(), standard + 1);
    assert_eq!(all[0]["Color__c"], "Red");
    expect![[r#"
        SELECT FIELDS(CUSTOM), LastName FROM Lead LIMIT 1
          {"Color__c":"Red","LastName":"Adams"}
        SELECT LastName, fields(custom) FROM Lead LIMIT 200
          {"Color__c":"Red","LastName":"Adams"}
        SELECT FIELDS(ALL) FROM Lead
          400 MALFORMED_QUERY: The SOQL FIELDS function must have a LIMIT of at most 200
        SELECT FIELDS(CUSTOM) FROM Lead LIMIT 201
          400 MALFORMED_QUERY: The SOQL FIELDS function must have a LIMIT of at most 200
        SELECT Id, FIELDS(STANDARD) FROM Lead
          400 INVALID_FIELD: duplicate field selected: Id
        SELECT FIELDS(STANDARD) FROM Lead GROUP BY Id
          400 MALFORMED_QUERY: A grouped query has no sub-selects, no FIELDS() and no TYPEOF
        SELECT FIELDS(SOME) FROM Lead
          400 MALFORMED_QUERY: unexpected token `SOME` at 14, expecting ALL, STANDARD or CUSTOM
    "#]]
    .assert_eq(&answers(
        &org,
        &[
            "SELECT FIELDS(CUSTOM), LastName FROM Lead LIMIT 1",
            "SELECT LastName, fields(custom) FROM Lead LIMIT 200",
            "SELECT FIELDS(ALL) FROM Lead",
            "SELECT FIELDS(CUSTOM) FROM Lead LIMIT 201",
            "SELECT Id, FIELDS(STANDARD) FROM Lead",
            "SELECT FIELDS(STANDARD) FROM Lead GROUP BY Id",
            "SELECT FIELDS(SOME) FROM Lead",
        ],
    ));
    let (status, body) = org.send(
        "GET /services/data/v50.0/query?q=SELECT FIELDS(STANDARD) FROM Lead",
        "",
    );
    assert_eq!(
        (status, &body[0]["errorCode"]),
        (400, &json!("MALFORMED_QUERY"))
    );
}

#[test]
fn a_field_is_selected_once() {
    let org = contacts();
    expect![[r#"
        SELECT Id, LastName, id FROM Contact
          400 INVALID_FIELD: duplicate field selected: Id
        SELECT LastName, Contact.LastName FROM Contact
          400 INVALID_FIELD: duplicate field selected: LastName
        SELECT Owner.Name, owner.name FROM Contact
          400 INVALID_FIELD: duplicate field selected: Owner.Name
        SELECT LastName n FROM Contact
          400 MALFORMED_QUERY: only aggregate expressions use field aliasing
        SELECT Id, (SELECT Id FROM Contacts), (SELECT Name FROM Contacts) FROM Account
          400 INVALID_FIELD: duplicate field selected: Contacts
    "#]]
    .assert_eq(&answers(
        &org,
        &[
            "SELECT Id, LastName, id FROM Contact",
            "SELECT LastName, Contact.LastName FROM Contact",
            "SELECT Owner.Name, owner.name FROM Contact",
            "SELECT LastName n FROM Contact",
            "SELECT Id, (SELECT Id FROM Contacts), (SELECT Name FROM Contacts) FROM Account",
        ],
    ));
}

#[test]
fn clauses_that_change_nothing() {
    let org = contacts();
    expect![[r#"
        SELECT LastName FROM Contact WHERE LastName < 'B' WITH SECURITY_ENFORCED
          {"LastName":"Adams"}
        SELECT LastName FROM Contact WITH USER_MODE ORDER BY LastName LIMIT 1
          {"LastName":"Adams"}
        SELECT LastName FROM Contact WITH SYSTEM_MODE LIMIT 1
          {"LastName":"Adams"}
        SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 FOR VIEW
          {"LastName":"Adams"}
        SELECT LastName FROM Contact LIMIT 1 FOR REFERENCE
          {"LastName":"Adams"}
        SELECT LastName FROM Contact LIMIT 1 FOR VIEW FOR REFERENCE
          {"LastName":"Adams"}
        SELECT LastName FROM Contact LIMIT 1 FOR UPDATE
          {"LastName":"Adams"}
        SELECT LastName FROM Contact ORDER BY LastName FOR UPDATE
          400 MALFORMED_QUERY: FOR UPDATE can't be used with ORDER BY
        SELECT LastName FROM Contact FOR EVER
          400 MALFORMED_QUERY: unexpected token `EVER` at 33, expecting VIEW, REFERENCE or UPDATE
        SELECT LastName FROM Contact WITH DATA CATEGORY Geography__c AT usa__c
          400 MALFORMED_QUERY: the practice org does not know WITH DATA
        SELECT LastName FROM Contact UPDATE VIEWSTAT
          400 MALFORMED_QUERY: the practice org does not know articles: UPDATE TRACKING and UPDATE VIEWSTAT
        SELECT LastName FROM Contact ALL ROWS
          400 MALFORMED_QUERY: ALL ROWS is a part of Apex: use the resource queryAll
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT LastName FROM Contact WHERE LastName < 'B' WITH SECURITY_ENFORCED",
            "SELECT LastName FROM Contact WITH USER_MODE ORDER BY LastName LIMIT 1",
            "SELECT LastName FROM Contact WITH SYSTEM_MODE LIMIT 1",
            "SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 FOR VIEW",
            "SELECT LastName FROM Contact LIMIT 1 FOR REFERENCE",
            "SELECT LastName FROM Contact LIMIT 1 FOR VIEW FOR REFERENCE",
            "SELECT LastName FROM Contact LIMIT 1 FOR UPDATE",
            "SELECT LastName FROM Contact ORDER BY LastName FOR UPDATE",
            "SELECT LastName FROM Contact FOR EVER",
            "SELECT LastName FROM Contact WITH DATA CATEGORY Geography__c AT usa__c",
            "SELECT LastName FROM Contact UPDATE VIEWSTAT",
            "SELECT LastName FROM Contact ALL ROWS",
        ],
    ));
}

#[test]
fn scopes() {
    let org = contacts();
    let owner = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    org.create("Contact", json!({ "LastName": "Other", "OwnerId": owner }));
    expect![[r#"
        SELECT COUNT() FROM Contact USING SCOPE everything
          5 without records
        SELECT COUNT() FROM Contact USING SCOPE Mine
          4 without records
        SELECT COUNT() FROM Contact USING SCOPE mine WHERE LastName != 'Adams'
          3 without records
        SELECT COUNT() FROM Profile USING SCOPE mine
          400 MALFORMED_QUERY: the practice org does not know the scope 'mine' of Profile
        SELECT COUNT() FROM Account USING SCOPE team
          400 MALFORMED_QUERY: the practice org does not know the scope 'team' of Account
    "#]]
    .assert_eq(&answers(
        &org,
        &[
            "SELECT COUNT() FROM Contact USING SCOPE everything",
            "SELECT COUNT() FROM Contact USING SCOPE Mine",
            "SELECT COUNT() FROM Contact USING SCOPE mine WHERE LastName != 'Adams'",
            "SELECT COUNT() FROM Profile USING SCOPE mine",
            "SELECT COUNT() FROM Account USING SCOPE team",
        ],
    ));
}

#[test]
fn aliases_of_objects_and_parents() {
    let org = contacts();
    expect![[r#"
        SELECT c.LastName FROM Contact c WHERE c.LastName < 'B'
          {"LastName":"Adams"}
        SELECT c.LastName, o.Alias FROM Contact c, c.Owner o WHERE o.IsActive = true AND c.LastName < 'B'
          {"LastName":"Adams","Owner":{"Alias":"aadmin"}}
        SELECT LastName FROM Contact, Owner
          400 MALFORMED_QUERY: unexpected token `<EOF>` at 35, expecting an alias
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT c.LastName FROM Contact c WHERE c.LastName < 'B'",
            "SELECT c.LastName, o.Alias FROM Contact c, c.Owner o WHERE o.IsActive = true AND c.LastName < 'B'",
            "SELECT LastName FROM Contact, Owner",
        ],
    ));
}

#[test]
fn a_parent_of_several_kinds() {
    let org = org();
    let user = org.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let outer = org.create(
        "Group",
        json!({ "Name": "Outer", "DeveloperName": "Outer" }),
    );
    let inner = org.create(
        "Group",
        json!({ "Name": "Inner", "DeveloperName": "Inner" }),
    );
    for member in [&user, &inner] {
        org.create(
            "GroupMember",
            json!({ "GroupId": outer, "UserOrGroupId": member }),
        );
    }
    expect![[r#"
        SELECT Group.Name, TYPEOF UserOrGroup WHEN User THEN Alias, LastName WHEN Group THEN DeveloperName END FROM GroupMember
          {"Group":{"Name":"Outer"},"UserOrGroup":{"Alias":"ssales","LastName":"Sales"}}
          {"Group":{"Name":"Outer"},"UserOrGroup":{"DeveloperName":"Inner"}}
        SELECT TYPEOF UserOrGroup WHEN User THEN Alias ELSE Name END FROM GroupMember
          {"UserOrGroup":{"Alias":"ssales"}}
          {"UserOrGroup":{"Name":"Inner"}}
        SELECT TYPEOF UserOrGroup WHEN User THEN Alias END FROM GroupMember
          {"UserOrGroup":{"Alias":"ssales"}}
          {"UserOrGroup":null}
        SELECT TYPEOF Owner WHEN User THEN Alias WHEN Group THEN Name END FROM Lead
          0 without records
        SELECT TYPEOF Group WHEN Group THEN Name END FROM GroupMember
          400 MALFORMED_QUERY: TYPEOF needs a relationship to several objects, and 'Group' leads to one
        SELECT TYPEOF UserOrGroup WHEN Account THEN Name END FROM GroupMember
          400 MALFORMED_QUERY: 'UserOrGroup' does not lead to the object 'Account'
        SELECT TYPEOF UserOrGroup WHEN User THEN Nothing END FROM GroupMember
          400 INVALID_FIELD: No such column 'Nothing' on entity 'User'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
        SELECT TYPEOF Nobody WHEN User THEN Id END FROM GroupMember
          400 INVALID_FIELD: Didn't understand relationship 'Nobody' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.
        SELECT TYPEOF UserOrGroup ELSE Name END FROM GroupMember
          400 MALFORMED_QUERY: unexpected token `ELSE` at 26, expecting WHEN
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Group.Name, TYPEOF UserOrGroup WHEN User THEN Alias, LastName WHEN Group THEN DeveloperName END FROM GroupMember",
            "SELECT TYPEOF UserOrGroup WHEN User THEN Alias ELSE Name END FROM GroupMember",
            "SELECT TYPEOF UserOrGroup WHEN User THEN Alias END FROM GroupMember",
            "SELECT TYPEOF Owner WHEN User THEN Alias WHEN Group THEN Name END FROM Lead",
            "SELECT TYPEOF Group WHEN Group THEN Name END FROM GroupMember",
            "SELECT TYPEOF UserOrGroup WHEN Account THEN Name END FROM GroupMember",
            "SELECT TYPEOF UserOrGroup WHEN User THEN Nothing END FROM GroupMember",
            "SELECT TYPEOF Nobody WHEN User THEN Id END FROM GroupMember",
            "SELECT TYPEOF UserOrGroup ELSE Name END FROM GroupMember",
        ],
    ));
    let (_, body) = org.send(
        "GET /services/data/v66.0/query?q=SELECT TYPEOF UserOrGroup WHEN User THEN Alias END FROM GroupMember ORDER BY UserOrGroupId",
        "",
    );
    assert_eq!(
        body["records"][0]["UserOrGroup"]["attributes"]["type"],
        "User"
    );
}

#[test]
fn nulls_and_picklists_have_their_order() {
    let org = org();
    for (name, rating) in [
        ("Cold one", json!("Cold")),
        ("Hot one", json!("Hot")),
        ("None", json!(null)),
        ("Odd one", json!("Lukewarm")),
        ("Warm one", json!("Warm")),
    ] {
        org.create("Account", json!({ "Name": name, "Rating": rating }));
    }
    expect![[r#"
        SELECT Name FROM Account ORDER BY Rating
          {"Name":"None"}
          {"Name":"Hot one"}
          {"Name":"Warm one"}
          {"Name":"Cold one"}
          {"Name":"Odd one"}
        SELECT Name FROM Account ORDER BY Rating DESC
          {"Name":"None"}
          {"Name":"Odd one"}
          {"Name":"Cold one"}
          {"Name":"Warm one"}
          {"Name":"Hot one"}
        SELECT Name FROM Account ORDER BY Rating NULLS LAST, Name
          {"Name":"Hot one"}
          {"Name":"Warm one"}
          {"Name":"Cold one"}
          {"Name":"Odd one"}
          {"Name":"None"}
        SELECT MIN(Rating), MAX(Rating) FROM Account
          {"expr0":"Hot","expr1":"Lukewarm"}
        SELECT Name FROM Account ORDER BY Description
          400 INVALID_FIELD: field 'Description' can not be sorted in a query call
        SELECT Name FROM Account WHERE Description = 'x'
          400 INVALID_FIELD: field 'Description' can not be filtered in a query call
        SELECT Name FROM Account ORDER BY COUNT(Id)
          400 MALFORMED_QUERY: Ordered field must be grouped or aggregated: Id
        SELECT Name FROM Account WHERE Rating INCLUDES ('Hot;Cold', 'Warm')
          400 INVALID_QUERY_FILTER_OPERATOR: invalid operator on field 'Rating'
        SELECT Name FROM Account WHERE Rating EXCLUDES ('Hot')
          400 INVALID_QUERY_FILTER_OPERATOR: invalid operator on field 'Rating'
    "#]]
    .assert_eq(&answers(
        &org,
        &[
            "SELECT Name FROM Account ORDER BY Rating",
            "SELECT Name FROM Account ORDER BY Rating DESC",
            "SELECT Name FROM Account ORDER BY Rating NULLS LAST, Name",
            "SELECT MIN(Rating), MAX(Rating) FROM Account",
            "SELECT Name FROM Account ORDER BY Description",
            "SELECT Name FROM Account WHERE Description = 'x'",
            "SELECT Name FROM Account ORDER BY COUNT(Id)",
            "SELECT Name FROM Account WHERE Rating INCLUDES ('Hot;Cold', 'Warm')",
            "SELECT Name FROM Account WHERE Rating EXCLUDES ('Hot')",
        ],
    ));
}

#[test]
fn sub_selects_of_the_field_list() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Acme" }));
    for name in ["Adams", "Baker", "Clark"] {
        org.create("Contact", json!({ "LastName": name, "AccountId": account }));
    }
    expect![[r#"
        SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName DESC LIMIT 2) FROM Account
          {"Contacts":{"done":true,"records":[{"LastName":"Clark"},{"LastName":"Baker"}],"totalSize":2},"Name":"Acme"}
        SELECT Name, (SELECT LastName FROM Account.Contacts WHERE LastName < 'B') FROM Account
          {"Contacts":{"done":true,"records":[{"LastName":"Adams"}],"totalSize":1},"Name":"Acme"}
        SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1 OFFSET 1) FROM Account LIMIT 1
          {"Contacts":{"done":true,"records":[{"LastName":"Baker"}],"totalSize":1},"Name":"Acme"}
        SELECT Name, (SELECT LastName, (SELECT Id FROM Cases) FROM Contacts LIMIT 1) FROM Account
          {"Contacts":{"done":true,"records":[{"Cases":null,"LastName":"Adams"}],"totalSize":1},"Name":"Acme"}
        SELECT Name, (SELECT LastName FROM Contacts LIMIT 1 OFFSET 1) FROM Account
          400 MALFORMED_QUERY: a sub-select can have an OFFSET only where its parent query has LIMIT 1
        SELECT Name, (SELECT COUNT(Id) FROM Contacts) FROM Account
          400 MALFORMED_QUERY: a sub-select can't be grouped or counted
        SELECT Name, (SELECT LastName FROM Contacts GROUP BY LastName) FROM Account
          400 MALFORMED_QUERY: a sub-select can't be grouped or counted
        SELECT Name, (SELECT LastName FROM Contacts USING SCOPE mine) FROM Account
          400 MALFORMED_QUERY: a sub-select has neither a scope nor FOR UPDATE
        SELECT Name, (SELECT FIELDS(ALL) FROM Contacts) FROM Account
          400 MALFORMED_QUERY: The SOQL FIELDS function must have a LIMIT of at most 200
        SELECT Name, (SELECT Id FROM Nobodies) FROM Account
          400 INVALID_TYPE: Didn't understand relationship 'Nobodies' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName DESC LIMIT 2) FROM Account",
            "SELECT Name, (SELECT LastName FROM Account.Contacts WHERE LastName < 'B') FROM Account",
            "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1 OFFSET 1) FROM Account LIMIT 1",
            "SELECT Name, (SELECT LastName, (SELECT Id FROM Cases) FROM Contacts LIMIT 1) FROM Account",
            "SELECT Name, (SELECT LastName FROM Contacts LIMIT 1 OFFSET 1) FROM Account",
            "SELECT Name, (SELECT COUNT(Id) FROM Contacts) FROM Account",
            "SELECT Name, (SELECT LastName FROM Contacts GROUP BY LastName) FROM Account",
            "SELECT Name, (SELECT LastName FROM Contacts USING SCOPE mine) FROM Account",
            "SELECT Name, (SELECT FIELDS(ALL) FROM Contacts) FROM Account",
            "SELECT Name, (SELECT Id FROM Nobodies) FROM Account",
        ],
    ));
}

#[test]
fn offsets_have_their_bounds() {
    let org = contacts();
    expect![[r#"
        SELECT LastName FROM Contact ORDER BY LastName OFFSET 3
          {"LastName":"Davis"}
        SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 OFFSET 1
          {"LastName":"Baker"}
        SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 OFFSET 2000
          0 without records
        SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 OFFSET 2001
          400 NUMBER_OUTSIDE_VALID_RANGE: Maximum SOQL offset allowed is 2000
        SELECT LastName FROM Contact LIMIT 0
          0 without records
        SELECT LastName FROM Contact LIMIT -1
          400 MALFORMED_QUERY: unexpected token `-1` at 35, expecting a number
        SELECT LastName FROM Contact OFFSET 1 LIMIT 1
          400 MALFORMED_QUERY: unexpected token `LIMIT` at 38, expecting the end of the query
    "#]]
    .assert_eq(&answers(
        &org,
        &[
            "SELECT LastName FROM Contact ORDER BY LastName OFFSET 3",
            "SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 OFFSET 1",
            "SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 OFFSET 2000",
            "SELECT LastName FROM Contact ORDER BY LastName LIMIT 1 OFFSET 2001",
            "SELECT LastName FROM Contact LIMIT 0",
            "SELECT LastName FROM Contact LIMIT -1",
            "SELECT LastName FROM Contact OFFSET 1 LIMIT 1",
        ],
    ));
}
