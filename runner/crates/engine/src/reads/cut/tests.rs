//! No query is longer than Salesforce takes, and nothing is lost by cutting.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use usher_core::limit;
use usher_core::operation::{Condition, Lookup};
use usher_core::value::Scalar;

use super::parts;
use crate::client::{Duplicates, target_bytes};
use crate::port::Reads;
use crate::reads::{Reader, merge};
use crate::testing::TestOrg;

/// Numbers that repeat with their seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % bound as u64).expect("below a bound")
    }

    fn value(&mut self) -> Scalar {
        let number = self.below(100_000);
        match self.below(6) {
            0 => Scalar::text(format!("Größe übt Mäßigung äöüß {number}")),
            1 => Scalar::text(format!("株式会社北海道札幌市中央区 {number}")),
            2 => Scalar::text(format!(
                "a.very.long.local.part.of.an.address.{number}@customers.example.com"
            )),
            3 => Scalar::text(format!("001Jca{number:09}AAA")),
            4 => Scalar::Number(number.to_string()),
            _ => Scalar::text(format!("it's \\ \"{number}\"")),
        }
    }

    fn lookup(&mut self) -> Lookup {
        let object = ["Account", "contact", "Contact", "UserRecordAccess"][self.below(4)];
        let names = ["Name", "Account.Owner.Name", "LastName", "Birth__c"];
        // One list may be long; a test below covers two long ones.
        let conditions = (0..1 + self.below(3)).map(|place| {
            let many = match place {
                0 => [1, 3, 250, 900][self.below(4)],
                _ => 1 + self.below(3),
            };
            Condition {
                field: names[self.below(4)].into(),
                any_of: (0..many).map(|_| self.value()).collect(),
            }
        });
        Lookup {
            object: object.into(),
            conditions: conditions.collect(),
            fields: (0..self.below(60))
                .map(|place| format!("Custom_Field_{place}__c"))
                .collect(),
        }
    }
}

/// Every combination that a lookup allows; of up to two lists.
fn pairs(lookup: &Lookup) -> BTreeSet<(String, String)> {
    let texts = |place: usize| -> Vec<String> {
        let condition = lookup.conditions.get(place);
        let values = condition.map(|one| one.any_of.iter().map(|one| one.to_json().to_string()));
        values.map_or(vec![String::new()], Iterator::collect)
    };
    let second = texts(1);
    let pair = |first: String| {
        second
            .iter()
            .map(move |second| (first.clone(), second.clone()))
    };
    texts(0).into_iter().flat_map(pair).collect()
}

#[test]
fn every_query_is_short_enough_and_every_combination_is_in_one() {
    for seed in 0..6 {
        let mut numbers = Numbers(seed);
        let lookups: Vec<Lookup> = (0..8).map(|_| numbers.lookup()).collect();
        for group in merge::groups(&lookups) {
            let soql = group.soql(Some(limit::ROWS_PER_CALL_MAX));
            let bytes = target_bytes(&soql);
            assert!(
                bytes <= limit::QUERY_BYTES_MAX,
                "seed {seed}: {bytes} bytes"
            );
        }
        for lookup in lookups.iter().filter(|lookup| lookup.conditions.len() < 3) {
            let parts = parts(lookup);
            let mut together = BTreeSet::new();
            let mut count = 0;
            for part in &parts {
                let pairs = pairs(part);
                count += pairs.len();
                together.extend(pairs);
            }
            assert_eq!(together, pairs(lookup), "seed {seed}");
            assert_eq!(
                count,
                together.len(),
                "seed {seed}: a combination in two pieces"
            );
        }
        for lookup in &lookups {
            for soql in merge::counts(lookup) {
                assert!(target_bytes(&soql) <= limit::QUERY_BYTES_MAX, "seed {seed}");
            }
        }
    }
}

