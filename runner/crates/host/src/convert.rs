//! From the contract's generated types to the words of `core`. What comes out has well-formed names and
//! numbers, and texts that may be shown; whether it makes sense as a whole is [`crate::answer`]'s part.

pub(crate) mod plan;
pub(crate) mod value;
