//! Groups, their subtotals, and what filters and orders them (docs/salesforce/queries.md#groups).

use expect_test::expect;
use serde_json::json;

use super::answers;
use crate::testing::{TestOrg, org};

/// Six accounts of two kinds in three cities, one of them without a kind.
fn accounts() -> TestOrg {
    let org = org();
    for (name, kind, city, employees) in [
        ("Alpha", json!("Prospect"), "Bonn", 10),
        ("Beta", json!("Prospect"), "Köln", 20),
        ("Gamma", json!("Prospect"), "köln", 30),
        ("Delta", json!("Other"), "Bonn", 40),
        ("Epsilon", json!("Other"), "Ulm", 50),
        ("Zeta", json!(null), "Ulm", 60),
    ] {
        org.create(
            "Account",
            json!({ "Name": name, "Type": kind, "BillingCity": city, "NumberOfEmployees": employees }),
        );
    }
    org
}

#[test]
fn groups_are_filtered_and_ordered_by_aggregates() {
    let org = accounts();
    expect![[r#"
        SELECT Type, COUNT(Id) FROM Account GROUP BY Type
          {"Type":null,"expr0":1}
          {"Type":"Other","expr0":2}
          {"Type":"Prospect","expr0":3}
        SELECT Type t, COUNT(Id) n, SUM(NumberOfEmployees) FROM Account GROUP BY Type ORDER BY COUNT(Id) DESC, Type
          {"expr0":60,"n":3,"t":"Prospect"}
          {"expr0":90,"n":2,"t":"Other"}
          {"expr0":60,"n":1,"t":null}
        SELECT Type FROM Account GROUP BY Type HAVING COUNT(Id) > 1 ORDER BY MAX(NumberOfEmployees) DESC
          {"Type":"Other"}
          {"Type":"Prospect"}
        SELECT Type, COUNT(Id) FROM Account GROUP BY Type HAVING Type != null AND NOT SUM(NumberOfEmployees) < 70
          {"Type":"Other","expr0":2}
        SELECT Type, MIN(Name), MAX(Name), AVG(NumberOfEmployees), COUNT_DISTINCT(BillingCity) FROM Account GROUP BY Type HAVING MIN(Name) LIKE 'a%' OR COUNT(Id) IN (1)
          {"Type":null,"expr0":"Zeta","expr1":"Zeta","expr2":60.0,"expr3":1}
          {"Type":"Prospect","expr0":"Alpha","expr1":"Gamma","expr2":20.0,"expr3":2}
        SELECT BillingCity, Type, COUNT(Id) FROM Account GROUP BY BillingCity, Type ORDER BY BillingCity DESC NULLS LAST, Type NULLS LAST
          {"BillingCity":"Ulm","Type":"Other","expr0":1}
          {"BillingCity":"Ulm","Type":null,"expr0":1}
          {"BillingCity":"Köln","Type":"Prospect","expr0":2}
          {"BillingCity":"Bonn","Type":"Prospect","expr0":1}
          {"BillingCity":"Bonn","Type":"Other","expr0":1}
        SELECT Owner.Name, COUNT(Id) FROM Account GROUP BY Owner.Name
          {"Name":"Ada Admin","expr0":6}
        SELECT COUNT(Id), SUM(NumberOfEmployees) FROM Account WHERE Type = 'None such'
          {"expr0":0,"expr1":null}
        SELECT Type, COUNT(Id) FROM Account GROUP BY Type ORDER BY COUNT(Id) LIMIT 1
          {"Type":null,"expr0":1}
        SELECT Type, COUNT(Id) FROM Account GROUP BY Type ORDER BY COUNT(Id) LIMIT 1 OFFSET 1
          {"Type":"Other","expr0":2}
        SELECT MIN(Type), MAX(Type) FROM Account
          {"expr0":"Prospect","expr1":"Other"}
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type",
            "SELECT Type t, COUNT(Id) n, SUM(NumberOfEmployees) FROM Account GROUP BY Type ORDER BY COUNT(Id) DESC, Type",
            "SELECT Type FROM Account GROUP BY Type HAVING COUNT(Id) > 1 ORDER BY MAX(NumberOfEmployees) DESC",
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type HAVING Type != null AND NOT SUM(NumberOfEmployees) < 70",
            "SELECT Type, MIN(Name), MAX(Name), AVG(NumberOfEmployees), COUNT_DISTINCT(BillingCity) FROM Account GROUP BY Type HAVING MIN(Name) LIKE 'a%' OR COUNT(Id) IN (1)",
            "SELECT BillingCity, Type, COUNT(Id) FROM Account GROUP BY BillingCity, Type ORDER BY BillingCity DESC NULLS LAST, Type NULLS LAST",
            "SELECT Owner.Name, COUNT(Id) FROM Account GROUP BY Owner.Name",
            "SELECT COUNT(Id), SUM(NumberOfEmployees) FROM Account WHERE Type = 'None such'",
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type ORDER BY COUNT(Id) LIMIT 1",
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type ORDER BY COUNT(Id) LIMIT 1 OFFSET 1",
            "SELECT MIN(Type), MAX(Type) FROM Account",
        ],
    ));
}

