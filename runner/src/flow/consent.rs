//! Approval of a plan: by a flag, a policy, an approval that was given before, or a person who is asked
//! now. What is lost for good is asked for by itself.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::known::Known;
use usher_core::policy::{Asks, Broken, Judged};
use usher_core::run::Approval;
use usher_core::value::Token;

use crate::approval::Taken;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::{Answer, Attendant, Question, Subject};
use crate::policy;
use crate::wording::count;

/// The code of a plan that nobody could be asked about.
pub(super) const NOT_APPROVED: &str = "apply/not-approved";

/// The most things that an error names which would be lost.
const NAMED_MAX: usize = 20;

/// Approvals that a person gives beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Consent {
    /// The plan that is shown.
    pub(crate) shown: bool,
    /// The steps that are planned only during the run.
    pub(crate) later: bool,
    /// The loss of what is lost for good.
    pub(crate) destroy: bool,
}

/// A plan that is to be approved.
pub(crate) struct Asking<'a> {
    pub(crate) subject: Subject,
    /// The judgement of the policies.
    pub(crate) judged: &'a Judged,
    /// The things that are lost for good.
    pub(crate) destroyed: &'a [String],
    /// An approval that was given before.
    pub(crate) written: Option<&'a Taken>,
    /// The names of a production org, of which a person types one. Empty: yes is enough.
    pub(crate) names: &'a [String],
}

/// The result of asking.
pub(crate) enum Asked {
    Approved(Approval),
    /// The person says no.
    Declined,
    /// The person wants the command to stop.
    Stopped,
}

impl Asking<'_> {
    /// Finds out who approves it.
    ///
    /// # Errors
    ///
    /// A policy refuses it, or there is nobody who could be asked.
    pub(crate) async fn answer(
        &self,
        consent: Consent,
        attendant: &mut dyn Attendant,
    ) -> Result<Asked, Error> {
        if !self.judged.refused.is_empty() {
            return Err(policy::refused(&self.judged.refused));
        }
        let by = match (self.written, &self.judged.asks) {
            (Some(taken), _) => Approval::Written(taken.approval.clone()),
            (None, _) if consent.shown => Approval::Flag,
            (None, Asks::Nobody) if self.names.is_empty() => Approval::Policy,
            (None, asks) => {
                let because = match asks {
                    Asks::Because(rules) => rules.as_slice(),
                    Asks::Always | Asks::Nobody => &[],
                };
                let question = Question::Approve {
                    subject: self.subject,
                    because,
                    names: self.names,
                };
                match attendant.asked(&question).await {
                    Answer::Yes => Approval::Person,
                    Answer::No => return Ok(Asked::Declined),
                    Answer::Stop => return Ok(Asked::Stopped),
                    Answer::Nobody => return Err(not_approved(because)),
                }
            }
        };
        let is_covered = consent.destroy || self.written.is_some_and(|taken| taken.destroys);
        if self.destroyed.is_empty() || is_covered {
            return Ok(Asked::Approved(by));
        }
        match attendant.asked(&Question::Destroy(self.destroyed)).await {
            Answer::Yes => Ok(Asked::Approved(by)),
            Answer::No => Ok(Asked::Declined),
            Answer::Stop => Ok(Asked::Stopped),
            Answer::Nobody => Err(not_lost(self.destroyed)),
        }
    }
}

/// The values that are known while nothing of a plan was carried out: none.
pub(crate) fn nothing_known() -> Known<'static> {
    static NOTHING: BTreeMap<Token, Value> = BTreeMap::new();
    Known(&NOTHING)
}

fn not_approved(because: &[Broken]) -> Error {
    let message = match because {
        [] => "Usher cannot ask here for an approval of the plan".to_owned(),
        rules => format!(
            "Usher cannot ask here for the approval that a policy wants: {}",
            policy::in_words(rules)
        ),
    };
    Error::new(Exit::Usage, NOT_APPROVED, message)
        .help("look at it with `usher plan`, then pass `--yes`")
}

fn not_lost(destroyed: &[String]) -> Error {
    let lost = count(destroyed.len(), "thing");
    let named: Vec<&str> = destroyed
        .iter()
        .take(NAMED_MAX)
        .map(String::as_str)
        .collect();
    let message = format!("{lost} would be lost for good: {}", named.join("; "));
    Error::new(Exit::Usage, "apply/destroys", message)
        .help("look at it with `usher plan`, then pass `--yes-destroy` as well")
}
