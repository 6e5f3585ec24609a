//! The way back of a change.

use usher_program::{Change, Undo as Wanted, Verb};
use usher_sdk::{Failure, Field, Scalar, TakeBack, Undo, UpdateRecord};

use crate::case::of as words;
use crate::known::Known;

/// The thing that a change makes or alters.
pub(crate) struct Made<'c> {
    pub(crate) object: &'c str,
    pub(crate) id: Scalar,
    pub(crate) is_new: bool,
}

pub(crate) fn of(change: &Change, made: &Made<'_>, known: &Known) -> Result<Undo, Failure> {
    let at = format!("`undo` of {}", words(change));
    let (set, stays, destroys) = match &change.undo {
        Wanted::Nothing => return Ok(Undo::Nothing),
        Wanted::Impossible(why) => return Ok(Undo::Impossible(known.shown(why, &at)?)),
        Wanted::Possible {
            set,
            stays,
            destroys,
        } => (set, stays, destroys),
    };
    // An `ensure` says how a new record is undone. Values of one that was there come back by themselves.
    let is_new_only = matches!(change.verb, Verb::Ensure { .. });
    let mut back = TakeBack::restore();
    if !set.is_empty() && (made.is_new || !is_new_only) {
        let mut operation = UpdateRecord::of(made.object, made.id.clone());
        for (field, value) in set {
            if let Some(value) = known.scalar(value, &at)? {
                operation.fields.push(Field::new(field, value));
            }
        }
        back = TakeBack::instead(operation);
    }
    if let Some(stays) = stays {
        back = back.stays(known.shown(stays, &at)?);
    }
    if let Some(destroys) = destroys {
        back = back.destroys(known.shown(destroys, &at)?);
    }
    Ok(back.into())
}
