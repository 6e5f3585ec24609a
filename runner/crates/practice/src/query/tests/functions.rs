//! Functions of fields (docs/salesforce/queries.md#functions).

use expect_test::expect;
use serde_json::json;

use super::{answers, contacts};
use crate::testing::org;

#[test]
fn parts_of_dates_group_and_filter() {
    let mut org = contacts();
    org.now_ms += 40 * 86_400_000 + 5_400_000;
    org.create(
        "Contact",
        json!({ "LastName": "Evans", "Birthdate": "1991-12-31" }),
    );
    expect![[r#"
        SELECT CALENDAR_YEAR(Birthdate) y, COUNT(Id) FROM Contact GROUP BY CALENDAR_YEAR(Birthdate) ORDER BY CALENDAR_YEAR(Birthdate) DESC
          {"expr0":1,"y":null}
          {"expr0":2,"y":1991}
          {"expr0":2,"y":1990}
        SELECT CALENDAR_QUARTER(Birthdate), CALENDAR_MONTH(Birthdate), DAY_IN_MONTH(Birthdate), DAY_IN_WEEK(Birthdate), DAY_IN_YEAR(Birthdate), WEEK_IN_MONTH(Birthdate), WEEK_IN_YEAR(Birthdate) FROM Contact WHERE LastName = 'Evans' GROUP BY Birthdate
          {"expr0":4,"expr1":12,"expr2":31,"expr3":3,"expr4":365,"expr5":5,"expr6":53}
        SELECT DAY_ONLY(CreatedDate) d, HOUR_IN_DAY(CreatedDate) h, COUNT(Id) n FROM Contact GROUP BY DAY_ONLY(CreatedDate), HOUR_IN_DAY(CreatedDate)
          {"d":"2026-11-22","h":10,"n":4}
          {"d":"2027-01-01","h":11,"n":1}
        SELECT LastName FROM Contact WHERE CALENDAR_YEAR(Birthdate) = 1991 AND DAY_IN_MONTH(Birthdate) > 30
          {"LastName":"Evans"}
        SELECT LastName FROM Contact WHERE DAY_ONLY(CreatedDate) = 2027-01-01
          {"LastName":"Evans"}
        SELECT LastName FROM Contact WHERE HOUR_IN_DAY(CreatedDate) IN (11, 12) OR CALENDAR_MONTH(Birthdate) = 6
          {"LastName":"Clark"}
          {"LastName":"Evans"}
        SELECT LastName FROM Contact WHERE CALENDAR_YEAR(CreatedDate) = THIS_YEAR
          400 MALFORMED_QUERY: The result of a date function can't be compared with a named date
        SELECT CALENDAR_YEAR(CreatedDate), LastName FROM Contact
          400 MALFORMED_QUERY: Field must be grouped or aggregated: CreatedDate
        SELECT LastName FROM Contact WHERE DAY_ONLY(Birthdate) = 1991-01-01
          400 MALFORMED_QUERY: the date function can't be used with field 'Birthdate'
        SELECT LastName FROM Contact WHERE HOUR_IN_DAY(Birthdate) = 1
          400 MALFORMED_QUERY: the date function can't be used with field 'Birthdate'
        SELECT LastName FROM Contact WHERE CALENDAR_YEAR(LastName) = 1
          400 MALFORMED_QUERY: the date function can't be used with field 'LastName'
        SELECT LastName FROM Contact WHERE CALENDAR_YEAR(Birthdate) = '1991'
          400 INVALID_FIELD: value of filter criterion for field 'Birthdate' must be of type int and should not be enclosed in quotes
        SELECT LastName FROM Contact WHERE DISTANCE(MailingLocation, GEOLOCATION(37, 122), 'mi') < 20
          400 MALFORMED_QUERY: the practice org does not know places: DISTANCE()
        SELECT convertTimezone(CreatedDate) FROM Contact
          400 MALFORMED_QUERY: convertTimezone() can be used in a date function only
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT CALENDAR_YEAR(Birthdate) y, COUNT(Id) FROM Contact GROUP BY CALENDAR_YEAR(Birthdate) ORDER BY CALENDAR_YEAR(Birthdate) DESC",
            "SELECT CALENDAR_QUARTER(Birthdate), CALENDAR_MONTH(Birthdate), DAY_IN_MONTH(Birthdate), DAY_IN_WEEK(Birthdate), DAY_IN_YEAR(Birthdate), WEEK_IN_MONTH(Birthdate), WEEK_IN_YEAR(Birthdate) FROM Contact WHERE LastName = 'Evans' GROUP BY Birthdate",
            "SELECT DAY_ONLY(CreatedDate) d, HOUR_IN_DAY(CreatedDate) h, COUNT(Id) n FROM Contact GROUP BY DAY_ONLY(CreatedDate), HOUR_IN_DAY(CreatedDate)",
            "SELECT LastName FROM Contact WHERE CALENDAR_YEAR(Birthdate) = 1991 AND DAY_IN_MONTH(Birthdate) > 30",
            "SELECT LastName FROM Contact WHERE DAY_ONLY(CreatedDate) = 2027-01-01",
            "SELECT LastName FROM Contact WHERE HOUR_IN_DAY(CreatedDate) IN (11, 12) OR CALENDAR_MONTH(Birthdate) = 6",
            "SELECT LastName FROM Contact WHERE CALENDAR_YEAR(CreatedDate) = THIS_YEAR",
            "SELECT CALENDAR_YEAR(CreatedDate), LastName FROM Contact",
            "SELECT LastName FROM Contact WHERE DAY_ONLY(Birthdate) = 1991-01-01",
            "SELECT LastName FROM Contact WHERE HOUR_IN_DAY(Birthdate) = 1",
            "SELECT LastName FROM Contact WHERE CALENDAR_YEAR(LastName) = 1",
            "SELECT LastName FROM Contact WHERE CALENDAR_YEAR(Birthdate) = '1991'",
            "SELECT LastName FROM Contact WHERE DISTANCE(MailingLocation, GEOLOCATION(37, 122), 'mi') < 20",
            "SELECT convertTimezone(CreatedDate) FROM Contact",
        ],
    ));
}

