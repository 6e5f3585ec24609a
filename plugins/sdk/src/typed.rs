//! Records, inputs and outputs as types: the manifest follows from them, a lookup reads the fields of its struct and no
//! others, and an id of one object does not pass for an id of another.

mod allowed;
mod column;
mod declared;
mod field;
mod find;
mod id;
mod input;
mod output;
mod plugin;
mod schema;
mod write;

pub use allowed::{DeclaredCreate, DeclaredDelete, DeclaredEnsure, DeclaredRead, DeclaredUpdate};
pub use column::{Column, Compares, Empty, kind};
pub use declared::Declares;
pub use field::{Compared, ReadField};
pub use find::{Find, Finds, ReadRecord};
pub use id::{Id, Object};
pub use input::{FromInput, Place, Secret};
pub use output::IntoOutput;
pub use plugin::{Answer, Plugin};
pub use schema::Schema;
pub use write::{Create, NewRecord, SentField, WriteRecord};

#[doc(hidden)]
pub mod called {
    //! The functions that [`crate::plugin`] and the derives call.

    pub use crate::typed::input::{field, variant};
    pub use crate::typed::output::object;
    pub use crate::typed::plugin::{declares, plan};
    pub use crate::typed::write::sent;
}
