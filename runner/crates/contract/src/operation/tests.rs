//! Operations are written as they were when their cases had fields of their own.

use serde_json::json;

use super::{CreateRecord, DeleteRecord, Field, Key, Operation, WaitOnly};
use crate::value::Scalar;

#[test]
fn an_operation_is_written_as_every_journal_has_it() {
    let create = Operation::from(CreateRecord {
        object: "Contact".into(),
        fields: vec![Field {
            name: "LastName".into(),
            value: Scalar::text("Meyer"),
        }],
        key: Key {
            conditions: Vec::new(),
            enforced: true,
        },
        options: Vec::new(),
    });
    let delete = Operation::from(DeleteRecord {
        object: "Contact".into(),
        id: Scalar::text("003000000000001AAA"),
    });
    let written = [
        (
            create,
            json!({"create": {
                "object": "Contact",
                "fields": [{"name": "LastName", "value": {"text": "Meyer"}}],
                "key": {"conditions": [], "enforced": true},
                "options": [],
            }}),
        ),
        (
            delete,
            json!({"delete": {"object": "Contact", "id": {"text": "003000000000001AAA"}}}),
        ),
        (Operation::from(WaitOnly), json!("wait-only")),
    ];
    for (operation, json) in written {
        assert_eq!(json!(operation), json);
        let read: Operation = serde_json::from_value(json).expect("it is an operation");
        assert_eq!(read, operation);
    }
}
