//! Texts that decide which other values a value equals, so that equal values are found without comparing every pair.
//! SOQL's sameness is not an equality: a day equals every text that is that day, and these texts do not equal each
//! other. A value therefore leaves marks, and looks for others.

use usher_sameness::{id, is_id_field, number, stored, time};

use crate::value::Scalar;

/// Length of a record id with its checksum.
const ID_BYTES: usize = 18;

/// The marks of one value.
#[derive(Default)]
pub(super) struct Marks {
    /// Marks by which the value is found.
    pub(super) leaves: Vec<String>,
    /// Marks of the values that it equals: a value that left one of them is equal.
    pub(super) looks_for: Vec<String>,
}

impl Marks {
    /// The marks of a value of `field`.
    pub(super) fn of(field: &str, value: &Scalar) -> Self {
        let mut marks = Self::default();
        match value {
            Scalar::Text(text) if !stored(text).is_empty() => marks.text(field, stored(text)),
            Scalar::Nothing | Scalar::Text(_) => marks.both("nothing", ""),
            Scalar::Truth(truth) => marks.both("truth", &truth.to_string()),
            Scalar::Number(text) => match number::canonical(text) {
                Some(number) => marks.both("number", &number),
                None => marks.both("no number", text),
            },
            Scalar::Date(text) => marks.time("day", text, time::day(text)),
            Scalar::DateTime(text) => marks.time("instant", text, time::instant(text)),
            Scalar::Reference(_) | Scalar::Joined(_) => {
                marks.both("unknown", &value.to_json().to_string());
            }
        }
        marks
    }

    fn leave(&mut self, kind: &str, text: &str) {
        self.leaves.push(format!("{kind} {text}"));
    }

    fn look(&mut self, kind: &str, text: &str) {
        self.looks_for.push(format!("{kind} {text}"));
    }

    fn both(&mut self, kind: &str, text: &str) {
        self.leave(kind, text);
        self.look(kind, text);
    }

    /// A date or a date-time equals others at that time, and texts of that time.
    fn time(&mut self, kind: &str, text: &str, at: Option<i64>) {
        let written = format!("{kind} as");
        self.both(&written, text);
        self.look(&format!("text for {written}"), text);
        if let Some(at) = at {
            self.both(kind, &at.to_string());
            self.look(&format!("text for {kind}"), &at.to_string());
        }
    }

    fn text(&mut self, field: &str, text: &str) {
        for (kind, at) in [("day", time::day(text)), ("instant", time::instant(text))] {
            let written = format!("{kind} as");
            self.look(&written, text);
            self.leave(&format!("text for {written}"), text);
            if let Some(at) = at {
                self.look(kind, &at.to_string());
                self.leave(&format!("text for {kind}"), &at.to_string());
            }
        }
        let folded = text.to_lowercase();
        // Two ids are compared as ids, anything else as texts. In a custom field, only an id with its checksum shows
        // that both are ids.
        let custom = field.ends_with("__c");
        let id = match is_id_field(field) || custom {
            true => id::canonical(text),
            false => None,
        };
        self.leave("text", &folded);
        let Some(id) = id else {
            self.leave("word", &folded);
            self.leave("word or short", &folded);
            self.look("text", &folded);
            return;
        };
        self.look("long id", &id);
        if custom && text.len() < ID_BYTES {
            self.leave("short id", &id);
            self.leave("word or short", &folded);
            self.look("word or short", &folded);
        } else {
            self.leave("long id", &id);
            self.look("short id", &id);
            self.look("word", &folded);
        }
    }
}
