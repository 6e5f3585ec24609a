//! Orgs in files: made once and whole, opened again, refused when they are something else. Fixtures
//! that are wrong say which record.

use std::path::Path;

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Request;

use crate::testing::{NOW_MS, TestOrg, org_with};
use crate::{Fixture, Practice, PracticeError, Setup};

fn setup(text: &str) -> Setup<'_> {
    let fixture = Fixture { name: "pack", text };
    Setup {
        seed: 1,
        start: None,
        fixtures: vec![fixture],
    }
}

fn accounts(practice: &Practice, token: &str) -> String {
    let request = Request::get("/services/data/v66.0/query?q=SELECT+Name+FROM+Account")
        .header("Authorization", format!("Bearer {token}"))
        .body(Bytes::new())
        .expect("a request");
    let answer = practice.exchange(request, NOW_MS);
    String::from_utf8_lossy(answer.body()).into_owned()
}

const ACME: &str = r#"
[[examples]]
recipe = "not ours"

[[records]]
object = "Account"
ref = "acme"
fields = { Name = "Acme", NumberOfEmployees = 3 }
"#;

#[test]
fn an_org_stays_in_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("practice.db");
    let first = Practice::open(&path, &setup(ACME)).expect("a new org");
    let token = first.sign_in(None, [1; 16]).expect("an administrator");
    expect!["00DJca000000001!AQ01010101010101010101010101010101"].assert_eq(&token);
    drop(first);
    // Opened again with another fixture: the file is as it was, and the session holds.
    let second = Practice::open(&path, &setup("")).expect("the same org");
    let found = accounts(&second, &token);
    assert!(found.contains("Acme"), "{found}");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &path.metadata().expect("a file").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn two_processes_share_an_org() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("practice.db");
    let first = Practice::open(&path, &setup("")).expect("an org");
    let second = Practice::open(&path, &setup("")).expect("the same org");
    let token = first.sign_in(None, [1; 16]).expect("an administrator");
    assert_eq!(
        accounts(&second, &token),
        r#"{"done":true,"records":[],"totalSize":0}"#
    );
}

#[test]
fn several_tokens_are_valid_and_inactive_users_get_none() {
    let org = org_with("");
    let other = org
        .practice
        .sign_in(Some("SAM.sales@practice.usher.example"), [2; 16])
        .expect("Sam");
    assert!(accounts(&org.practice, &other).contains("totalSize"));
    assert!(accounts(&org.practice, &org.token).contains("totalSize"));
    let error = org
        .practice
        .sign_in(Some("ian.inactive@practice.usher.example"), [3; 16])
        .expect_err("inactive");
    expect!["the practice org has no user `ian.inactive@practice.usher.example` who may sign in"]
        .assert_eq(&error.to_string());
}

#[test]
fn other_files_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x");
    let refused = |path: &Path, expected: Expect| {
        let error = Practice::open(path, &setup("")).err().expect("refused");
        expected.assert_eq(
            &error
                .to_string()
                .replace(&folder.path().display().to_string(), ""),
        );
    };
    std::fs::write(
        &path,
        "this is a text of more than a few bytes, and no database at all",
    )
    .expect("written");
    refused(&path, expect!["`/x` is no practice org"]);
    std::fs::remove_file(&path).expect("removed");
    rusqlite::Connection::open(&path)
        .and_then(|db| db.execute_batch("CREATE TABLE t (a)"))
        .expect("a database");
    refused(&path, expect!["`/x` is no practice org"]);
    std::fs::remove_file(&path).expect("removed");
    drop(Practice::open(&path, &setup("")).expect("an org"));
    rusqlite::Connection::open(&path)
        .and_then(|db| db.execute_batch("PRAGMA user_version = 1"))
        .expect("changed");
    refused(
        &path,
        expect!["`/x` was made by another version of usher; reset the practice org to go on"],
    );
    assert!(matches!(
        Practice::open(&folder.path().join("no/x"), &setup("")),
        Err(PracticeError::File { .. })
    ));
}

