//! The terms on which a step is carried out, as the recipe says: at the end whatever happened before, and how often its
//! changes are sent again.
//!
//! Serialised with plans; a new field needs a default.

use serde::{Deserialize, Serialize};

/// The terms of a step. The default is that of a step of which the recipe says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The step is carried out at the end, also when an earlier one has failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub finally: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
}

/// The number of times that a change is sent again after a refusal that may pass, and the pause before each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Not zero.
    pub times: u32,
    /// None: pauses that grow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<u32>,
}

impl Terms {
    /// Says whether the recipe says nothing.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}
