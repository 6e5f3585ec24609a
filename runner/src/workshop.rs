//! The workshop of an author of plugins: the folder of a plugin outside of this workspace, from nothing to a component.
//! It shows nothing itself; commands show what it returns.

mod build;
mod files;
mod folder;
mod lint;
mod new;
mod place;
mod sdk;
mod template;
mod watch;

pub(crate) use build::{Built, build};
pub(crate) use folder::PluginFolder;
pub(crate) use lint::{lint_component, lint_folder};
pub(crate) use new::{Made, make};
pub(crate) use sdk::renew;
pub(crate) use watch::Watched;