#[test]
fn labels_and_forms() {
    let org = org();
    org.create(
        "Account",
        json!({ "Name": "Acme", "Type": "Prospect", "NumberOfEmployees": 1_234_567 }),
    );
    org.create(
        "Contact",
        json!({ "LastName": "Adams", "Birthdate": "1990-04-01" }),
    );
    expect![[r#"
        SELECT toLabel(Type) FROM Account WHERE Name = 'Acme'
          {"Type":"Prospect"}
        SELECT Type, toLabel(Type) shown FROM Account WHERE toLabel(Type) = 'prospect'
          {"Type":"Prospect","shown":"Prospect"}
        SELECT toLabel(PortalType), COUNT(Id) FROM UserRole GROUP BY PortalType
          {"PortalType":"None","expr0":10}
        SELECT toLabel(LanguageLocaleKey), LanguageLocaleKey l FROM User GROUP BY LanguageLocaleKey
          {"LanguageLocaleKey":"English","l":"en_US"}
        SELECT Type, toLabel(Type) FROM Account
          400 INVALID_FIELD: duplicate field selected: Type
        SELECT toLabel(NumberOfEmployees) FROM Account
          400 MALFORMED_QUERY: toLabel() can't be used with field 'NumberOfEmployees'
        SELECT Name FROM Account ORDER BY toLabel(Type)
          400 MALFORMED_QUERY: Ordered field must be grouped or aggregated: Type
        SELECT FORMAT(NumberOfEmployees), FORMAT(Name) name FROM Account WHERE Name = 'Acme'
          {"NumberOfEmployees":"1,234,567","name":"Acme"}
        SELECT Birthdate, FORMAT(Birthdate) shown FROM Contact WHERE LastName = 'Adams'
          {"Birthdate":"1990-04-01","shown":"4/1/1990"}
        SELECT FORMAT(MAX(NumberOfEmployees)) most, FORMAT(MIN(Name)) FROM Account WHERE Name = 'Acme'
          {"expr0":"Acme","most":"1,234,567"}
        SELECT FORMAT(CreatedDate) FROM Account
          400 MALFORMED_QUERY: the practice org does not know FORMAT() of field 'CreatedDate' in the locale en_US
        SELECT FORMAT(AnnualRevenue) FROM Account
          400 MALFORMED_QUERY: the practice org does not know FORMAT() of field 'AnnualRevenue' in the locale en_US
        SELECT Id FROM Account WHERE FORMAT(NumberOfEmployees) = '1'
          400 MALFORMED_QUERY: FORMAT() can't be used in a WHERE
        SELECT FORMAT(FORMAT(Name)) FROM Account
          400 MALFORMED_QUERY: FORMAT() takes a field or an aggregate
        SELECT convertCurrency(AnnualRevenue) FROM Account
          400 MALFORMED_QUERY: the practice org does not know convertCurrency(): it has one currency
        SELECT Id FROM Account WHERE AnnualRevenue > USD5000
          400 MALFORMED_QUERY: the practice org does not know amounts of a currency: it has one currency
        SELECT Id FROM Account WHERE DISTANCE(Name, GEOLOCATION(37, 122), 'mi') < 20
          400 MALFORMED_QUERY: the practice org does not know places: DISTANCE()
        SELECT LENGTH(Name) FROM Account
          400 MALFORMED_QUERY: unexpected token `LENGTH` at 7, expecting a field or an aggregate
    "#]].assert_eq(&answers(
        &org,
        &[
            "SELECT toLabel(Type) FROM Account WHERE Name = 'Acme'",
            "SELECT Type, toLabel(Type) shown FROM Account WHERE toLabel(Type) = 'prospect'",
            "SELECT toLabel(PortalType), COUNT(Id) FROM UserRole GROUP BY PortalType",
            "SELECT toLabel(LanguageLocaleKey), LanguageLocaleKey l FROM User GROUP BY LanguageLocaleKey",
            "SELECT Type, toLabel(Type) FROM Account",
            "SELECT toLabel(NumberOfEmployees) FROM Account",
            "SELECT Name FROM Account ORDER BY toLabel(Type)",
            "SELECT FORMAT(NumberOfEmployees), FORMAT(Name) name FROM Account WHERE Name = 'Acme'",
            "SELECT Birthdate, FORMAT(Birthdate) shown FROM Contact WHERE LastName = 'Adams'",
            "SELECT FORMAT(MAX(NumberOfEmployees)) most, FORMAT(MIN(Name)) FROM Account WHERE Name = 'Acme'",
            "SELECT FORMAT(CreatedDate) FROM Account",
            "SELECT FORMAT(AnnualRevenue) FROM Account",
            "SELECT Id FROM Account WHERE FORMAT(NumberOfEmployees) = '1'",
            "SELECT FORMAT(FORMAT(Name)) FROM Account",
            "SELECT convertCurrency(AnnualRevenue) FROM Account",
            "SELECT Id FROM Account WHERE AnnualRevenue > USD5000",
            "SELECT Id FROM Account WHERE DISTANCE(Name, GEOLOCATION(37, 122), 'mi') < 20",
            "SELECT LENGTH(Name) FROM Account",
        ],
    ));
}
