//! Whether a plan may be carried out: by a flag, a policy, an approval that was given before, or a person who is asked
//! now. What is lost for good is asked for by itself.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::known::Known;
use usher_core::policy::{Asks, Judged};
use usher_core::run::Approval;
use usher_core::text;
use usher_core::value::Token;

use crate::approval::Taken;
use crate::command::manner::Manner;
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::person::Person;
use crate::policy;
use crate::report::{self, Sheet, count};
use crate::world::{Lines, World};

/// What is lost for good is listed up to here.
const LISTED_MAX: usize = 20;

/// A plan that is to be approved.
pub(crate) struct Asking<'a> {
    pub(crate) question: &'a str,
    /// What policies say of it.
    pub(crate) judged: &'a Judged,
    /// What is lost for good.
    pub(crate) destroyed: &'a [String],
    /// An approval that was given before.
    pub(crate) written: Option<&'a Taken>,
}

impl Asking<'_> {
    /// Who approves; none: the person says no. Without an approval the plan is the result: `sheet` is written.
    ///
    /// # Errors
    ///
    /// A policy refuses it, or nobody is there who could be asked.
    pub(crate) fn given(
        &self,
        manner: Manner<'_>,
        sheet: Sheet<'_>,
        world: &mut World,
    ) -> Result<Option<Approval>, Error> {
        let person = manner.person(world).map(AsRef::as_ref);
        let given = self.answer(manner, person, &world.console.err);
        match &given {
            Ok(Some(_)) => {}
            Ok(None) => manner.files.write(sheet)?,
            Err(error) => {
                if let Err(error) = manner.files.write(sheet.failure(Some(error))) {
                    report::error(&error, false, world);
                }
            }
        }
        given
    }

    /// The same with the person who can be asked, if there is one.
    pub(crate) fn answer(
        &self,
        manner: Manner<'_>,
        person: Option<&dyn Person>,
        lines: &Lines,
    ) -> Result<Option<Approval>, Error> {
        if !self.judged.refused.is_empty() {
            return Err(policy::refused(&self.judged.refused));
        }
        let by = match (self.written, &self.judged.asks) {
            (Some(taken), _) => Approval::Written(taken.approval.clone()),
            (None, _) if manner.yes => Approval::Flag,
            (None, Asks::Nobody) => Approval::Policy,
            (None, asks) => {
                let Some(person) = person else {
                    return Err(nobody(asks));
                };
                if let Asks::Because(rules) = asks {
                    lines.write(policy::asking(rules));
                }
                if !says_yes(self.question, person, lines) {
                    return Ok(None);
                }
                Approval::Person
            }
        };
        let is_covered = manner.destroy || self.written.is_some_and(|taken| taken.destroys);
        if self.destroyed.is_empty() || is_covered {
            return Ok(Some(by));
        }
        let Some(person) = person else {
            let lost = count(self.destroyed.len(), "thing");
            let named: Vec<String> = self.destroyed.iter().take(LISTED_MAX).cloned().collect();
            let message = format!("{lost} would be lost for good: {}", named.join("; "));
            return Err(Error::new(Exit::Usage, "apply/destroys", message)
                .help("look at it with `usher plan`, then pass `--yes-destroy` as well"));
        };
        lines.write(lost(self.destroyed));
        Ok(says_yes("Destroy this? Type yes:", person, lines).then_some(by))
    }
}

/// While nothing of a plan was carried out.
pub(crate) fn nothing_known() -> Known<'static> {
    static NOTHING: BTreeMap<Token, Value> = BTreeMap::new();
    Known(&NOTHING)
}

fn says_yes(question: &str, person: &dyn Person, lines: &Lines) -> bool {
    lines.write(question);
    let answer = person.line();
    answer.is_some_and(|answer| answer.trim().eq_ignore_ascii_case("yes"))
}

fn lost(destroyed: &[String]) -> Page {
    let mut page = Page::default();
    page.line(0, "This is lost for good:");
    for one in destroyed.iter().take(LISTED_MAX) {
        page.line(2, text::sentence(one));
    }
    if destroyed.len() > LISTED_MAX {
        page.line(2, format!("… {} more", destroyed.len() - LISTED_MAX));
    }
    page
}

fn nobody(asks: &Asks) -> Error {
    let message = match asks {
        Asks::Because(rules) => format!(
            "Usher cannot ask here for the approval that a policy wants: {}",
            policy::in_words(rules)
        ),
        Asks::Always | Asks::Nobody => {
            "Usher cannot ask here for an approval of the plan".to_owned()
        }
    };
    Error::new(Exit::Usage, "apply/not-approved", message)
        .help("look at it with `usher plan`, then pass `--yes`")
}
