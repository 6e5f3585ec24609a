//! Semi-joins and anti-joins (docs/salesforce/queries.md#semi-joins).

use expect_test::expect;
use serde_json::json;

use super::answers;
use crate::testing::org;

#[test]
fn joins_and_their_bounds() {
    let org = org();
    let acme = org.create("Account", json!({ "Name": "Acme" }));
    org.create("Account", json!({ "Name": "Lonely" }));
    org.create("Contact", json!({ "LastName": "Adams", "AccountId": acme }));
    org.create("Case", json!({ "Subject": "Help", "AccountId": acme }));
    expect![[r#"
        SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'adams')
          {"Name":"Acme"}
        SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)
          {"Name":"Lonely"}
        SELECT Name FROM Account WHERE Name LIKE 'A%' AND (Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case))
          {"Name":"Acme"}
        SELECT LastName FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')
          {"LastName":"Adams"}
        SELECT LastName FROM Contact WHERE AccountId IN (SELECT AccountId FROM Case)
          {"LastName":"Adams"}
        SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case) AND Id IN (SELECT AccountId FROM User)
          400 MALFORMED_QUERY: Maximum 2 semi join sub-selects are allowed
        SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)
          400 MALFORMED_QUERY: Semi join sub-selects are not allowed with the 'OR' operator
        SELECT Id FROM Account WHERE Name = 'x' AND (Name = 'y' OR Id IN (SELECT AccountId FROM Contact))
          400 MALFORMED_QUERY: Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.
        SELECT Id FROM Account WHERE NOT Id IN (SELECT AccountId FROM Contact)
          400 MALFORMED_QUERY: Semi join sub-selects are not allowed with the 'NOT' operator
        SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))
          400 MALFORMED_QUERY: Nesting of semi join sub-selects is not supported
        SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)
          400 MALFORMED_QUERY: The inner and outer selects should not be on the same object type
        SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)
          400 MALFORMED_QUERY: LIMIT is not supported in a semi join sub-select
        SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact ORDER BY Id)
          400 MALFORMED_QUERY: ORDER BY is not supported in a semi join sub-select
        SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact GROUP BY AccountId)
          400 MALFORMED_QUERY: GROUP BY is not supported in a semi join sub-select
        SELECT Id FROM Account WHERE Id IN (SELECT AccountId, Id FROM Contact)
          400 MALFORMED_QUERY: The inner select of a semi-join selects exactly one id field
        SELECT Id FROM Account WHERE Id IN (SELECT Account.ParentId FROM Contact)
          400 MALFORMED_QUERY: The inner select field of a semi-join can't be a relationship field
        SELECT Id FROM Contact WHERE Account.ParentId IN (SELECT AccountId FROM Case)
          400 MALFORMED_QUERY: The left operand field of a semi-join can't be a relationship field
        SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)
          400 MALFORMED_QUERY: The left operand field in the where expression for a semi-join must be an id
        SELECT Id FROM Account WHERE Id IN (SELECT LastName FROM Contact)
          400 MALFORMED_QUERY: The inner select field of a semi-join must be an id
        SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)
          400 MALFORMED_QUERY: The fields 'Id' and 'Id' of a semi-join must hold ids of the same object
        SELECT Id FROM Account WHERE FORMAT(Id) IN (SELECT AccountId FROM Contact)
          400 MALFORMED_QUERY: only a field can stand before this operator
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'adams')",
            "SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)",
            "SELECT Name FROM Account WHERE Name LIKE 'A%' AND (Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case))",
            "SELECT LastName FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')",
            "SELECT LastName FROM Contact WHERE AccountId IN (SELECT AccountId FROM Case)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) AND Id IN (SELECT AccountId FROM Case) AND Id IN (SELECT AccountId FROM User)",
            "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
            "SELECT Id FROM Account WHERE Name = 'x' AND (Name = 'y' OR Id IN (SELECT AccountId FROM Contact))",
            "SELECT Id FROM Account WHERE NOT Id IN (SELECT AccountId FROM Contact)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
            "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact LIMIT 1)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact ORDER BY Id)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact GROUP BY AccountId)",
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId, Id FROM Contact)",
            "SELECT Id FROM Account WHERE Id IN (SELECT Account.ParentId FROM Contact)",
            "SELECT Id FROM Contact WHERE Account.ParentId IN (SELECT AccountId FROM Case)",
            "SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)",
            "SELECT Id FROM Account WHERE Id IN (SELECT LastName FROM Contact)",
            "SELECT Id FROM Account WHERE Id IN (SELECT Id FROM Contact)",
            "SELECT Id FROM Account WHERE FORMAT(Id) IN (SELECT AccountId FROM Contact)",
        ],
    ));
}
