//! What a saved plan would do otherwise now, one line each.

use serde_json::Value;
use usher_core::difference::{Detail, Difference, Subject, Way};

use crate::report::words;

/// Longest value that is shown; of longer ones is said only that they differ. The JSON has them whole.
const VALUE_CHARS_MAX: usize = 60;

/// The differences, with a heading; nothing when there are none.
pub(super) fn text(differences: &[Difference]) -> String {
    if differences.is_empty() {
        return String::new();
    }
    let mut text = "Otherwise than approved:\n".to_owned();
    for difference in differences {
        text.push_str(&line(difference));
        text.push('\n');
    }
    text
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
    // What became of a step says its summary.
    let details = match difference.subject {
        Subject::Step => &[],
        _ => difference.details.as_slice(),
    };
    let details: Vec<String> = details.iter().map(detail).collect();
    let details = match details.is_empty() {
        true => String::new(),
        false => format!(": {}", details.join("; ")),
    };
    format!(
        "  {sign} {step}{effect}{way}{}{details}",
        difference.summary
    )
}

fn detail(detail: &Detail) -> String {
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
        Value::Null => return Some("nothing".to_owned()),
        other => words::value(other),
    };
    (text.chars().count() <= VALUE_CHARS_MAX).then(|| format!("`{text}`"))
}
