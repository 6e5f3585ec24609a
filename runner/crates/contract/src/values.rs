//! A set of values of one field, compared as SOQL compares them.

mod marks;

use std::collections::HashSet;

use crate::value::Scalar;
use marks::Marks;

/// Length of a record id without and with its checksum.
const ID_BYTES: [usize; 2] = [15, 18];

/// The key by which equal values are found: equal values have one key, but values of one key need not be equal. `None`:
/// the value may equal values of other keys.
pub fn key(value: &Scalar) -> Option<String> {
    Some(match value {
        Scalar::Nothing => String::new(),
        Scalar::Text(text) => text_key(text),
        Scalar::Truth(truth) => format!("truth {truth}"),
        Scalar::Number(number) => match number.parse::<f64>() {
            // Minus zero equals zero.
            Ok(number) => format!("number {}", number + 0.0),
            Err(_) => format!("number {number}"),
        },
        Scalar::Reference(_) => format!("reference {}", value.to_json()),
        _ => return None,
    })
}

fn text_key(text: &str) -> String {
    let text = text.trim();
    // An id names one record in 15 and in 18 characters.
    if ID_BYTES.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return text[..ID_BYTES[0]].to_ascii_lowercase();
    }
    text.to_lowercase()
}

/// Values up to which each is compared: a few comparisons take less time than the marks of one value.
const COMPARED_MAX: usize = 8;

/// Values of one field without duplicates, in the order of insertion.
#[derive(Clone, Debug)]
pub struct Values {
    field: Box<str>,
    values: Vec<Scalar>,
    /// The marks of all values, when these are more than [`COMPARED_MAX`].
    marks: Option<HashSet<String>>,
}

impl Values {
    /// No values of `field`.
    pub fn new(field: &str) -> Self {
        Self {
            field: field.into(),
            values: Vec::new(),
            marks: None,
        }
    }

