//! Values as the platform stores and finds them: blanks, case, words that look like ids, dates.

use serde_json::{Value, json};

use crate::world::Product;

const APPLY: &str = "apply mine.toml --org practice --yes --json";

/// A home with a recipe of these `ensure-record` steps.
fn product(steps: &[&str]) -> Product {
    let product = Product::new();
    let mut recipe = "title = \"Sameness\"\n".to_owned();
    for (index, with) in steps.iter().enumerate() {
        recipe.push_str(&format!(
            "\n[[steps]]\nid = \"s{index}\"\nuse = \"ensure-record\"\nwith = {with}\n"
        ));
    }
    product.write_recipe("mine.toml", recipe);
    product
}

/// The writing requests of as many applies as are expected.
fn check_writes(product: &Product, expected: &[u64]) {
    let mut writes = vec![];
    for _ in expected {
        let applied = product.run(APPLY);
        assert_eq!(applied.exit, 0, "{}", applied.text());
        writes.push(applied.json()["requests"]["write"].clone());
    }
    assert_eq!(json!(writes), json!(expected));
}

fn names(product: &Product, soql: &str) -> Value {
    let rows = product.practice().query(soql);
    rows.iter().map(|row| row["Name"].clone()).collect()
}

#[test]
fn a_blank_at_the_end_makes_no_second_record() {
    let product = product(&[r#"{ object = "Account", key = { Name = "Trimmed " } }"#]);
    check_writes(&product, &[1]);
    let run = product.newest_run();
    check_writes(&product, &[0, 0]);
    let soql = "SELECT Name FROM Account WHERE Name LIKE 'Trimmed%'";
    assert_eq!(names(&product, soql), json!(["Trimmed"]));
    let undone = product.run(&format!("undo {run} --yes"));
    assert_eq!(undone.exit, 0, "{}", undone.text());
    assert_eq!(names(&product, soql), json!([]));
}

#[test]
fn the_case_of_a_value_is_corrected_once() {
    let with = r#"{ object = "Contact", key = { Email = "RON@example.com" }, values = { LastName = "McDonald" } }"#;
    let product = product(&[with]);
    let ron = json!({ "LastName": "Mcdonald", "Email": "ron@example.com" });
    product.practice().create("Contact", &ron);
    check_writes(&product, &[1, 0]);
    let soql = "SELECT Name FROM Contact WHERE Email = 'ron@example.com'";
    assert_eq!(names(&product, soql), json!(["McDonald"]));
}

#[test]
fn a_word_of_fifteen_characters_is_no_id() {
    let product = product(&[
        r#"{ object = "Account", key = { Name = "Partner2024User" } }"#,
        r#"{ object = "Account", key = { Name = "partner2024user" } }"#,
    ]);
    check_writes(&product, &[1, 0]);
    let soql = "SELECT Name FROM Account WHERE Name = 'PARTNER2024USER'";
    assert_eq!(names(&product, soql), json!(["Partner2024User"]));
}

#[test]
fn a_contact_is_found_by_its_date_of_birth() {
    let with = r#"{ object = "Contact", key = { LastName = "Born", Birthdate = "1990-01-01" } }"#;
    let product = product(&[with]);
    let born = json!({ "LastName": "Born", "Birthdate": "1990-01-01" });
    product.practice().create("Contact", &born);
    check_writes(&product, &[0]);
    let other = with.replace("1990-01-01", "1991-01-01");
    let product = self::product(&[&other]);
    check_writes(&product, &[1, 0]);
}