#[test]
fn rollups_and_cubes_bring_subtotals() {
    let org = accounts();
    expect![[r#"
        SELECT Type, COUNT(Id) n FROM Account GROUP BY ROLLUP(Type)
          {"Type":null,"n":1}
          {"Type":"Other","n":2}
          {"Type":"Prospect","n":3}
          {"Type":null,"n":6}
        SELECT Type, BillingCity, GROUPING(Type) t, GROUPING(BillingCity) c, COUNT(Id) n FROM Account WHERE Type != null GROUP BY ROLLUP(Type, BillingCity)
          {"BillingCity":"Bonn","Type":"Other","c":0,"n":1,"t":0}
          {"BillingCity":"Ulm","Type":"Other","c":0,"n":1,"t":0}
          {"BillingCity":null,"Type":"Other","c":1,"n":2,"t":0}
          {"BillingCity":"Bonn","Type":"Prospect","c":0,"n":1,"t":0}
          {"BillingCity":"Köln","Type":"Prospect","c":0,"n":2,"t":0}
          {"BillingCity":null,"Type":"Prospect","c":1,"n":3,"t":0}
          {"BillingCity":null,"Type":null,"c":1,"n":5,"t":1}
        SELECT Type, BillingCity, GROUPING(Type) t, GROUPING(BillingCity) c, COUNT(Id) n FROM Account WHERE Type != null GROUP BY CUBE(Type, BillingCity) ORDER BY GROUPING(Type), GROUPING(BillingCity), COUNT(Id) DESC LIMIT 6
          {"BillingCity":"Köln","Type":"Prospect","c":0,"n":2,"t":0}
          {"BillingCity":"Bonn","Type":"Other","c":0,"n":1,"t":0}
          {"BillingCity":"Ulm","Type":"Other","c":0,"n":1,"t":0}
          {"BillingCity":"Bonn","Type":"Prospect","c":0,"n":1,"t":0}
          {"BillingCity":null,"Type":"Prospect","c":1,"n":3,"t":0}
          {"BillingCity":null,"Type":"Other","c":1,"n":2,"t":0}
        SELECT Type, COUNT(Id) n FROM Account GROUP BY ROLLUP(Type) HAVING COUNT(Id) > 2 AND GROUPING(Type) = 1
          {"Type":null,"n":6}
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Type, COUNT(Id) n FROM Account GROUP BY ROLLUP(Type)",
            "SELECT Type, BillingCity, GROUPING(Type) t, GROUPING(BillingCity) c, COUNT(Id) n FROM Account WHERE Type != null GROUP BY ROLLUP(Type, BillingCity)",
            "SELECT Type, BillingCity, GROUPING(Type) t, GROUPING(BillingCity) c, COUNT(Id) n FROM Account WHERE Type != null GROUP BY CUBE(Type, BillingCity) ORDER BY GROUPING(Type), GROUPING(BillingCity), COUNT(Id) DESC LIMIT 6",
            "SELECT Type, COUNT(Id) n FROM Account GROUP BY ROLLUP(Type) HAVING COUNT(Id) > 2 AND GROUPING(Type) = 1",
        ],
    ));
}