    /// These values of `field`.
    pub fn of<'a>(field: &str, all: impl IntoIterator<Item = &'a Scalar>) -> Self {
        let all = all.into_iter();
        let mut values = Self::new(field);
        // There are many of one value, and room for four would be made.
        values.values.reserve_exact(all.size_hint().0);
        for value in all {
            values.insert(value);
        }
        values
    }

    /// Adds a value, unless it has an equal one.
    pub fn insert(&mut self, value: &Scalar) -> bool {
        if let Some(marks) = &mut self.marks {
            let own = Marks::of(&self.field, value);
            if own.looks_for.iter().any(|mark| marks.contains(mark)) {
                return false;
            }
            marks.extend(own.leaves);
            self.values.push(value.clone());
            return true;
        }
        if self.contains(value) {
            return false;
        }
        self.values.push(value.clone());
        if self.values.len() > COMPARED_MAX {
            let leaves = self.values.iter();
            let leaves = leaves.flat_map(|value| Marks::of(&self.field, value).leaves);
            self.marks = Some(leaves.collect());
        }
        true
    }

    /// Says whether it has an equal value.
    pub fn contains(&self, value: &Scalar) -> bool {
        let Some(marks) = &self.marks else {
            let mut values = self.values.iter();
            return values.any(|one| one.found_by(&self.field, value));
        };
        let looks_for = Marks::of(&self.field, value).looks_for;
        looks_for.iter().any(|mark| marks.contains(mark))
    }

    /// Says whether it has every value of `other`.
    pub fn contains_all(&self, other: &[Scalar]) -> bool {
        other.iter().all(|value| self.contains(value))
    }

    /// The field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The values, in the order of insertion.
    pub fn iter(&self) -> std::slice::Iter<'_, Scalar> {
        self.values.iter()
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Says whether it has no value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Values, key};
    use crate::value::{Piece, Reference};
    use crate::value::{Scalar, Token};

    /// Values that equal each other in every way that SOQL knows, and others.
    fn samples() -> Vec<Scalar> {
        let texts = [
            "",
            "a",
            "A",
            "ä",
            "Ä",
            "ß",
            "x y",
            "005Jca000000006",
            "005Jca000000006IAA",
            "005jca000000006",
            "005Jca000000006iaa",
            "partner2024user",
            "Partner2024User",
            "null",
            "true",
            "1",
            "李",
            "fifteen letters",
            " A\t",
            "2026-11-22",
            "2026-11-22T10:00:00.000+0000",
            "2026-11-22T11:00:00+01:00",
            "005Jca000000006AAA",
            "005JCA000000006",
            "005JCA000000006IAA",
        ];
        let token = || Reference::Given(Token::of_text("s:a.id"));
        let mut samples: Vec<Scalar> = texts.into_iter().map(Scalar::text).collect();
        samples.extend(
            [
                "0",
                "-0",
                "1",
                "1.0",
                "10e-1",
                "1.50",
                "x",
                "12345678901234567890",
                "12345678901234567891",
            ]
            .map(|n| Scalar::Number(n.to_owned())),
        );
        samples.extend([
            Scalar::Nothing,
            Scalar::Truth(true),
            Scalar::Truth(false),
            Scalar::Date("2026-11-22".to_owned()),
            Scalar::DateTime("2026-11-22T10:00:00Z".to_owned()),
            Scalar::Reference(token()),
            Scalar::Joined(vec![Piece::Text("a".into()), Piece::Reference(token())]),
        ]);
        samples
    }

    #[test]
    fn equal_values_have_one_key() {
        for a in samples() {
            for b in samples() {
                for field in ["Id", "Name"] {
                    if a.found_by(field, &b) && key(&a).is_some() && key(&b).is_some() {
                        assert_eq!(key(&a), key(&b), "{field}: {a:?} and {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_set_holds_what_a_list_holds() {
        for field in ["Id", "Name", "Account__c"] {
            holds_what_a_list_holds(field);
        }
    }

    /// Values that look alike in every way but one, so many that comparing each with each would be noticed.
    #[test]
    fn a_large_set_takes_no_time() {
        let dates =
            |at: usize| Scalar::Date(format!("20{:02}-{:02}-{:02}", at / 400, at % 12, at % 33));
        let ids = |at: usize| {
            let sign = |at: usize| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26]);
            Scalar::text(format!(
                "005Jca000000006{}{}{}",
                sign(at),
                sign(at / 26),
                sign(at / 676)
            ))
        };
        let cases = |at: usize| {
            let text = "0abcdefghijklmn".chars().enumerate();
            let text = text.map(|(place, sign)| match at >> place & 1 {
                1 => sign.to_ascii_uppercase(),
                _ => sign,
            });
            Scalar::text(text.collect::<String>())
        };
        let numbers = |at: usize| Scalar::Number(format!("1.00000000000000000000{at}1"));
        let begun = now();
        for make in [dates, ids, cases, numbers] as [fn(usize) -> Scalar; 4] {
            for field in ["Id", "Name", "Account__c"] {
                let all: Vec<Scalar> = (0..10_000).map(make).collect();
                assert!(Values::of(field, &all).contains_all(&all));
            }
        }
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    }

    #[expect(clippy::disallowed_methods, reason = "a test looks at the time")]
    fn now() -> std::time::Instant {
        std::time::Instant::now()
    }

    fn holds_what_a_list_holds(field: &str) {
        let samples = samples();
        let set = Values::of(field, &samples);
        for (place, value) in samples.iter().enumerate() {
            assert!(set.contains(value), "{value:?}");
            let without = samples
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != place);
            let set = Values::of(field, without.map(|(_, other)| other));
            // A text that is the instant of a date-time equals it, and no other such text.
            assert_eq!(
                set.contains(value),
                set.iter().any(|other| other.found_by(field, value)),
                "{field}: {value:?}"
            );
        }
        assert!(set.len() < samples.len() && !set.is_empty());
    }
}
