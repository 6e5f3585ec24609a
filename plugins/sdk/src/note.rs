//! Messages of a plugin to a person: notes, problems, and the reason why there is no plan.

use crate::{Deferral, Diagnostic, Failure, Severity};

impl Diagnostic {
    /// The step cannot go on. `at`: JSON Pointer into the input, empty for the input as a whole.
    pub fn error(code: &str, at: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, at.into(), summary.into())
    }

    /// It goes on, but a person should look.
    pub fn warning(code: &str, at: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, at.into(), summary.into())
    }

    /// Good to know.
    pub fn info(code: &str, at: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new(Severity::Info, code, at.into(), summary.into())
    }

    /// Adds the remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The document or API page that the rule comes from.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    fn new(severity: Severity, code: &str, at: String, summary: String) -> Self {
        Self {
            severity,
            code: code.to_owned(),
            summary,
            remedy: None,
            rule: None,
            at,
        }
    }
}

impl Failure {
    /// One thing is wrong with the input.
    pub fn invalid(what: Diagnostic) -> Self {
        Self::Invalid(vec![what])
    }

    /// The org is not ready in one thing.
    pub fn unmet(what: Diagnostic) -> Self {
        Self::Unmet(vec![what])
    }

    /// The step cannot be planned before the value of `token` is known.
    pub fn deferred(token: &str, reason: &str) -> Self {
        Self::Deferred(Deferral {
            waiting_for: vec![token.to_owned()],
            reason: reason.to_owned(),
            likely: vec![],
        })
    }
}

/// All problems of a plan, so that they are reported at once.
///
/// ```
/// use usher_sdk::{Diagnostic, Failure, Problems};
///
/// let mut problems = Problems::default();
/// problems.unmet(Diagnostic::error("user-inactive", "/user", "The user is inactive"));
/// problems.invalid(Diagnostic::error("unknown-set", "/sets/0", "There is no set `A`"));
/// let Err(Failure::Invalid(both)) = problems.none() else { panic!("something is invalid") };
/// assert_eq!(both.len(), 2);
/// ```
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Diagnostic>,
    invalid: bool,
}

impl Problems {
    /// Something is wrong with the input.
    pub fn invalid(&mut self, what: Diagnostic) {
        self.invalid = true;
        self.found.push(what);
    }

    /// The org is not ready.
    pub fn unmet(&mut self, what: Diagnostic) {
        self.found.push(what);
    }

    /// Goes on when there is no problem.
    ///
    /// # Errors
    ///
    /// There is one: all of them, as `invalid` when a change of the input is needed, else as `unmet`.
    pub fn none(self) -> Result<(), Failure> {
        match (self.found.is_empty(), self.invalid) {
            (true, _) => Ok(()),
            (false, true) => Err(Failure::Invalid(self.found)),
            (false, false) => Err(Failure::Unmet(self.found)),
        }
    }
}

/// "`a`, `b` and `c`".
pub fn ticked<T: AsRef<str>>(names: &[T]) -> String {
    let ticked: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match ticked.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
