//! Counts of records from outside.

use expect_test::expect;
use serde_json::json;

use crate::testing::org;

const COUNT: &str = "GET /services/data/v66.0/limits/recordCount";

#[test]
fn objects_are_counted() {
    let org = org();
    for number in 0..3 {
        org.create("Account", json!({ "Name": format!("Account {number}") }));
    }
    org.check(
        &format!("{COUNT}?sObjects=account,Contact,Nothing,AccountShare"),
        "",
        expect![[r#"
            200
            {
              "sObjects": [
                {
                  "count": 3,
                  "name": "Account"
                },
                {
                  "count": 0,
                  "name": "Contact"
                }
              ]
            }
        "#]],
    );
    let (_, all) = org.send(COUNT, "");
    let all = all["sObjects"].as_array().cloned().unwrap_or_default();
    assert!(all.len() > 20, "{all:?}");
    assert!(all.contains(&json!({ "name": "Account", "count": 3 })));
}
