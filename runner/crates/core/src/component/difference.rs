//! The differences of two contents, one line for each value, for people.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::component::{Content, identity};

/// One value that differs. `before` or `after` is `None` where the content does not have the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `userPermissions ApiEnabled: enabled`
    pub at: String,
    /// A text, or a placeholder for a value that is not known yet.
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Returns the values in which `after` differs from `before`, ordered by place. A value of an element that occurs more
/// than once was either added or removed.
pub fn differences(before: &Content, after: &Content) -> Vec<Difference> {
    let mut before = values(before);
    let mut all = Vec::new();
    for (at, wanted) in values(after) {
        let had = before.remove(&at).unwrap_or_default();
        let new: Vec<&Value> = wanted.iter().filter(|value| !had.contains(value)).collect();
        let gone: Vec<&Value> = had.iter().filter(|value| !wanted.contains(value)).collect();
        for place in 0..new.len().max(gone.len()) {
            let one = |values: &[&Value]| values.get(place).map(|value| (*value).clone());
            all.push(Difference {
                at: at.clone(),
                before: one(&gone),
                after: one(&new),
            });
        }
    }
    for (at, gone) in before {
        for value in gone {
            all.push(Difference {
                at: at.clone(),
                before: Some(value),
                after: None,
            });
        }
    }
    all.sort_by(|one, other| one.at.cmp(&other.at));
    all
}

/// Every value by its place.
fn values(content: &Content) -> BTreeMap<String, Vec<Value>> {
    let mut found = BTreeMap::new();
    collect(content, "", &mut found);
    found
}

fn collect(content: &Content, below: &str, found: &mut BTreeMap<String, Vec<Value>>) {
    for (element, occurrences) in content {
        for one in occurrences.as_array().into_iter().flatten() {
            match one {
                Value::Object(part) if !part.keys().any(|key| key.starts_with('$')) => {
                    let own = identity(element, part).unwrap_or_default();
                    let below = format!("{below}{element} {own}");
                    collect(part, &format!("{}: ", below.trim_end()), found);
                }
                value => {
                    let at = format!("{below}{element}");
                    found.entry(at).or_default().push(value.clone());
                }
            }
        }
    }
}