#[test]
fn all_mistakes_of_a_fixture_are_told_at_once_with_their_places() {
    let text = r#"overlay = 1
[settings]
"practice.pageSize" = 5000
"practice.pageSise" = 7
nope = true

[[custom_fields]]
object = "Account"
name = "Segment"

[[records]]
object = "Acount"
fields = { Name = "x" }

[[records]]
object = "Account"
ref = "a"
fields = { Nmae = "x", Industy = "y", NumberOfEmployees = "many", OwnerId = "@admn" }

[[records]]
object = "Contact"
fields = { LastName = "of a record that was refused", AccountId = "@a" }

[[records]]
object = "Contact"
fields = { Email = "x@example.com" }
feilds = 1

[[changes]]
ref = "profile_partnr"
fields = { PermissionsApiEnabled = true }

[[record]]

[features]
person_account = true
"#;
    let told = |text: &str| {
        let error = Practice::in_memory(&setup(text)).err().expect("refused");
        error.to_string()
    };
    expect![[r#"
        fixture `pack`: line 1, column 11: `overlay` is a number, not true or false
        line 27, column 1: record 4 knows no key `feilds` (did you mean `fields`?)
        line 33, column 3: a fixture knows no key `record` (did you mean `records`?)
        line 36, column 1: there is no feature `person_account` (did you mean `person_accounts`?)"#]].assert_eq(&told(text));
    // The form comes first: what is in a file that has another form cannot be known.
    let formed = text
        .replace("overlay = 1\n", "")
        .replace("feilds = 1\n", "")
        .replace("[[record]]\n", "")
        .replace("person_account =", "person_accounts =");
    expect![[r#"
        fixture `pack`: line 2, column 23: setting `practice.pageSize`: the setting `practice.pageSize` is a number from 1 to 2000, not 5000
        line 3, column 1: setting `practice.pageSise`: there is no setting `practice.pageSise` (did you mean `practice.pageSize`?)
        line 4, column 1: setting `nope`: there is no setting `nope`
        line 6, column 1: `custom_fields`: `Segment` is not the name of a custom field
        line 11, column 10: record 1, Acount: INVALID_TYPE: there is no such object (did you mean `Account`?)
        line 17, column 12: record 2, Account (`a`): INVALID_FIELD: No such column 'Nmae' on sobject of type Account (did you mean `Name`?)
        line 17, column 24: record 2, Account (`a`): INVALID_FIELD: No such column 'Industy' on sobject of type Account (did you mean `Industry`?)
        line 17, column 59: record 2, Account (`a`): JSON_PARSER_ERROR: Cannot deserialize instance of int from VALUE_STRING value many or request may be missing a required field: NumberOfEmployees
        line 17, column 77: record 2, Account (`a`): INVALID_CROSS_REFERENCE_KEY: no record before this one is called `admn` (did you mean `admin`?)
        line 23, column 1: record 4, Contact: REQUIRED_FIELD_MISSING: Required fields are missing: [LastName]
        line 28, column 7: change of `profile_partnr`: INVALID_CROSS_REFERENCE_KEY: no record before this one is called `profile_partnr` (did you mean `profile_partner`?)"#]].assert_eq(&told(&formed));
    expect![[r#"
        fixture `pack`: line 1, column 11: unclosed array table, expected `]`
        line 4, column 1: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`"#]]
    .assert_eq(&told("[[records]\nx = \n[settings]\n= 3\n"));
}

#[test]
fn a_wrong_fixture_names_the_record_and_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("practice.db");
    let wrong = |text: &str, expected: Expect| {
        let error = Practice::open(&path, &setup(text)).err().expect("refused");
        expected.assert_eq(&error.to_string());
    };
    wrong(
        "[[records]]\nobject = 'Nope'\nfields = {}",
        expect![
            "fixture `pack`: line 2, column 10: record 1, Nope: INVALID_TYPE: there is no such object"
        ],
    );
    wrong(
        "[[records]]\nobject = 'Account'\nref = 'a'\nfields = { Nope = 1 }",
        expect![
            "fixture `pack`: line 4, column 12: record 1, Account (`a`): INVALID_FIELD: No such column 'Nope' on sobject of type Account (did you mean `Name`?)"
        ],
    );
    wrong(
        "[[records]]\nobject = 'Contact'\nfields = { LastName = 'x', AccountId = '@nobody' }",
        expect![
            "fixture `pack`: line 3, column 40: record 1, Contact: INVALID_CROSS_REFERENCE_KEY: no record before this one is called `nobody`"
        ],
    );
    wrong(
        "[[records]]\nobject = 'Account'\nref = 'admin'\nfields = { Name = 'x' }",
        expect!["fixture `pack`: line 3, column 7: record 1: the name `admin` is given twice"],
    );
    wrong(
        "[[records]]\nobject = 'Account'\nfields = { Name = 'x' }\nnope = 1",
        expect![
            "fixture `pack`: line 4, column 1: record 1 knows no key `nope` (there is `object`, `ref`, `raw`, `invented` and `fields`)"
        ],
    );
    wrong(
        "[settings]\nnope = true",
        expect!["fixture `pack`: line 2, column 1: setting `nope`: there is no setting `nope`"],
    );
    wrong(
        "[settings]\n'practice.numberOfPartnerRoles' = 4",
        expect![
            "fixture `pack`: line 2, column 35: setting `practice.numberOfPartnerRoles`: the setting `practice.numberOfPartnerRoles` is 1, 2 or 3, not 4"
        ],
    );
    wrong(
        "records = 1",
        expect!["fixture `pack`: line 1, column 11: `records` is a number, not a list of tables"],
    );
    Practice::open(&path, &setup(ACME)).expect("the file was left empty");
}

#[test]
fn an_external_user_in_a_fixture() {
    let org = org_with(
        r#"
[[records]]
object = "Account"
ref = "acme"
fields = { Name = "Acme & Söhne", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
ref = "jane"
fields = { LastName = "Doe", FirstName = "Jane", AccountId = "@acme", Email = "jane@acme.example" }

[[records]]
object = "User"
fields = { Username = "jane@acme.example", LastName = "Doe", Email = "jane@acme.example", Alias = "jdoe", ContactId = "@jane", ProfileId = "@profile_fsc_cc_plus", TimeZoneSidKey = "America/New_York", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }
"#,
    );
    org.query(
        "SELECT Username, UserType, Account.Name, Contact.Name, IsPortalEnabled, PortalRole, UserRole.Name, UserRole.DeveloperName, UserRole.ParentRole.Name FROM User WHERE ContactId != null",
        expect![[r#"
            {"Account":{"Name":"Acme & Söhne"},"Contact":{"Name":"Jane Doe"},"IsPortalEnabled":true,"PortalRole":"Worker","UserRole":{"DeveloperName":"AcmeShneCustomerUser","Name":"Acme & Söhne Customer User","ParentRole":{"Name":"VP, North American Sales"}},"UserType":"PowerCustomerSuccess","Username":"jane@acme.example"}
        "#]],
    );
}

#[test]
fn an_org_is_shared_by_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let org = org_with("");
    shared(&org.practice);
    std::thread::scope(|scope| {
        for number in 0..4_u8 {
            let org = &org;
            scope.spawn(move || {
                let body = format!(r#"{{"Name":"Account {number}"}}"#);
                assert_eq!(
                    org.send("POST /services/data/v66.0/sobjects/Account", &body)
                        .0,
                    201
                );
            });
        }
    });
    assert_eq!(org.records("SELECT Id FROM Account").len(), 4);
}

const STARTS: &str = r#"
[[records]]
object = "Account"
fields = { Name = "Common" }

[starts.before]
settings = { "CommunitiesSettings.enableNetworksEnabled" = false, "CommunitiesSettings.enableOotbProfExtUserOpsEnable" = false }

[[starts.before.records]]
object = "Account"
fields = { Name = "Before", OwnerId = "@user_standard" }
"#;

/// The accounts and the setting that opens sites, of an org of that start.
#[track_caller]
fn start(name: Option<&str>, expected: Expect) {
    let setup = Setup {
        start: name,
        ..setup(STARTS)
    };
    let practice = Practice::in_memory(&setup).expect("the fixture is right");
    let token = practice
        .sign_in(None, [7; 16])
        .expect("the base has an administrator");
    let org = TestOrg {
        practice,
        token,
        now_ms: NOW_MS,
    };
    let (_, settings) = org.send("GET /practice/settings", "");
    let mut text = format!(
        "{}\n",
        settings["CommunitiesSettings.enableNetworksEnabled"]
    );
    for account in org.records("SELECT Name FROM Account") {
        text.push_str(&format!("{}\n", account["Name"]));
    }
    expected.assert_eq(&text);
}

#[test]
fn a_start_stands_in_place_of_the_common_records() {
    start(
        None,
        expect![[r#"
            true
            "Common"
        "#]],
    );
    start(
        Some("before"),
        expect![[r#"
            false
            "Before"
        "#]],
    );
    start(
        Some("unknown"),
        expect![[r#"
            true
            "Common"
        "#]],
    );
}

#[test]
fn a_wrong_start_is_told_whether_or_not_it_is_the_orgs() {
    let text = "[starts.a]\nnope = 1";
    let error = Practice::in_memory(&setup(text)).err().expect("refused");
    expect!["fixture `pack`: line 2, column 1: the start `a` knows no key `nope` (there is `settings`, `records`, `components`, `features`, `custom_fields`, `duplicate_rules`, `validation_rules`, `apps`, `changes` and `translations`)"]
    .assert_eq(&error.to_string());
}
