//! Facts about external users that several step plugins need. A library, not a plugin.

mod family;
mod shared;
mod sites;

pub use family::Family;
pub use shared::{Kind, Share};
pub use sites::without_sites;
