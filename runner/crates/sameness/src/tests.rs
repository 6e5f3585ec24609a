use super::{Value, found_by, is_as_wanted, is_id_field, time};

use Value::{Date, DateTime, Nothing, Number, Text, Truth, Unknown};

#[derive(Debug, PartialEq, Eq)]
enum Same {
    /// As wanted, and so found too.
    AsWanted,
    /// Found, but something is left to change.
    Found,
    No,
}

#[track_caller]
fn check(field: &str, a: Value<'_>, b: Value<'_>, expected: Same) {
    for (a, b) in [(a, b), (b, a)] {
        let answer = match (found_by(field, a, b), is_as_wanted(field, a, b)) {
            (true, true) => Same::AsWanted,
            (true, false) => Same::Found,
            (false, false) => Same::No,
            (false, true) => panic!("as wanted, but not found: {a:?} {b:?}"),
        };
        assert_eq!(answer, expected, "{field}: {a:?} {b:?}");
    }
}

#[test]
fn text_is_found_without_case_and_wanted_with_it() {
    check(
        "LastName",
        Text("McDonald"),
        Text("McDonald"),
        Same::AsWanted,
    );
    check("LastName", Text("McDonald"), Text("Mcdonald"), Same::Found);
    check("LastName", Text("Émile"), Text("émile"), Same::Found);
    check("LastName", Text("Meyer"), Text("Meier"), Same::No);
    check(
        "Username",
        Text("Jane@Example.com"),
        Text("jane@example.com"),
        Same::AsWanted,
    );
}

#[test]
fn text_is_compared_as_it_is_stored() {
    check("Name", Text("Trimmed \t"), Text("Trimmed"), Same::AsWanted);
    check("Name", Text(" TRIMMED"), Text("Trimmed"), Same::Found);
    check("Name", Text("Wide\u{3000}"), Text("Wide"), Same::No);
    check("Name", Text("\u{a0}Fixed"), Text("Fixed"), Same::No);
    check("Name", Text(" \t"), Nothing, Same::AsWanted);
    check("Name", Text(""), Nothing, Same::AsWanted);
    check("Name", Text("\u{a0}"), Nothing, Same::No);
}

#[test]
fn ids_are_ids_in_id_fields_only() {
    let (short, long) = (Text("001D000000IRFma"), Text("001D000000IRFmaIAH"));
    let other = Text("001d000000irfma");
    for field in [
        "Id",
        "AccountId",
        "Account.OwnerId",
        "/records/0/id",
        "Account__c",
    ] {
        check(field, short, long, Same::AsWanted);
        check(field, other, long, Same::No);
    }
    check("Name", short, other, Same::Found);
    check("Name", short, long, Same::No);
    for field in ["Name", "Account.Name", "Code__c"] {
        check(
            field,
            Text("Partner2024User"),
            Text("partner2024user"),
            Same::Found,
        );
    }
    // The checksum is wrong, so this is a word.
    check("Id", short, Text("001D000000IRFmaAAA"), Same::No);
    assert!(!is_id_field("Name") && !is_id_field("Id.Name") && is_id_field("Owner.ProfileId"));
}

#[test]
fn numbers_are_compared_by_value() {
    for (a, b) in [
        ("1", "1.0"),
        ("-0", "0"),
        ("12.50", "12.5"),
        ("1e3", "1000"),
        ("10e-1", "1"),
        ("0.10", "1E-1"),
    ] {
        check("Amount", Number(a), Number(b), Same::AsWanted);
    }
    for (a, b) in [
        ("9007199254740993", "9007199254740992"),
        ("0.1000000000000000055", "0.1"),
        ("1", "-1"),
        ("10", "1"),
        ("1", "x"),
    ] {
        check("Amount", Number(a), Number(b), Same::No);
    }
    check("Amount", Number("5"), Text("5"), Same::No);
}

#[test]
fn dates_are_days_and_date_times_are_instants() {
    check(
        "Birthdate",
        Date("1990-01-01"),
        Text("1990-01-01"),
        Same::AsWanted,
    );
    check(
        "Birthdate",
        Date("1990-01-01"),
        Date("1990-01-02"),
        Same::No,
    );
    check(
        "Birthdate",
        Date("1990-01-01"),
        Text("1990-01-01T00:00:00Z"),
        Same::No,
    );
    let utc = DateTime("2026-11-22T10:00:00Z");
    for other in [
        "2026-11-22T10:00:00.000+0000",
        "2026-11-22T10:00:00.000Z",
        "2026-11-22T11:30:00+01:30",
        "2026-11-22T05:00:00-0500",
    ] {
        check("StartTime", utc, Text(other), Same::AsWanted);
        check("StartTime", utc, DateTime(other), Same::AsWanted);
    }
    check("StartTime", utc, Text("2026-11-22T10:00:00.001Z"), Same::No);
    check("StartTime", utc, Text("soon"), Same::No);
    check("StartTime", utc, Date("2026-11-22"), Same::No);
    // Two texts are texts: nothing says that the field holds a time.
    check(
        "Name",
        Text("2026-11-22T10:00:00Z"),
        Text("2026-11-22T10:00:00.000Z"),
        Same::No,
    );
}

#[test]
fn other_values() {
    check("IsActive", Truth(true), Truth(true), Same::AsWanted);
    check("IsActive", Truth(false), Nothing, Same::No);
    check(
        "OwnerId",
        Unknown("a:b.id"),
        Unknown("a:b.id"),
        Same::AsWanted,
    );
    check("OwnerId", Unknown("a:b.id"), Unknown("a:B.id"), Same::No);
    check("OwnerId", Unknown("a:b.id"), Text("a:b.id"), Same::No);
}

#[test]
fn days_and_instants_are_checked() {
    assert_eq!(time::day("1970-01-01"), Some(0));
    assert_eq!(time::day("2000-02-29"), Some(11_016));
    assert_eq!(time::day("2026-11-22"), Some(20_779));
    for wrong in [
        "1900-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-1-1",
        "2026-11-31",
        "26-11-22",
        "+026-11-22",
        "2026-11-22 ",
    ] {
        assert_eq!(time::day(wrong), None, "{wrong}");
    }
    assert_eq!(time::instant("1970-01-02T00:00:00.5Z"), Some(86_400_500));
    assert_eq!(time::instant("1969-12-31T23:59:59Z"), Some(-1_000));
    for wrong in [
        "2026-11-22T10:00:00",
        "2026-11-22 10:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:00Z",
        "2026-11-22T10:00:00.Z",
        "2026-11-22T10:00:00Zulu",
        "2026-11-22T10:00:00+1",
        "2026-11-31T10:00:00Z",
        "2026-11-22T10:00:00+é1",
    ] {
        assert_eq!(time::instant(wrong), None, "{wrong}");
    }
}
