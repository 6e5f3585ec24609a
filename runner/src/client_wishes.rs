//! What a person asks of the client to an org, beside the org itself.

/// The wishes of one command.
#[derive(Clone, Debug, Default)]
pub struct ClientWishes {
    /// The most API requests (`--api-budget`).
    pub api_budget: Option<u64>,
}
