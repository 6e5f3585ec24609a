//! The rules of each object: what is refused, with the platform's words, and what is made beside.

mod permission;
mod user;
