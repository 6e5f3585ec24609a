//! A faults file: TOML, strict, every mistake reported with its place. `docs/practice-faults.md` describes it to
//! users.

use std::ops::Range;

use http::Method;
use toml::de::DeTable;
use usher_core::diagnostic::{Diagnostic, SourceText};

use crate::fault::file::keys::Keys;
use crate::fault::file::kinds::kind;
use crate::fault::pattern::Pattern;
use crate::fault::{Counted, Fault, Faults, On, Turn};

mod keys;
mod kinds;

/// A person writes a few; a program that tries out orders, some hundreds.
const FAULTS_MAX: usize = 1_000;

/// The bound of `nth`, `times` and `row`: more than any run sends.
const COUNT_MAX: i64 = 1_000_000;

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

fn wrong_type(key: &str, wanted: &str, span: Range<usize>) -> Diagnostic {
    mistake("wrong-type", format!("`{key}` is not {wanted}")).at(span)
}

fn mistake(what: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(&format!("faults/{what}"), message)
}
