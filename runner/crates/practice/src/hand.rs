//! The writer of a record: decides which rules are asked.

/// The writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hand {
    /// A client of the platform: every rule holds.
    Client,
    /// The practice face and raw fixture records: values must fit, rules are not asked. Rows that
    /// the platform makes beside a record (a profile's hidden permission set) are made all the same.
    Raw,
}
