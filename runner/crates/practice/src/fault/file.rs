//! A faults file: TOML, strict, every mistake told with its place. What it may say is written down for
//! users in `docs/practice-faults.md`.

use std::ops::Range;

use http::Method;
use toml::de::{DeTable, DeValue};
use usher_core::diagnostic::{Diagnostic, SourceText, did_you_mean};

use crate::fault::pattern::Pattern;
use crate::fault::{Counted, Fault, FaultKind, Faults, On, ThrottleStatus, Turn};

/// A person writes a few; a program that tries out orders, some hundreds.
const FAULTS_MAX: usize = 1_000;

/// An hour: no client of ours waits longer for anything.
const MS_MAX: i64 = 3_600_000;

/// What `nth`, `times` and `row` may be: more than any run sends.
const COUNT_MAX: i64 = 1_000_000;

const KINDS: [&str; 8] = [
    "fail-before",
    "unreachable",
    "lose-answer",
    "stall",
    "throttle",
    "lock",
    "busy",
    "job-error",
];

impl Faults {
    /// The faults that a file lists.
    ///
    /// # Errors
    ///
    /// Every mistake in it.
    pub fn parse(source: &SourceText) -> Result<Self, Vec<Diagnostic>> {
        let root = DeTable::parse(&source.text).map_err(|error| {
            let mistake = mistake("syntax", format!("not TOML: {}", error.message()));
            vec![mistake.at(error.span().unwrap_or(0..0))]
        })?;
        let mut found = Vec::new();
        let mut keys = Keys::new("a faults file", 0..0, root.get_ref());
        let seed = keys.number("seed", 0..=i64::MAX, &mut found);
        let tables = keys.tables("faults", &mut found);
        keys.finish(&mut found);
        if tables.len() > FAULTS_MAX {
            let message = format!("{} faults, more than {FAULTS_MAX}", tables.len());
            return Err(vec![mistake("too-many", message).at(0..0)]);
        }
        let faults = tables.into_iter().filter_map(|mut keys| {
            let fault = fault(&mut keys, &mut found);
            keys.finish(&mut found);
            fault
        });
        let counted = faults.map(|fault| Counted {
            fault,
            fitted: 0,
            happened: 0,
        });
        let counted: Vec<Counted> = counted.collect();
        if found.is_empty() {
            let seed = seed.map_or(1, i64::unsigned_abs);
            return Ok(Self { seed, counted });
        }
        found.sort_by_key(|mistake| mistake.span.as_ref().map(|span| span.start));
        Err(found)
    }
}

