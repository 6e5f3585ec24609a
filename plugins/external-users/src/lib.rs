//! Facts about external users that several step plugins need. A library, not a plugin.

mod addresses;
mod automation;
mod declared;
mod family;
mod fields;
mod login;
mod membership;
mod picklist;
mod profile;
mod shared;
mod sites;

pub use addresses::addresses;
pub use automation::{Save, access_policies, access_policy_note, automation, automation_note};
pub use declared::created;
pub use family::Family;
pub use fields::{Fields, Given, escape};
pub use login::{FREEZING, Login};
pub use membership::{Visitor, is_joined};
pub use picklist::unlisted;
pub use profile::{EXTERNAL, ProfileNames, labels, unknown_profile};
pub use shared::{Kind, Share};
pub use sites::{unknown_site, without_sites};
