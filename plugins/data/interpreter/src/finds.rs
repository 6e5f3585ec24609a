//! Reads what the program looks for. What does not depend on each other is read in one go.

use usher_program::{Expect, Find, Program, Source};
use usher_sdk::{Condition, Diagnostic, Failure, Lookup, Org, Problems, Record, ticked};

use crate::known::{Found, Known};

/// Records that a message names.
const NAMED_MAX: usize = 5;

/// Reads everything.
///
/// # Errors
///
/// The org is not as the program expects: all reasons of one round.
pub(crate) fn read(program: &Program, known: &mut Known, org: &dyn Org) -> Result<(), Failure> {
    let mut left: Vec<&Find> = program.finds.iter().collect();
    while !left.is_empty() {
        let (ready, later): (Vec<&Find>, Vec<&Find>) =
            left.iter().partition(|find| is_ready(find, &left));
        if ready.is_empty() {
            return Err(Failure::Broken("its finds depend on each other".to_owned()));
        }
        round(&ready, known, org)?;
        left = later;
    }
    Ok(())
}

/// Says that a find needs none of those that are still to be read.
fn is_ready(find: &Find, left: &[&Find]) -> bool {
    let mut roots = vec![];
    if let Some(when) = &find.when {
        when.roots(&mut roots);
    }
    if let Source::Records { conditions, .. } = &find.source {
        let values = conditions.iter().map(|(_, value)| value);
        values.for_each(|value| value.roots(&mut roots));
    }
    !roots
        .iter()
        .any(|root| left.iter().any(|other| other.name == *root))
}

fn round(finds: &[&Find], known: &mut Known, org: &dyn Org) -> Result<(), Failure> {
    let mut asked: Vec<&Find> = vec![];
    let mut lookups: Vec<Lookup> = vec![];
    for find in finds {
        let of = format!("the find `{}`", find.name);
        if !known.holds(find.when.as_ref(), &of)? {
            let nothing = found(find, vec![]);
            known.found.insert(find.name.clone(), nothing);
            continue;
        }
        match &find.source {
            Source::Settings(name) => {
                let settings = org.get_settings(name)?;
                known
                    .found
                    .insert(find.name.clone(), Found::Settings(settings));
            }
            Source::Records { .. } => {
                lookups.push(lookup(find, known, &of)?);
                asked.push(find);
            }
        }
    }
    let mut problems = Problems::default();
    for (find, answer) in asked.iter().zip(org.find_all(&lookups)) {
        let records = answer?;
        expect(find, &records, known, &mut problems)?;
        known.found.insert(find.name.clone(), found(find, records));
    }
    problems.none()
}

fn lookup(find: &Find, known: &Known, of: &str) -> Result<Lookup, Failure> {
    let Source::Records {
        object,
        conditions,
        fields,
        ..
    } = &find.source
    else {
        return Err(Failure::Broken(format!("{of} reads no records")));
    };
    let mut lookup = Lookup::of(object.as_str()).read(fields.iter().map(String::as_str));
    for (field, value) in conditions {
        let any_of = known.scalars(value, &format!("`{field}` of {of}"))?;
        lookup.conditions.push(Condition {
            field: field.clone(),
            any_of,
        });
    }
    Ok(lookup)
}

fn found(find: &Find, records: Vec<Record>) -> Found {
    if find.expect.is_single() {
        return Found::Single(records.into_iter().next());
    }
    let called = match &find.source {
        Source::Records { called, .. } => called.clone(),
        Source::Settings(_) => None,
    };
    Found::Many { records, called }
}

/// Notes a problem when the number of records is not the one that the program expects.
fn expect(
    find: &Find,
    records: &[Record],
    known: &Known,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let (what, is_several) = match (find.expect, records.len()) {
        (Expect::Any, _)
        | (Expect::One, 1)
        | (Expect::AtMostOne, 0 | 1)
        | (Expect::Some, 1..)
        | (Expect::None, 0) => return Ok(()),
        (Expect::One | Expect::Some, 0) => ("not-found", false),
        (Expect::None, _) => ("there", false),
        (Expect::One | Expect::AtMostOne, _) => ("not-unique", true),
    };
    let message = &find.otherwise;
    let of = format!("the message of the find `{}`", find.name);
    let summary = match is_several {
        true => several(find, records),
        false => known.shown(&message.summary, &of)?,
    };
    let code = match message.code.as_str() {
        "" => format!("{}-{what}", find.name.replace('_', "-")),
        code => code.to_owned(),
    };
    let at = find.input.as_ref().map(|input| format!("/{input}"));
    let mut diagnostic = Diagnostic::error(&code, at.clone().unwrap_or_default(), summary);
    if let Some(remedy) = &message.remedy {
        diagnostic = diagnostic.remedy(known.shown(remedy, &of)?);
    }
    match at {
        Some(_) => problems.invalid(diagnostic),
        None => problems.unmet(diagnostic),
    }
    Ok(())
}

fn several(find: &Find, records: &[Record]) -> String {
    let Source::Records { object, called, .. } = &find.source else {
        return String::new();
    };
    let field = called.as_deref().unwrap_or("Id");
    let names = records.iter().filter_map(|record| record.text(field).ok());
    let names: Vec<&str> = names.take(NAMED_MAX).collect();
    let more = match records.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{} records of `{object}` match where one is meant: {}{more}",
        records.len(),
        ticked(&names)
    )
}
