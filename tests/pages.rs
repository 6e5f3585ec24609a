//! One plan as text, JSON, Markdown and HTML; files that are written whole; events as lines; saved plans shown
//! anywhere.

mod events;
pub(crate) mod facts;
mod files;
pub(crate) mod hostile;
mod next;
mod offline;
mod roles;
