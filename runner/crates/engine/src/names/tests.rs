//! An org in German, in which labels of standard profiles come in German.

use usher_core::operation::{Condition, Lookup};
use usher_core::value::Scalar;

use super::full_names;
use crate::reads::Reader;
use crate::testing::TestOrg;

const GERMAN: &str = r#"
overlay = true

[translations.de.Profile]
"Customer Community User" = "Customer Community-Benutzer"

[[changes]]
ref = "admin"
fields = { LanguageLocaleKey = "de" }
"#;

#[tokio::test]
async fn full_names_are_in_no_language() {
    let org = TestOrg::new(GERMAN);
    let reader = Reader::new(org.org.clone());
    let lookup = Lookup {
        object: "Profile".into(),
        fields: vec!["Name".into()],
        conditions: vec![Condition::is(
            "Name",
            Scalar::text("Customer Community-Benutzer"),
        )],
    };
    let found = reader
        .real(&[lookup.clone()])
        .await
        .remove(0)
        .expect("an answer");
    let [profile] = found.as_slice() else {
        panic!("{found:?}");
    };
    let id = profile["Id"].as_str().expect("an id");
    let full_names = full_names(&reader).await.expect("an answer");
    assert_eq!(full_names.of_id(id), Some("Customer Community User"));
}
