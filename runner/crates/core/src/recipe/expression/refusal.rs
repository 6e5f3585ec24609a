//! Words of an expression that the language of recipes does not have: filters, tests, functions.

use crate::diagnostic::{did_you_mean, list};
use crate::recipe::expression::{FILTERS, TESTS};

/// What is wrong, and what to write instead.
pub(in crate::recipe) type Refusal = (String, String);

/// Why a filter may not be used.
pub(in crate::recipe) fn filter(name: &str) -> Option<Refusal> {
    let known = FILTERS.contains(&name);
    (!known).then(|| {
        let help = did_you_mean(name, FILTERS.iter().copied());
        (format!("there is no filter `{name}`"), help)
    })
}

/// Why a test may not be used.
pub(in crate::recipe) fn test(name: &str) -> Option<Refusal> {
    let known = TESTS.contains(&name);
    (!known).then(|| {
        let help = did_you_mean(name, TESTS.iter().copied());
        (format!("there is no test `is {name}`"), help)
    })
}

/// Why a function may not be called.
pub(in crate::recipe) fn call(name: &str) -> Refusal {
    let help = format!(
        "there are no functions; a filter is written `value | filter`: {}",
        list(FILTERS)
    );
    (format!("`{name}(…)` calls a function"), help)
}
