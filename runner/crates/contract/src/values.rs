//! A set of values of one field, compared as SOQL compares them.

use std::collections::HashMap;

use crate::value::Scalar;

/// Length of a record id without and with its checksum.
const ID_BYTES: [usize; 2] = [15, 18];

/// The key under which equal values stand together: equal values have one key, but values of one key need
/// not be equal. None: the value may equal values of other keys.
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
    // An id stands for one record in 15 and in 18 characters.
    if ID_BYTES.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return text[..ID_BYTES[0]].to_ascii_lowercase();
    }
    text.to_lowercase()
}

/// Values of one field without those that equal another one, in the order of insertion.
#[derive(Clone, Debug)]
pub struct Values {
    field: String,
    values: Vec<Scalar>,
    by_key: HashMap<Option<String>, Vec<usize>>,
}

impl Values {
    /// No values of `field`.
    pub fn new(field: &str) -> Self {
        Self {
            field: field.to_owned(),
            values: Vec::new(),
            by_key: HashMap::new(),
        }
    }

    /// These values of `field`.
    pub fn of<'a>(field: &str, all: impl IntoIterator<Item = &'a Scalar>) -> Self {
        let mut values = Self::new(field);
        for value in all {
            values.insert(value);
        }
        values
    }

    /// Takes a value in, unless an equal one is there.
    pub fn insert(&mut self, value: &Scalar) -> bool {
        if self.contains(value) {
            return false;
        }
        let place = self.values.len();
        self.by_key.entry(key(value)).or_default().push(place);
        self.values.push(value.clone());
        true
    }

    /// Whether an equal value is there.
    pub fn contains(&self, value: &Scalar) -> bool {
        let is_there = |place: &usize| self.values[*place].found_by(&self.field, value);
        match key(value) {
            None => self
                .values
                .iter()
                .any(|known| known.found_by(&self.field, value)),
            key => [key, None]
                .iter()
                .filter_map(|key| self.by_key.get(key))
                .any(|places| places.iter().any(is_there)),
        }
    }

    /// Whether every value of `other` is there.
    pub fn contains_all(&self, other: &[Scalar]) -> bool {
        other.iter().all(|value| self.contains(value))
    }

    /// The values, in the order of insertion.
    pub fn iter(&self) -> std::slice::Iter<'_, Scalar> {
        self.values.iter()
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
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
        ];
        let token = || Reference::Given(Token::of_text("s:a.id"));
        let mut samples: Vec<Scalar> = texts.into_iter().map(Scalar::text).collect();
        samples.extend(["0", "-0", "1", "1.0", "1.50", "x"].map(|n| Scalar::Number(n.to_owned())));
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
        for field in ["Id", "Name"] {
            holds_what_a_list_holds(field);
        }
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
            let mut without = without.map(|(_, other)| other);
            let set = Values::of(field, without.clone());
            assert_eq!(
                set.contains(value),
                without.any(|other| other.found_by(field, value))
            );
        }
        assert!(set.len() < samples.len() && !set.is_empty());
    }
}
