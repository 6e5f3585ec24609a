//! Many lookups of one shape: few requests, each row with the lookup that it belongs to; an org that does not answer.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use usher_core::operation::{Condition, Lookup};
use usher_core::read::ReadError;
use usher_core::value::Scalar;

use super::scripted::reader;
use crate::port::Reads;
use crate::reads::Rounds;

/// Lookups of one shape, as the items of one step ask for them.
const MANY: usize = 10_000;

/// Values of a list that go into one query: an id takes thirty bytes of a query, of which there are 48,000.
const PER_QUERY: usize = 1_550;

/// `USHER_LOOKUPS=20000` tries another number, to compare the times.
fn many() -> usize {
    let number = std::env::var("USHER_LOOKUPS").ok();
    number.map_or(MANY, |number| number.parse().expect("a number"))
}

pub(super) fn contact(number: usize) -> String {
    format!("003Jca{number:09}IAA")
}

/// The active user of a contact.
pub(super) fn user_of(number: usize) -> Lookup {
    Lookup {
        object: "User".into(),
        fields: vec!["Username".into()],
        conditions: vec![
            Condition::is("IsActive", Scalar::Truth(true)),
            Condition::is("ContactId", Scalar::text(contact(number))),
        ],
    }
}

/// A user for each contact that a query names.
pub(super) fn users(path: &str) -> (u16, String) {
    let soql = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let contacts = soql.split('\'').filter(|text| text.starts_with("003Jca"));
    let row = |contact: &str| {
        let number = &contact[6..15];
        json!({
            "Id": format!("005Jca{number}IAA"),
            "Username": format!("{number}@example.com"),
            "ContactId": contact,
            "IsActive": true,
        })
    };
    let records: Vec<Value> = contacts.map(row).collect();
    (200, json!({ "records": records, "done": true }).to_string())
}

#[tokio::test]
async fn ten_thousand_lookups_of_one_shape_are_a_few_long_queries() {
    let (reader, script) = reader(users);
    let lookups: Vec<Lookup> = (0..many()).map(user_of).collect();
    let answers = reader.real(&lookups).await;
    for (number, answer) in answers.iter().enumerate() {
        let found = answer.as_deref().expect("an answer");
        let names: Vec<&Value> = found.iter().map(|user| &user["Username"]).collect();
        assert_eq!(names, [&json!(format!("{number:09}@example.com"))]);
    }
    assert_eq!(script.asked().len(), many().div_ceil(PER_QUERY));
    assert_eq!(reader.real(&lookups).await, answers);
    assert_eq!(script.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn an_org_that_does_not_answer_is_waited_for_once() {
    let (reader, script) = reader(|_| (503, "down for maintenance".to_owned()));
    let rounds = Arc::new(Rounds::default());
    let beside = reader.beside(&rounds, 0);
    let steps = async move {
        let ahead = beside.find_all(vec![user_of(1)]).await.remove(0);
        assert!(matches!(ahead, Err(ReadError::Unavailable(_))), "{ahead:?}");
        let settings = beside.settings("Communities").await;
        assert!(matches!(settings, Err(ReadError::Unavailable(_))));
    };
    reader.drive(&rounds, steps).await;
    assert_eq!(script.asked().len(), 2);
    let in_order = reader.find_all(vec![user_of(1)]).await.remove(0);
    assert!(matches!(in_order, Err(ReadError::Unavailable(_))));
    let settings = reader.settings("Communities").await;
    assert!(matches!(settings, Err(ReadError::Unavailable(_))));
    assert_eq!(script.asked(), Vec::<String>::new());
}

/// Refuses a query that names `bad`, as an org does that has no such field, or no such value.
fn refusing(path: &str) -> (u16, String) {
    let soql = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let code = match soql {
        soql if soql.contains("Unknown__c") => "INVALID_FIELD",
        soql if soql.contains(&contact(17)) => "INVALID_QUERY_FILTER_OPERATOR",
        _ => return users(path),
    };
    let refusal = json!([{ "errorCode": code, "message": "it is bad" }]);
    (400, refusal.to_string())
}

#[tokio::test]
async fn a_mistake_in_one_of_many_lookups_is_found_with_few_queries() {
    let (reader, script) = reader(refusing);
    let mut lookups: Vec<Lookup> = (0..500).map(user_of).collect();
    for lookup in &mut lookups[100..300] {
        lookup.fields.push("Unknown__c".into());
    }
    let answers = reader.real(&lookups).await;
    for (number, answer) in answers.iter().enumerate() {
        let is_bad = number == 17 || (100..300).contains(&number);
        assert_eq!(answer.is_err(), is_bad, "{number}: {answer:?}");
    }
    // All of them; those of each kind; pieces of the kind with the bad value, down to three; then the other kind as it was
    // asked for, and one of it.
    assert_eq!(script.asked().len(), 1 + 2 + (5 + 5 + 4 + 3) + 2);
}

/// Takes short queries only.
fn complicated(path: &str) -> (u16, String) {
    if path.len() < 2_000 {
        return users(path);
    }
    let refusal = json!([{ "errorCode": "QUERY_TOO_COMPLICATED", "message": "it is too long" }]);
    (400, refusal.to_string())
}

#[tokio::test]
async fn a_query_that_is_too_complicated_becomes_shorter_ones() {
    let (reader, script) = reader(complicated);
    let all = Lookup {
        conditions: vec![Condition {
            field: "ContactId".into(),
            any_of: (0..150)
                .map(|number| Scalar::text(contact(number)))
                .collect(),
        }],
        ..user_of(0)
    };
    let found = reader.real(&[all]).await.remove(0);
    assert_eq!(found.expect("an answer").len(), 150);
    assert_eq!(script.asked().len(), 1 + 2 + 4);
}

#[tokio::test]
async fn a_lookup_of_no_values_is_asked_for_once() {
    let (reader, script) = reader(users);
    let none = Lookup {
        conditions: vec![Condition {
            field: "ContactId".into(),
            any_of: Vec::new(),
        }],
        ..user_of(0)
    };
    // A refusal would say that the object is not there.
    assert_eq!(reader.find_all(vec![none]).await, [Ok(Vec::new())]);
    assert_eq!(script.asked().len(), 1);
}