#[test]
fn what_fits_is_not_cut_and_what_is_long_is_cut_evenly() {
    let of = |count: usize| Lookup {
        object: "Account".into(),
        fields: vec!["Name".into()],
        conditions: vec![Condition {
            field: "Id".into(),
            any_of: (0..count)
                .map(|number| Scalar::text(format!("001Jca{number:09}AAA")))
                .collect(),
        }],
    };
    let sizes = |count: usize| -> Vec<usize> {
        let parts = parts(&of(count));
        parts
            .iter()
            .map(|part| part.conditions[0].any_of.len())
            .collect()
    };
    assert_eq!(sizes(1_500), [1_500]);
    assert_eq!(sizes(2_400), [1_200, 1_200]);
    assert_eq!(sizes(5_001), [1_250, 1_250, 1_250, 1_251]);
    // Two that are long each become pieces of both.
    let mut both = of(2_400);
    both.conditions.push(Condition {
        field: "ParentId".into(),
        ..both.conditions[0].clone()
    });
    assert_eq!(parts(&both).len(), 16);
    let access = Lookup {
        object: "UserRecordAccess".into(),
        ..of(201)
    };
    assert_eq!(parts(&access).len(), 2);
    // A single value cannot be cut.
    let mut giant = of(1);
    giant.conditions[0].any_of = vec![Scalar::text("x".repeat(60_000))];
    assert_eq!(parts(&giant).len(), 1);
}

async fn make(org: &TestOrg, object: &str, rows: Vec<Value>) {
    for rows in rows.chunks(200) {
        let saved = org
            .org
            .create(object, rows.to_vec(), Duplicates::AsRuled)
            .await
            .expect("answered");
        for saved in saved {
            assert!(matches!(saved, crate::client::Saved::Id(_)), "{saved:?}");
        }
    }
}

/// The practice org refuses a request of more than 16,384 bytes like Salesforce.
#[tokio::test]
async fn hundreds_of_records_are_found_whatever_their_names() {
    let org = TestOrg::new("");
    let name = |number: usize| match number % 2 {
        0 => format!("Größe übt Mäßigung äöüß {number}"),
        _ => format!("株式会社北海道札幌市中央区 {number}"),
    };
    make(
        &org,
        "Account",
        (0..600)
            .map(|number| json!({ "Name": name(number) }))
            .collect(),
    )
    .await;
    let email = |number: usize| {
        format!("a.very.long.local.part.of.an.address.{number}@customers.example.com")
    };
    let contacts =
        (0..100).map(|number| json!({ "LastName": name(number), "Email": email(number) }));
    make(&org, "Contact", contacts.collect()).await;
    org.requests();
    let reader = Reader::new(Arc::clone(&org.org));
    let by_name = Lookup {
        object: "Account".into(),
        fields: vec!["Name".into()],
        conditions: vec![Condition {
            field: "Name".into(),
            any_of: (0..600).map(|number| Scalar::text(name(number))).collect(),
        }],
    };
    let found = reader
        .find_all(vec![by_name])
        .await
        .remove(0)
        .expect("found");
    assert_eq!(found.len(), 600);
    let ids: Vec<&Value> = found.iter().map(|record| &record["Id"]).collect();
    assert!(ids.is_sorted_by_key(|id| id.to_string()));
    let by_id = Lookup {
        object: "Account".into(),
        fields: vec!["OwnerId".into()],
        conditions: vec![Condition {
            field: "Id".into(),
            any_of: ids.iter().filter_map(|id| Scalar::from_json(id)).collect(),
        }],
    };
    let by_id = reader.find_all(vec![by_id]).await.remove(0);
    assert_eq!(by_id.expect("found").len(), 600);
    let keys = (0..100).map(|number| Lookup {
        object: "Contact".into(),
        fields: Vec::new(),
        conditions: vec![
            Condition::is("Email", Scalar::text(email(number))),
            Condition::is("LastName", Scalar::text(name(number))),
        ],
    });
    for found in reader.find_all(keys.collect()).await {
        assert_eq!(found.expect("found").len(), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_cut_is_too_much() {
    let org = TestOrg::new("");
    let reader = Reader::new(Arc::clone(&org.org));
    let giant = Lookup {
        object: "Account".into(),
        fields: Vec::new(),
        conditions: vec![Condition::is("Name", Scalar::text("x".repeat(60_000)))],
    };
    let found = reader.find_all(vec![giant]).await.remove(0);
    assert_eq!(
        found.expect_err("too much").to_string(),
        "a read of 60131 bytes cannot be cut; one may have 48000"
    );
    assert_eq!(org.requests(), Vec::<String>::new());
}
