//! Refusals of names in an expression that the language of recipes does not have: filters, tests, functions.

use crate::diagnostic::{did_you_mean, list};
use crate::recipe::expression::{FILTERS, TESTS};

/// The mistake, and what to write instead.
pub(in crate::recipe) type Refusal = (String, String);

/// Returns the reason why a filter may not be used, unless it may.
pub(in crate::recipe) fn filter(name: &str) -> Option<Refusal> {
    let known = FILTERS.contains(&name);
    (!known).then(|| {
        let help = did_you_mean(name, FILTERS.iter().copied());
        (format!("there is no filter `{name}`"), help)
    })
}

/// Returns the reason why a test may not be used, unless it may.
pub(in crate::recipe) fn test(name: &str) -> Option<Refusal> {
    let known = TESTS.contains(&name);
    (!known).then(|| {
        let help = did_you_mean(name, TESTS.iter().copied());
        (format!("there is no test `is {name}`"), help)
    })
}

/// Returns the reason why a function may not be called.
pub(in crate::recipe) fn call(name: &str) -> Refusal {
    let help = format!(
        "there are no functions; a filter is written `value | filter`: {}",
        list(FILTERS)
    );
    (format!("`{name}(…)` calls a function"), help)
}
