//! The cases of a change: one, or one for each record of a list.

use usher_program::{Change, Fields};
use usher_sdk::{Failure, Field, Record};

use crate::known::Known;

/// One case of a change: its address, and the values that hold for it.
pub(crate) struct Case {
    pub(crate) address: String,
    pub(crate) known: Known,
}

/// The cases whose `when` holds.
pub(crate) fn cases(change: &Change, known: &Known) -> Result<Vec<Case>, Failure> {
    let mut cases = vec![];
    match &change.each {
        None => cases.push(Case {
            address: change.name.clone(),
            known: known.clone(),
        }),
        Some(each) => {
            for (label, record) in known.each(each)? {
                cases.push(Case {
                    address: format!("{}/{label}", change.name),
                    known: known.at(each, &record),
                });
            }
        }
    }
    let mut holding = vec![];
    for case in cases {
        if case.known.holds(change.when.as_ref(), &of(change))? {
            holding.push(case);
        }
    }
    Ok(holding)
}

/// The change in messages.
pub(crate) fn of(change: &Change) -> String {
    format!("the change `{}`", change.name)
}

/// The fields that are not as wanted, with the values that they get.
pub(crate) fn differing(
    change: &Change,
    record: &Record,
    set: &Fields,
    known: &Known,
) -> Result<Vec<Field>, Failure> {
    let mut fields = vec![];
    for (field, value) in set {
        let at = format!("`{field}` of {}", of(change));
        let Some(value) = known.scalar(value, &at)? else {
            continue;
        };
        if !record.value(field)?.is_as_wanted(field, value.clone()) {
            fields.push(Field::new(field, value));
        }
    }
    Ok(fields)
}
