//! One plan as text, JSON, Markdown and HTML; files that are written whole; events as lines; saved plans shown anywhere.

mod events;
mod facts;
mod files;
mod hostile;
mod next;
mod offline;
mod roles;