/// The fault of one table; none when there is a mistake in it.
fn fault(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<Fault> {
    let before = found.len();
    let kind = kind(keys, found);
    let on = match keys.choice("on", &["any", "read", "write"], found) {
        Some("read") => On::Read,
        Some("write") => On::Write,
        _ => On::Any,
    };
    let method = keys.choice(
        "method",
        &["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
        found,
    );
    let method = method.and_then(|name| Method::from_bytes(name.as_bytes()).ok());
    let path = keys.text("path", found).and_then(|(text, span)| {
        let pattern = Pattern::read(text);
        if pattern.is_none() {
            let message = format!("`{text}` does not begin with `/`");
            let help = "write a path without host and query, `*` for one part, `**` for any number";
            found.push(mistake("bad-path", message).at(span).help(help));
        }
        pattern
    });
    let nth = keys.number("nth", 1..=COUNT_MAX, found);
    let chance = keys.share("chance", found);
    if let (Some(_), Some(span)) = (nth, keys.place("chance")) {
        let message = "`nth` and `chance` exclude each other";
        let help = "say which request it is, or how likely it is to be one";
        found.push(mistake("contradiction", message).at(span).help(help));
    }
    let turn = chance.map_or(Turn::From(nth.map_or(1, i64::unsigned_abs)), Turn::Chance);
    let times = keys.times(found);
    let default = match turn {
        Turn::From(_) => Some(1),
        Turn::Chance(_) => None,
    };
    let kind = kind?;
    (found.len() == before).then_some(Fault {
        on,
        method,
        path,
        turn,
        times: times.unwrap_or(default),
        kind,
    })
}

fn kind(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<FaultKind> {
    let name = keys.required_choice("kind", &KINDS, found)?;
    Some(match name {
        "fail-before" => FaultKind::FailBefore,
        "unreachable" => FaultKind::Unreachable,
        "lose-answer" => FaultKind::LoseAnswer,
        "stall" => FaultKind::Stall {
            ms: keys
                .required_number("ms", 1..=MS_MAX, found)?
                .unsigned_abs(),
        },
        "throttle" => {
            let retry_after = keys.number("retry_after", 0..=MS_MAX / 1_000, found);
            let status = keys.number("status", 403..=503, found);
            let status = match status {
                Some(503) => ThrottleStatus::Unavailable,
                Some(403) | None => ThrottleStatus::Forbidden,
                Some(other) => {
                    let message =
                        format!("`status` is {other}: throttling answers with 403 or 503");
                    let place = keys.place("status").unwrap_or_default();
                    found.push(mistake("out-of-range", message).at(place));
                    return None;
                }
            };
            FaultKind::Throttle {
                status,
                retry_after_s: retry_after.map(i64::unsigned_abs),
            }
        }
        "lock" | "busy" => {
            let row = keys.number("row", 1..=COUNT_MAX, found);
            let row = row.map(i64::unsigned_abs);
            match name {
                "lock" => FaultKind::Lock { row },
                _ => FaultKind::Busy { row },
            }
        }
        _ => FaultKind::JobError,
    })
}

/// The keys of one table: each is taken by name, what is left at the end is a mistake.
struct Keys<'t> {
    what: String,
    span: Range<usize>,
    table: &'t DeTable<'t>,
    known: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    fn new(what: impl Into<String>, span: Range<usize>, table: &'t DeTable<'t>) -> Self {
        Self {
            what: what.into(),
            span,
            table,
            known: Vec::new(),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<(&'t DeValue<'t>, Range<usize>)> {
        self.known.push(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), value.span()))
    }

    fn place(&self, key: &str) -> Option<Range<usize>> {
        self.table.get(key).map(toml::Spanned::span)
    }

    fn text(
        &mut self,
        key: &'static str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(&'t str, Range<usize>)> {
        match self.take(key)? {
            (DeValue::String(text), span) => Some((text, span)),
            (_, span) => {
                found.push(wrong_type(key, "a text", span));
                None
            }
        }
    }

    fn choice(
        &mut self,
        key: &'static str,
        choices: &[&'static str],
        found: &mut Vec<Diagnostic>,
    ) -> Option<&'static str> {
        let (text, span) = self.text(key, found)?;
        let chosen = choices.iter().find(|choice| **choice == text);
        if chosen.is_none() {
            let help = did_you_mean(text, choices.iter().copied());
            let message = format!("`{key}` cannot be `{text}`");
            found.push(
                mistake(&format!("unknown-{key}"), message)
                    .at(span)
                    .help(help),
            );
        }
        chosen.copied()
    }

    fn required_choice(
        &mut self,
        key: &'static str,
        choices: &[&'static str],
        found: &mut Vec<Diagnostic>,
    ) -> Option<&'static str> {
        if self.place(key).is_none() {
            self.lacks(key, found);
        }
        self.choice(key, choices, found)
    }

    fn number(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<i64>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<i64> {
        let (value, span) = self.take(key)?;
        let number = match value {
            DeValue::Integer(integer) => {
                i64::from_str_radix(integer.as_str(), integer.radix()).ok()
            }
            _ => {
                found.push(wrong_type(key, "a whole number", span));
                return None;
            }
        };
        let fits = number.filter(|number| range.contains(number));
        if fits.is_none() {
            let message = format!(
                "`{key}` is not a whole number from {} to {}",
                range.start(),
                range.end()
            );
            found.push(mistake("out-of-range", message).at(span));
        }
        fits
    }

    fn required_number(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<i64>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<i64> {
        if self.place(key).is_none() {
            self.lacks(key, found);
        }
        self.number(key, range, found)
    }

    /// A probability: above 0, at most 1.
    fn share(&mut self, key: &'static str, found: &mut Vec<Diagnostic>) -> Option<f64> {
        let (value, span) = self.take(key)?;
        let number = match value {
            DeValue::Integer(integer) => integer.as_str().parse::<f64>().ok(),
            DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
            _ => {
                found.push(wrong_type(key, "a number", span));
                return None;
            }
        };
        let share = number.filter(|number| *number > 0.0 && *number <= 1.0);
        if share.is_none() {
            let message = format!("`{key}` is not a number above 0 and at most 1");
            found.push(mistake("out-of-range", message).at(span));
        }
        share
    }

    /// How often: a number, or `"always"`, which is none.
    fn times(&mut self, found: &mut Vec<Diagnostic>) -> Option<Option<u64>> {
        if let Some(DeValue::String(_)) = self.table.get("times").map(toml::Spanned::get_ref) {
            return self.choice("times", &["always"], found).map(|_| None);
        }
        let number = self.number("times", 1..=COUNT_MAX, found)?;
        Some(Some(number.unsigned_abs()))
    }

    /// The tables of a list of tables.
    fn tables(&mut self, key: &'static str, found: &mut Vec<Diagnostic>) -> Vec<Keys<'t>> {
        let (values, span) = match self.take(key) {
            Some((DeValue::Array(values), span)) => (values, span),
            Some((_, span)) => {
                found.push(wrong_type(key, "a list of tables", span));
                return Vec::new();
            }
            None => {
                self.lacks(key, found);
                return Vec::new();
            }
        };
        let tables = values.iter().enumerate().filter_map(|(place, value)| {
            let DeValue::Table(table) = value.get_ref() else {
                found.push(wrong_type(key, "a list of tables", span.clone()));
                return None;
            };
            Some(Keys::new(
                format!("fault {}", place + 1),
                value.span(),
                table,
            ))
        });
        tables.collect()
    }

    fn lacks(&self, key: &str, found: &mut Vec<Diagnostic>) {
        let message = format!("{} lacks `{key}`", self.what);
        found.push(mistake("missing-key", message).at(self.span.clone()));
    }

    fn finish(&self, found: &mut Vec<Diagnostic>) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if self.known.contains(&name) {
                continue;
            }
            let message = format!("{} knows no key `{name}`", self.what);
            let help = did_you_mean(name, self.known.iter().copied());
            found.push(mistake("unknown-key", message).at(key.span()).help(help));
        }
    }
}

fn wrong_type(key: &str, wanted: &str, span: Range<usize>) -> Diagnostic {
    mistake("wrong-type", format!("`{key}` is not {wanted}")).at(span)
}

fn mistake(what: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(&format!("faults/{what}"), message)
}