#[test]
fn groups_that_are_refused() {
    let org = accounts();
    expect![[r#"
        SELECT Name, COUNT(Id) FROM Account GROUP BY Type
          400 MALFORMED_QUERY: Field must be grouped or aggregated: Name
        SELECT Type, COUNT(Id) FROM Account GROUP BY Type HAVING BillingCity LIKE 'B%'
          400 MALFORMED_QUERY: Field must be grouped or aggregated: BillingCity
        SELECT Type, COUNT(Id) FROM Account GROUP BY Type ORDER BY Name
          400 MALFORMED_QUERY: Ordered field must be grouped or aggregated: Name
        SELECT Type, COUNT(Id) FROM Account GROUP BY Type HAVING Type IN (SELECT Id FROM User)
          400 MALFORMED_QUERY: Semi join sub-selects are not allowed in a HAVING
        SELECT COUNT(Id) FROM Account HAVING COUNT(Id) > 1
          400 MALFORMED_QUERY: HAVING needs a GROUP BY
        SELECT Id FROM Account HAVING Id != null
          400 MALFORMED_QUERY: HAVING needs a GROUP BY
        SELECT Id FROM Account WHERE COUNT(Id) > 1
          400 MALFORMED_QUERY: Aggregate functions can't be used in a WHERE: use HAVING
        SELECT MAX(CreatedDate) FROM Account LIMIT 1
          400 MALFORMED_QUERY: A query with a LIMIT and an aggregate needs a GROUP BY
        SELECT CreatedDate FROM Account GROUP BY CreatedDate
          400 INVALID_FIELD: field 'CreatedDate' can not be grouped in a query call
        SELECT Description FROM Account GROUP BY Description
          400 INVALID_FIELD: field 'Description' can not be grouped in a query call
        SELECT AnnualRevenue FROM Account GROUP BY AnnualRevenue
          400 INVALID_FIELD: field 'AnnualRevenue' can not be grouped in a query call
        SELECT SUM(Name) FROM Account
          400 MALFORMED_QUERY: field Name does not support aggregate operator SUM
        SELECT MIN(IsDeleted) FROM Account
          400 MALFORMED_QUERY: field IsDeleted does not support aggregate operator MIN
        SELECT Type, GROUPING(Type) FROM Account GROUP BY Type
          400 MALFORMED_QUERY: GROUPING() needs a GROUP BY with ROLLUP or CUBE that has its field
        SELECT GROUPING(Type) FROM Account
          400 MALFORMED_QUERY: GROUPING() needs a GROUP BY with ROLLUP or CUBE that has its field
        SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Type, Name, BillingCity, BillingState)
          400 MALFORMED_QUERY: ROLLUP and CUBE take at most 3 fields
        SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Type), Name
          400 MALFORMED_QUERY: unexpected token `,` at 51, expecting the end of the query
        SELECT COUNT(Id) n, MAX(Name) n FROM Account
          400 MALFORMED_QUERY: duplicate alias: n
        SELECT Type, (SELECT Id FROM Contacts) FROM Account GROUP BY Type
          400 MALFORMED_QUERY: A grouped query has no sub-selects, no FIELDS() and no TYPEOF
        SELECT Type FROM Account GROUP BY COUNT(Id)
          400 MALFORMED_QUERY: A query is grouped by fields and date functions only
        SELECT Type FROM Account GROUP BY Type FOR UPDATE
          400 MALFORMED_QUERY: FOR UPDATE can't be used in a grouped query
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT Name, COUNT(Id) FROM Account GROUP BY Type",
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type HAVING BillingCity LIKE 'B%'",
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type ORDER BY Name",
            "SELECT Type, COUNT(Id) FROM Account GROUP BY Type HAVING Type IN (SELECT Id FROM User)",
            "SELECT COUNT(Id) FROM Account HAVING COUNT(Id) > 1",
            "SELECT Id FROM Account HAVING Id != null",
            "SELECT Id FROM Account WHERE COUNT(Id) > 1",
            "SELECT MAX(CreatedDate) FROM Account LIMIT 1",
            "SELECT CreatedDate FROM Account GROUP BY CreatedDate",
            "SELECT Description FROM Account GROUP BY Description",
            "SELECT AnnualRevenue FROM Account GROUP BY AnnualRevenue",
            "SELECT SUM(Name) FROM Account",
            "SELECT MIN(IsDeleted) FROM Account",
            "SELECT Type, GROUPING(Type) FROM Account GROUP BY Type",
            "SELECT GROUPING(Type) FROM Account",
            "SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Type, Name, BillingCity, BillingState)",
            "SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Type), Name",
            "SELECT COUNT(Id) n, MAX(Name) n FROM Account",
            "SELECT Type, (SELECT Id FROM Contacts) FROM Account GROUP BY Type",
            "SELECT Type FROM Account GROUP BY COUNT(Id)",
            "SELECT Type FROM Account GROUP BY Type FOR UPDATE",
        ],
    ));
}
