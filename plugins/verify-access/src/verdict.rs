//! The verdict on the access to one record.

use usher_sdk::{Diagnostic, Failure};

use crate::access::{Level, RULE, Sight};
use crate::login::Visitor;
use crate::why::Reasons;

impl Sight {
    /// Judges whether the access is as wanted, and gives the reasons for it.
    pub(crate) fn judge(
        &self,
        visitor: &Visitor,
        reasons: &Reasons,
    ) -> Result<Diagnostic, Failure> {
        let (user, record, at) = (&visitor.username, self.shown()?, &self.wish.at);
        let Some(Level { reads, name }) = &self.level else {
            let summary = format!(
                "Whether {user} sees {record} is not known: there is no such record, or the signed-in user cannot read it"
            );
            return Ok(Diagnostic::error("access-not-told", at, summary)
                .remedy("Compare the id; sign in as a user who may view all data")
                .rule(RULE));
        };
        let why = reasons.why(self, visitor, *reads)?;
        let summary = match reads {
            true => format!("{user} sees {record} ({name}): {}", why.text),
            false => format!("{user} does not see {record}: {}", why.text),
        };
        Ok(match (self.wish.sees, reads) {
            (true, true) => Diagnostic::info("visible", at, summary),
            (false, false) => Diagnostic::info("hidden", at, summary),
            (true, false) => Diagnostic::error("not-visible", at, summary)
                .remedy(why.remedy)
                .rule(RULE),
            (false, true) => Diagnostic::error("not-hidden", at, summary)
                .remedy(why.remedy)
                .rule(RULE),
        })
    }
}
