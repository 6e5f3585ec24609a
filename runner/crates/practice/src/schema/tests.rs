//! The schema holds together: names and prefixes are unique, references lead somewhere.

use std::collections::BTreeSet;

use crate::schema::{FieldKind, OBJECTS, object};

#[test]
fn names_and_prefixes_are_unique() {
    let mut seen = BTreeSet::new();
    for object in OBJECTS {
        assert!(seen.insert(object.name.to_lowercase()), "{}", object.name);
        assert!(seen.insert(object.prefix.to_owned()), "{}", object.prefix);
        assert_eq!(object.prefix.len(), 3);
        let mut fields = BTreeSet::new();
        for field in object.fields() {
            assert!(
                fields.insert(field.name.to_lowercase()),
                "{}.{}",
                object.name,
                field.name
            );
        }
    }
}

#[test]
fn references_lead_to_objects() {
    for from in OBJECTS {
        for field in from.fields() {
            if let FieldKind::Reference { to, .. } = field.kind {
                assert!(!to.is_empty());
                for target in to {
                    assert!(object(target).is_some(), "{}.{}", from.name, field.name);
                }
            }
        }
    }
}
