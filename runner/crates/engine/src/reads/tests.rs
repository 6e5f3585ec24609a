mod groups;
mod many;
mod scripted;

use std::sync::Arc;

use serde_json::{Value, json};
use usher_core::change::{Change, StepPlan, Undo};
use usher_core::operation::{
    Component, ComponentName, Condition, DeployComponents, Lookup, Operation,
};
use usher_core::read::ReadError;
use usher_core::value::{Scalar, Unit};

use super::Reader;
use crate::port::Reads;
use crate::testing::{FIXTURE, TestOrg};

fn lookup(object: &str, fields: &[&str], field: &str, value: &str) -> Lookup {
    Lookup {
        object: object.into(),
        fields: fields.iter().map(|name| (*name).to_owned()).collect(),
        conditions: vec![Condition::is(field, Scalar::text(value))],
    }
}

#[tokio::test]
async fn what_is_asked_together_is_one_request_and_never_asked_again() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let lookups = vec![
        lookup("PermissionSet", &["Name"], "Label", "first SET"),
        lookup("PermissionSet", &["Label"], "Name", "Second"),
        lookup(
            "User",
            &["Profile.Name"],
            "Username",
            "ada@usher-practice.example",
        ),
    ];
    let answers = reader.find_all(lookups.clone()).await;
    let fields: Vec<_> = answers
        .iter()
        .map(|answer| {
            let mut record = answer.as_ref().expect("an answer")[0].clone();
            record.remove("Id");
            json!(record)
        })
        .collect();
    assert_eq!(
        json!(fields),
        json!([{"Name": "First"}, {"Label": "Second set"}, {"Profile.Name": "Standard User"}])
    );
    assert_eq!(org.requests(), ["POST /services/data/v66.0/composite"]);
    assert_eq!(reader.find_all(lookups).await, answers);
    assert_eq!(org.requests(), Vec::<String>::new());
}

/// The same is sent for both of them, but for the order of the fields.
#[tokio::test]
async fn lookups_that_are_sent_as_one_are_each_refused() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let both = [&["Name"][..], &["Phone", "Name"]].map(|fields| {
        let mut lookup = lookup("Account", fields, "Nope", "x");
        let phone = Condition::is("Phone", Scalar::text("1"));
        lookup.conditions.push(phone);
        lookup
    });
    for answer in reader.real(&both).await {
        assert!(matches!(answer, Err(ReadError::Refused(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn one_wrong_field_does_not_spoil_what_was_asked_with_it() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let answers = reader
        .find_all(vec![
            lookup("User", &["Nonsense"], "Username", "x"),
            lookup("User", &["Username"], "Alias", "ada"),
            lookup("Nonsense", &[], "Name", "x"),
        ])
        .await;
    let refused = |answer: &Result<_, ReadError>| match answer {
        Err(ReadError::Refused(refusal)) => refusal.code.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(refused(&answers[0]), "INVALID_FIELD");
    assert_eq!(answers[1].as_ref().map(Vec::len), Ok(1));
    assert_eq!(refused(&answers[2]), "INVALID_TYPE");
}

#[tokio::test]
async fn free_queries_bind_values_and_descriptions_are_cut() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let binds = vec![usher_core::operation::Field {
        name: "name".into(),
        value: Scalar::text("First' OR Name != '"),
    }];
    let soql = "SELECT Name FROM PermissionSet WHERE Name = :name".to_owned();
    assert_eq!(reader.query(soql, binds).await, Ok(Vec::new()));
    let described = reader.describe_object("User".into(), vec!["username".into(), "Nope".into()]);
    let described: Value = described.await.expect("described").parse().expect("JSON");
    assert_eq!(described["username"]["name"], "Username");
    assert_eq!(described.as_object().map(serde_json::Map::len), Some(1));
}

/// Salesforce keeps no rows of `UserRecordAccess`, so they have no id to ask for or to sort by.
#[tokio::test]
async fn calculated_records_are_told_apart_by_what_they_are_about() {
    let org = TestOrg::new(FIXTURE);
    let ada = org.id("User", "Alias = 'ada'").await;
    let mut records = Vec::new();
    for name in ["First", "Second"] {
        records.push(org.create("Account", json!({ "Name": name })).await);
    }
    let reader = Reader::new(Arc::clone(&org.org));
    let mut access = lookup("UserRecordAccess", &["HasReadAccess"], "UserId", &ada);
    access.conditions.push(Condition {
        field: "RecordId".into(),
        any_of: records.iter().map(Scalar::text).collect(),
    });
    let answers = reader.find_all(vec![access]).await;
    let seen = answers[0].as_ref().expect("an answer");
    let seen: Vec<_> = seen.iter().map(|record| json!(record)).collect();
    let expected: Vec<_> = records
        .iter()
        .map(|id| json!({ "Id": id, "HasReadAccess": false }))
        .collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn components_are_read_once_and_as_they_will_be() {
    let org = TestOrg::new(FIXTURE);
    let reader = Reader::new(Arc::clone(&org.org));
    let name = |full_name: &str| ComponentName {
        kind: "Profile".into(),
        full_name: Scalar::text(full_name),
    };
    org.requests();
    let read = async |full_name: &str| {
        let answer = reader.read_component(name(full_name), Vec::new()).await;
        answer.expect("an answer")
    };
    assert_eq!(
        read("Minimum Access - Salesforce").await["custom"],
        json!(["false"])
    );
    assert_eq!(
        read("Minimum Access - Salesforce").await["custom"],
        json!(["false"])
    );
    assert_eq!(read("New").await, Value::Null);
    let count = async || {
        let listed = reader
            .list_components("Profile".into())
            .await
            .expect("an answer");
        listed.as_array().map(Vec::len).expect("a list")
    };
    let there = count().await;
    assert_eq!(count().await, there);
    assert_eq!(org.requests().len(), 3);
    let deploy = Operation::from(DeployComponents {
        components: vec![Component {
            name: name("New"),
            content: json!({"custom": ["true"]}).to_string(),
        }],
        removals: vec![name("Minimum Access - Salesforce")],
        options: Vec::new(),
    });
    let plan = StepPlan {
        changes: vec![Change {
            address: "new".into(),
            summary: String::new(),
            operation: deploy,
            after: Vec::new(),
            waits: Vec::new(),
            results: Vec::new(),
            undo: Undo::Nothing,
        }],
        ..StepPlan::default()
    };
    reader.plan_is(&Unit::step("s"), &plan);
    assert_eq!(read("New").await, json!({"custom": ["true"]}));
    assert_eq!(read("Minimum Access - Salesforce").await, Value::Null);
    assert_eq!(count().await, there);
    assert_eq!(org.requests(), Vec::<String>::new());
}
