use serde_json::json;

use super::{describe, lookups_of, naming};

fn asked(object: &str, text: &str) -> Vec<String> {
    let fields = naming(object).join(",");
    let by = lookups_of(object, text).into_iter();
    by.map(|field| format!("{fields} {field}")).collect()
}

#[test]
fn each_object_is_named_in_its_own_way() {
    assert_eq!(asked("Account", "Acme"), ["Name Name"]);
    assert_eq!(
        asked("Contact", "Jane"),
        ["Email,Name Email", "Email,Name Name"]
    );
    // A case has no name; asking for one would be refused.
    assert_eq!(asked("Case", "00001001"), ["CaseNumber CaseNumber"]);
    assert_eq!(asked("Case", "500000000000001AAA"), ["CaseNumber Id"]);
}

#[test]
fn what_a_person_sees_of_a_record() {
    let record = json!({ "Id": "500000000000001AAA", "CaseNumber": "00001001" });
    let record = record.as_object().expect("a record");
    assert_eq!(describe(record), "00001001 (500000000000001AAA)");
}
