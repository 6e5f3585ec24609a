use super::selected;

/// Objects with their fields: `User(Name, Title)`; or why not.
fn shown(soql: &str) -> String {
    match selected(soql) {
        Ok(selects) => {
            let selects = selects.iter();
            let selects: Vec<String> = selects
                .map(|it| format!("{}({})", it.object, it.fields.join(", ")))
                .collect();
            selects.join(" ")
        }
        Err(why) => why.to_owned(),
    }
}

#[track_caller]
fn check(soql: &str, expected: &str) {
    assert_eq!(shown(soql), expected, "{soql}");
}

#[test]
fn every_word_that_is_no_syntax_is_a_field_of_its_select() {
    check("SELECT Id FROM User", "User(Id)");
    check(
        "select Id, Profile.Name from User where Title = 'FROM Profile'",
        "User(Id, Profile.Name, Title)",
    );
    check(
        r"SELECT Id FROM User WHERE Name = 'a\' FROM Profile'",
        "User(Id, Name)",
    );
    check(
        "SELECT Id, (SELECT Email FROM Contacts) FROM Account WHERE Id IN (SELECT AccountId FROM User WHERE Title != '')",
        "Contacts(Email) Account(Id, Id) User(AccountId, Title)",
    );
    check("SELECT c.Id FROM Account c", "Account(Id)");
    check(
        "SELECT a.Owner.Name FROM Account AS a LIMIT 1",
        "Account(Owner.Name)",
    );
    check("SELECT Id\nFROM\tUser", "User(Id)");
    check("SELECT COUNT() FROM User", "User()");
    check(
        "SELECT COUNT(Email) Phone, Title t FROM User GROUP BY Title ORDER BY Phone DESC NULLS LAST",
        "User(Email, Title, Title, Phone)",
    );
    check(
        "SELECT Id FROM User WHERE CreatedDate > 2026-11-22T10:00:00Z AND LastLoginDate = LAST_N_DAYS:30 AND (Age > 1.5 OR X = :title)",
        "User(Id, CreatedDate, LastLoginDate, Age, X)",
    );
}

#[test]
fn syntax_is_a_field_where_it_is_no_syntax() {
    check(
        "SELECT Id, Limit, First FROM User",
        "User(Id, Limit, First)",
    );
    check("SELECT Id FROM User WHERE Last = ''", "User(Id, Last)");
    check(
        "SELECT Id FROM User FOR UPDATE",
        "SOQL gives an object an alias of more than two letters",
    );
    check("SELECT Id FROM User u FOR UPDATE", "User(Id, FOR, UPDATE)");
    check(
        "SELECT Id FROM User LIMIT 1 ALL ROWS",
        "User(Id, ALL, ROWS)",
    );
}

#[test]
fn what_cannot_be_followed_is_refused() {
    for soql in [
        "",
        "Id FROM User",
        "SELECT Id",
        "SELECT Id FROM",
        "SELECT Id FROM 'x'",
        "SELECT Id FROM User WHERE Name = 'x",
        "SELECT Id FROM User FROM Profile",
        "SELECT Id FROM User, Profile",
        "SELECT Id FROM User u, u.Profile p",
        "SELECT Profile.Name FROM User Profile",
        "SELECT Id, Profile .Name FROM User",
        "SELECT Id, Profile. Name FROM User",
        "SELECT Id, Profile . Name FROM User",
        "SELECT FIELDS(ALL) FROM User",
        "SELECT toLabel(Title) FROM User",
        "SELECT TYPEOF Owner WHEN User THEN Email END FROM Case)",
        "SELECT Id FROM User)",
        "SELECT Id FROM User WHERE (Id = ''",
        "SELECT Id FROM User SELECT Id FROM Profile",
        "SELECT Id FROM User WHERE Id = SELECT",
        "SELECT Id FROM User WHERE Ñ = ''",
    ] {
        assert!(selected(soql).is_err(), "{soql}: {}", shown(soql));
    }
}

#[test]
fn binds_are_found_outside_of_quotes() {
    let soql = r"SELECT Id FROM X WHERE A = :p AND B = ':no' AND C = 'it\':s' AND D > LAST_N_DAYS:3 AND E=:q_1)";
    assert_eq!(super::binds(soql), ["p", "q_1"]);
    assert_eq!(super::binds("WHERE A = '\\"), [""; 0]);
}
