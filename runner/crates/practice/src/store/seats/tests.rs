//! Counts of seats against counting, over users and assignments that come, change and go at random.

use rusqlite::Connection;

use crate::schema::object;
use crate::store;
use crate::tenant::expression;

const COUNTED: [(&str, &str); 2] = [
    (
        "UserLicense",
        r#"SELECT COUNT(*) FROM "User" u JOIN "Profile" p ON p."Id" = u."ProfileId" WHERE u."IsActive" = 1 AND p."UserLicenseId" = t."Id""#,
    ),
    (
        "PermissionSetLicense",
        r#"SELECT COUNT(*) FROM "PermissionSetLicenseAssign" a WHERE a."PermissionSetLicenseId" = t."Id""#,
    ),
];

/// A statement by its number, on one of ten rows of three profiles or licenses.
fn statement(random: u64) -> String {
    let (row, of, active) = (random >> 8 & 7, random >> 16 & 1, random >> 24 & 1);
    let (user, assign) = (r#""User""#, r#""PermissionSetLicenseAssign""#);
    match random % 7 {
        0 | 1 => format!(
            r#"INSERT OR IGNORE INTO {user} ("Id", "ProfileId", "IsActive") VALUES ('u{row}', 'p{of}', {active})"#
        ),
        2 => format!(
            r#"UPDATE {user} SET "ProfileId" = 'p{of}', "IsActive" = {active} WHERE "Id" = 'u{row}'"#
        ),
        3 => format!(r#"DELETE FROM {user} WHERE "Id" = 'u{row}'"#),
        4 => format!(
            r#"INSERT OR IGNORE INTO {assign} ("Id", "PermissionSetLicenseId") VALUES ('a{row}', 'l{of}')"#
        ),
        5 => format!(
            r#"UPDATE {assign} SET "PermissionSetLicenseId" = 'l{of}' WHERE "Id" = 'a{row}'"#
        ),
        _ => format!(r#"DELETE FROM {assign} WHERE "Id" = 'a{row}'"#),
    }
}

fn rows(db: &Connection, sql: &str) -> Vec<(String, i64)> {
    let mut statement = db.prepare(sql).expect("a query");
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    found
        .expect("rows")
        .map(|row| row.expect("a row"))
        .collect()
}

#[test]
fn seats_are_what_counting_says() {
    let made = store::in_memory(7, |db| {
        Ok(db.execute_batch(
            r#"INSERT INTO "UserLicense" ("Id") VALUES ('x0'), ('x1');
            INSERT INTO "Profile" ("Id", "UserLicenseId") VALUES ('p0', 'x0'), ('p1', 'x0'), ('p2', 'x1');
            INSERT INTO "PermissionSetLicense" ("Id") VALUES ('l0'), ('l1');"#,
        )?)
    });
    let db = made.expect("an org");
    let mut random = 7_u64;
    let mut most = 0;
    for step in 0..2_000 {
        // A linear congruential generator: its high bits are random enough.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let sql = statement(random >> 24);
        db.execute_batch(&sql).expect("a change");
        for (name, counting) in COUNTED {
            let object = object(name).expect("the schema has it");
            let field = object.field("UsedLicenses").expect("the schema has it");
            let select =
                |sql: &str| format!("SELECT t.\"Id\", ({sql}) FROM \"{name}\" t ORDER BY 1");
            let counted = rows(&db, &select(counting));
            let kept = rows(&db, &select(&expression(field, "t")));
            assert_eq!(kept, counted, "{name} after step {step}: {sql}");
            most = counted.iter().map(|(_, seats)| *seats).fold(most, i64::max);
        }
    }
    assert!(most > 3, "seats were taken: {most}");
}
