//! Queries as real clients write them, and their text again.

mod gate;

use expect_test::{Expect, expect};

use crate::soql::{parse, quote};

#[track_caller]
fn check(text: &str, expected: Expect) {
    let found = match parse(text) {
        Ok(query) => {
            let text = query.to_string();
            assert_eq!(
                parse(&text).as_ref(),
                Ok(&query),
                "its text is the query again"
            );
            text
        }
        Err(error) => format!("error: {error}"),
    };
    expected.assert_eq(&found);
}

#[test]
fn any_case_and_any_space() {
    check(
        "select id , name from\n userrole where name like 'a%'order by name desc nulls last limit 3 offset 2",
        expect![
            "SELECT id, name FROM userrole WHERE name LIKE 'a%' ORDER BY name DESC NULLS LAST LIMIT 3 OFFSET 2"
        ],
    );
}

#[test]
fn parents_children_and_semi_joins() {
    check(
        "SELECT Id, Account.Owner.Name, (SELECT PermissionSetId FROM PermissionSetAssignments WHERE IsActive = true) FROM User WHERE Id NOT IN (SELECT AssigneeId FROM PermissionSetAssignment)",
        expect![
            "SELECT Id, Account.Owner.Name, (SELECT PermissionSetId FROM PermissionSetAssignments WHERE IsActive = true) FROM User WHERE Id NOT IN (SELECT AssigneeId FROM PermissionSetAssignment)"
        ],
    );
}

#[test]
fn aggregates() {
    check(
        "SELECT COUNT() FROM User",
        expect!["SELECT COUNT() FROM User"],
    );
    check(
        "select AccountId, count(Id) n, count_distinct(ProfileId) from User group by AccountId",
        expect![
            "SELECT AccountId, COUNT(Id) n, COUNT_DISTINCT(ProfileId) FROM User GROUP BY AccountId"
        ],
    );
}

#[test]
fn conditions_keep_their_brackets() {
    check(
        "SELECT Id FROM User WHERE (IsActive = true AND (Name = 'a' OR Name != null)) AND NOT Alias IN ('x','y')",
        expect![
            "SELECT Id FROM User WHERE (IsActive = true AND (Name = 'a' OR Name != null)) AND (NOT Alias IN ('x', 'y'))"
        ],
    );
    check(
        "SELECT Id FROM User WHERE a = 1 AND b = 2 OR c = 3",
        expect!["error: unexpected token `OR` at 42, expecting brackets around one of AND and OR"],
    );
}

#[test]
fn literals() {
    check(
        "SELECT Id FROM User WHERE a = 1 AND b >= -1.5 AND c < 2026-11-22 AND d > 2026-11-22T10:00:00Z AND e = LAST_N_DAYS:30 AND f = today AND g <> false",
        expect![
            "SELECT Id FROM User WHERE a = 1 AND b >= -1.5 AND c < 2026-11-22 AND d > 2026-11-22T10:00:00Z AND e = LAST_N_DAYS:30 AND f = TODAY AND g != false"
        ],
    );
}

#[test]
fn texts() {
    check(
        r"SELECT Id FROM User WHERE a = 'O\'Hara\\\n\u00eb ë 😀' AND b LIKE '50\% \\ \_%'",
        expect![[r"SELECT Id FROM User WHERE a = 'O\'Hara\\\në ë 😀' AND b LIKE '50\% \\ \_%'"]],
    );
    check(
        r"SELECT Id FROM User WHERE a = 'x\_'",
        expect![[r"error: illegal character sequence `\_` in the text at 30"]],
    );
    check(
        "SELECT Id FROM User WHERE a = 'x",
        expect!["error: a text that begins at 30 has no end"],
    );
}

#[test]
fn aliases_of_objects_are_resolved() {
    check(
        "SELECT u.Id, u.Profile.Name FROM User u WHERE u.IsActive = true ORDER BY u.Name",
        expect!["SELECT Id, Profile.Name FROM User WHERE IsActive = true ORDER BY Name"],
    );
}

#[test]
fn what_is_no_query_says_where() {
    check(
        "",
        expect!["error: unexpected token `<EOF>` at 0, expecting SELECT"],
    );
    check(
        "SELECT Id",
        expect!["error: unexpected token `<EOF>` at 9, expecting FROM"],
    );
    check(
        "SELECT Id FROM User WHERE",
        expect!["error: unexpected token `<EOF>` at 25, expecting a condition"],
    );
    check(
        "SELECT Id FROM User WHERE a = :x",
        expect!["error: unexpected token `:` at 30, expecting a value"],
    );
    check(
        "SELECT Id FROM User; DROP",
        expect!["error: unexpected character `;` at 19"],
    );
    check(
        "SELECT Id FROM User WHERE a IN ()",
        expect!["error: unexpected token `)` at 32, expecting a value"],
    );
    check(
        "SELECT Id FROM User LIMIT 1 1",
        expect!["error: unexpected token `1` at 28, expecting the end of the query"],
    );
    check(
        "SELECT FIELDS(ALL) FROM User",
        expect!["error: unexpected token `FIELDS` at 7, expecting a field or an aggregate"],
    );
}

#[test]
fn too_deep_and_too_long() {
    let deep = format!("SELECT Id FROM User WHERE {}a = 1", "(".repeat(10_000));
    check(
        &deep,
        expect!["error: the query is nested more than 40 deep at 65"],
    );
    let deep = format!("SELECT Id FROM User WHERE {}a = 1", "NOT ".repeat(10_000));
    check(
        &deep,
        expect!["error: the query is nested more than 40 deep at 182"],
    );
    let long = format!("SELECT Id FROM User WHERE a = '{}'", "x".repeat(100_000));
    check(
        &long,
        expect!["error: the query has 100032 characters, more than 100000"],
    );
}

#[test]
fn no_cut_of_a_query_panics() {
    let whole = r"SELECT u.Id, COUNT(Name) n, (SELECT Id FROM Xs) FROM User u WHERE NOT (a LIKE '\u00eb\_' OR b IN (1, -2.5, 2026-11-22, LAST_N_DAYS:3)) GROUP BY a.b ORDER BY ë DESC NULLS LAST LIMIT 1 OFFSET 2";
    for (place, _) in whole.char_indices() {
        let _ = parse(&whole[..place]);
        let _ = parse(&whole[place..]);
    }
}

#[test]
fn quoting() {
    expect![[r"'it\'s \\ \n\r\t\b\f \u0001 ë'"]]
        .assert_eq(&quote("it's \\ \n\r\t\u{8}\u{c} \u{1} ë"));
}
