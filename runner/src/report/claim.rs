//! The claim of an effect, as data and in Usher's words: other steps are planned with it.

use usher_core::change::{Change, Consequence, Effect};
use usher_core::operation::{Condition, ConfigureSettings};

use crate::page::Page;
use crate::report::Detail;
use crate::report::words::{self, count};

/// The claim, below the plugin's sentence about it. `changes`: those of its plan.
pub(super) fn lines(
    effect: &Effect,
    changes: &[Change],
    detail: Detail,
    indent: usize,
    page: &mut Page,
) {
    let claim = match &effect.consequence {
        Consequence::Appears {
            object,
            fields,
            key,
            ..
        } => {
            let fields = words::fields(fields, detail);
            let key = match key.is_empty() {
                true => String::new(),
                false => format!(", found by {}", conditions(key, detail)),
            };
            format!("a new {object} {{ {fields} }}{key}")
        }
        Consequence::Alters { object, id, fields } => {
            let (id, fields) = (words::scalar(id, detail), words::fields(fields, detail));
            format!("{object} {id} {{ {fields} }}")
        }
        Consequence::Disappears { object, id } => {
            format!("{object} {} is gone", words::scalar(id, detail))
        }
        Consequence::Configures { settings, fields } => {
            format!(
                "settings {settings} {{ {} }}",
                words::fields(fields, detail)
            )
        }
        Consequence::Opens { objects, fields } => {
            let mut opened = objects.clone();
            opened.extend(fields.iter().map(|opened| {
                let initial = words::scalar(&opened.initial, detail);
                format!("{}.{}: {initial}", opened.object, opened.field)
            }));
            format!("there is {}", opened.join(", "))
        }
        Consequence::Takes {
            object, id, amount, ..
        } => format!("{amount} of {object} {}", words::scalar(id, detail)),
        Consequence::Mails { recipients, to } => {
            let to: Vec<String> = to.iter().map(|to| words::scalar(to, detail)).collect();
            let to = match to.is_empty() {
                true => String::new(),
                false => format!(": {}", to.join(", ")),
            };
            match recipients {
                Some(recipients) => format!("{}{to}", count(*recipients as usize, "mail")),
                None => format!("mails{to}"),
            }
        }
        Consequence::Other => return,
    };
    let beyond = match is_beyond(effect, changes) {
        true => " beyond what it writes",
        false => "",
    };
    page.line(indent, format!("predicted{beyond}: {claim}"));
}

/// Says whether an effect is about an object or settings that no change of its plan writes: the plugin alone says that
/// one leads to the other.
fn is_beyond(effect: &Effect, changes: &[Change]) -> bool {
    let writes = |name: &str| {
        changes.iter().any(|change| {
            let object = change.operation.collection().map(|(object, _)| object);
            let settings = change.operation.of::<ConfigureSettings>();
            let settings = settings.map(|configure| configure.settings.as_str());
            [object, settings]
                .into_iter()
                .flatten()
                .any(|written| written.eq_ignore_ascii_case(name))
        })
    };
    match &effect.consequence {
        Consequence::Appears { object, .. }
        | Consequence::Alters { object, .. }
        | Consequence::Disappears { object, .. } => !writes(object),
        Consequence::Configures { settings, .. } => !writes(settings),
        Consequence::Opens { .. } => true,
        Consequence::Takes { .. } | Consequence::Mails { .. } | Consequence::Other => false,
    }
}

/// "Username = a or b, IsActive = true".
pub(super) fn conditions(conditions: &[Condition], detail: Detail) -> String {
    let conditions = conditions.iter().map(|condition| {
        let values = condition.any_of.iter();
        let values: Vec<String> = values.map(|value| words::scalar(value, detail)).collect();
        format!("{} = {}", condition.field, values.join(" or "))
    });
    conditions.collect::<Vec<_>>().join(", ")
}
