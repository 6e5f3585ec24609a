//! `query?columns=true` (docs/salesforce/queries.md#columns).

use expect_test::expect;

use super::S;
use crate::testing::org;

#[test]
fn columns_of_every_form() {
    let org = org();
    let mut text = String::new();
    for soql in [
        "SELECT Id, Owner.Name FROM Account",
        "SELECT Type, COUNT(Id), MAX(CreatedDate) last FROM Account GROUP BY Type HAVING COUNT(Id) > 1 ORDER BY COUNT(Id)",
        "SELECT CALENDAR_YEAR(CreatedDate), DAY_ONLY(CreatedDate) d FROM Account GROUP BY CALENDAR_YEAR(CreatedDate), DAY_ONLY(CreatedDate)",
        "SELECT Type, GROUPING(Type), COUNT(Id) FROM Account GROUP BY ROLLUP(Type)",
        "SELECT toLabel(Type), FORMAT(NumberOfEmployees) n FROM Account",
        "SELECT FIELDS(STANDARD) FROM UserLogin",
        "SELECT TYPEOF UserOrGroup WHEN User THEN Alias, Name ELSE Name END FROM GroupMember",
        "SELECT Name, (SELECT LastName FROM Contacts) FROM Account FOR VIEW",
        "SELECT COUNT() FROM Account WITH USER_MODE",
        "SELECT Nothing FROM Account",
    ] {
        let (status, body) = org.send(&format!("GET {S}/query?columns=true&q={soql}"), "");
        text.push_str(&format!(
            "{soql}\n  {status} group {} id {}\n",
            body["groupBy"], body["idSelected"]
        ));
        for column in body["columnMetadata"].as_array().into_iter().flatten() {
            let below: Vec<&str> = column["joinColumns"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|below| below["columnName"].as_str())
                .collect();
            let aggregate = if column["aggregate"] == true {
                " aggregate"
            } else {
                ""
            };
            let of = |name: &str| column[name].as_str().unwrap_or_default().to_owned();
            text.push_str(&format!(
                "  {} {}{aggregate} {}\n",
                of("columnName"),
                of("apexType"),
                below.join(" ")
            ));
        }
    }
    expect![[r#"
        SELECT Id, Owner.Name FROM Account
          200 group false id true
          Id Id 
          Owner Id Name
        SELECT Type, COUNT(Id), MAX(CreatedDate) last FROM Account GROUP BY Type HAVING COUNT(Id) > 1 ORDER BY COUNT(Id)
          200 group true id false
          Type String 
          expr0 Integer aggregate 
          last Datetime aggregate 
        SELECT CALENDAR_YEAR(CreatedDate), DAY_ONLY(CreatedDate) d FROM Account GROUP BY CALENDAR_YEAR(CreatedDate), DAY_ONLY(CreatedDate)
          200 group true id false
          expr0 Integer 
          d Date 
        SELECT Type, GROUPING(Type), COUNT(Id) FROM Account GROUP BY ROLLUP(Type)
          200 group true id false
          Type String 
          expr0 Integer aggregate 
          expr1 Integer aggregate 
        SELECT toLabel(Type), FORMAT(NumberOfEmployees) n FROM Account
          200 group false id false
          Type String 
          n String 
        SELECT FIELDS(STANDARD) FROM UserLogin
          200 group false id true
          Id Id 
          UserId Id 
          IsFrozen Boolean 
          IsPasswordLocked Boolean 
          CreatedDate Datetime 
          CreatedById Id 
          LastModifiedDate Datetime 
          LastModifiedById Id 
          SystemModstamp Datetime 
        SELECT TYPEOF UserOrGroup WHEN User THEN Alias, Name ELSE Name END FROM GroupMember
          200 group false id false
          UserOrGroup Id Alias Name
        SELECT Name, (SELECT LastName FROM Contacts) FROM Account FOR VIEW
          200 group false id false
          Name String 
          Contacts Id aggregate LastName
        SELECT COUNT() FROM Account WITH USER_MODE
          200 group false id false
          expr0 Integer aggregate 
        SELECT Nothing FROM Account
          400 group null id null
    "#]].assert_eq(&text);
}
