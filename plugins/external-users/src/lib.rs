//! Facts about external users that several step plugins need. A library, not a plugin.

mod family;
mod profile;
mod shared;
mod sites;

pub use family::Family;
pub use profile::{EXTERNAL, ProfileNames, labels, unknown_profile};
pub use shared::{Kind, Share};
pub use sites::without_sites;
