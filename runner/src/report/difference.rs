//! The differences between a saved plan and a plan of now, one line each.

use serde_json::Value;
use usher_core::difference::{self, Difference, Subject, Way};
use usher_core::text;

use crate::page::Page;
use crate::report::{Detail, words};

/// Longest value that is shown; longer ones are only reported as different. The JSON has them whole.
const VALUE_CHARS_MAX: usize = 60;

/// Adds the differences, with a heading; nothing when there are none.
pub(super) fn lines(differences: &[Difference], page: &mut Page) {
    if differences.is_empty() {
        return;
    }
    page.line(0, "Otherwise than approved:");
    for difference in differences {
        page.line(2, line(difference));
    }
}

fn line(difference: &Difference) -> String {
    let (sign, way) = match difference.way {
        Way::Added => ("+", "new: "),
        Way::Removed => ("-", "not any more: "),
        Way::Changed => ("~", ""),
    };
    let effect = match difference.subject {
        Subject::Effect => "> ",
        _ => "",
    };
    let step = match &difference.step {
        Some(step) => format!("{step}  "),
        None => String::new(),
    };
    // The summary of a step shows its result.
    let details = match difference.subject {
        Subject::Step => &[],
        _ => difference.details.as_slice(),
    };
    let details: Vec<String> = details.iter().map(detail).collect();
    let details = match details.is_empty() {
        true => String::new(),
        false => format!(": {}", details.join("; ")),
    };
    let summary = match difference.subject {
        Subject::Change | Subject::Effect => words::said(&difference.summary),
        Subject::Input | Subject::Step => text::sentence(&difference.summary),
    };
    format!("{sign} {step}{effect}{way}{summary}{details}")
}

fn detail(detail: &difference::Detail) -> String {
    match (shown(&detail.approved), shown(&detail.now)) {
        (Some(approved), Some(now)) => {
            format!("`{}` was {approved}, is {now} now", detail.what)
        }
        _ => format!("{} is not the same", detail.what),
    }
}

/// None: too long to be shown.
fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return Some(text::NOTHING.to_owned()),
        other => words::value(other, Detail::Full),
    };
    let is_short = text.chars().count() <= VALUE_CHARS_MAX;
    // A text that has quotes already needs no others.
    is_short.then(|| match text.starts_with('"') {
        true => text,
        false => format!("`{text}`"),
    })
}
