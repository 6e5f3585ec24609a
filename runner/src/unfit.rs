//! Names and ids that cannot be in the registry of orgs.

use usher_core::orgs::Unfit;

use crate::error::Error;
use crate::exit::Exit;

/// The error of what cannot be in the registry.
pub(crate) fn unfit(unfit: &Unfit) -> Error {
    let code = match unfit {
        Unfit::Name(_) | Unfit::Practice => "org/bad-name",
        Unfit::Variable(_) | Unfit::TokenOfAny => "org/bad-variable",
        Unfit::SharedVariable { .. } => "org/shared-variable",
        Unfit::OrgId(_) => "org/malformed",
        Unfit::NoLine { .. } => "org/bad-text",
        Unfit::NoPath { .. } => "org/bad-path",
        Unfit::Default(_) => "org/unknown",
    };
    Error::new(Exit::Usage, code, unfit.to_string()).help(unfit.help())
}
