//! For authors of step plugins in Rust: the manual.
//!
//! A plugin is a function from an input to a plan. It reads the org through [`Org`], writes nothing, and
//! answers with changes as data; Usher shows them to a person and sends them. `usher plugin new NAME --lang rust` writes a
//! whole plugin to begin with. This is one:
//!
//! ```
//! use usher_sdk::{
//!     Answer, Change, Diagnostic, Failure, Id, Input, Org, Output, ReadRecord, StepPlan, WriteRecord,
//! };
//!
//! usher_sdk::plugin! {
//!     summary: "A user has a title",
//!     plan: plan,
//!     reads: [User],
//!     updates: [Title],
//! }
//!
//! #[derive(Input)]
//! struct Given {
//!     /// The user, who may be one that an earlier step plans
//!     user: Id<User>,
//!     /// The title that the user gets
//!     title: String,
//! }
//!
//! #[derive(Output)]
//! struct Outputs {
//!     /// Id of the user
//!     user_id: Id<User>,
//! }
//!
//! #[derive(ReadRecord)]
//! #[record(object = "User")]
//! struct User {
//!     id: Id<User>,
//!     username: String,
//!     title: String,
//! }
//!
//! #[derive(WriteRecord)]
//! #[record(of = User)]
//! struct Title {
//!     title: String,
//! }
//!
//! fn plan(input: Given, org: &dyn Org) -> Result<Answer<Outputs>, Failure> {
//!     let Some(user) = org.with_id::<User>(&input.user)? else {
//!         let problem = Diagnostic::error("unknown-user", "/user", "There is no such user");
//!         return Err(Failure::invalid(problem));
//!     };
//!     let mut plan = StepPlan::new();
//!     if !User::TITLE.is_as_wanted(&user.title, &input.title) {
//!         let who = &user.username;
//!         let summary = format!("Give {who} the title {}", input.title);
//!         let title = Title { title: input.title };
//!         plan.change(Change::new(format!("title/{who}"), summary, title.update(&user.id)));
//!     }
//!     Ok(plan.outputs(Outputs { user_id: user.id }))
//! }
//!
//! // A test: the state of an org and an input go in, the plan as text comes out.
//! let org = r#"
//!     [[records.User]]
//!     Id = "005D0000001aBcDIAU"
//!     Username = "ada@example.com"
//! "#;
//! let input = serde_json::json!({ "user": "005D0000001aBcDIAU", "title": "Countess" });
//! assert_eq!(plugin().rehearse(org, input), r#"
//! ~ title/ada@example.com: Give ada@example.com the title Countess
//!     update User "005D0000001aBcDIAU" {Title: "Countess"}
//!     undo: restore
//! = {"user_id":"005D0000001aBcDIAU"}
//! "#.trim_start());
//! ```
//!
//! # The manifest follows from the types
//!
//! [`plugin!`] names the planner and the structs that it reads and writes; the manifest, which a person allows
//! before anything of the plugin runs, is made of them. What is not named there does not compile: a read of another struct,
//! a change of another field, the deletion of another object.
//!
//! - [`ReadRecord`] is a struct whose fields are read; [`Compared`] fields are only looked for.
//! - [`WriteRecord`] is a struct whose fields are sent; with a key it makes records, see [`NewRecord`].
//! - [`FromInput`] and [`IntoOutput`] are what `derive(Input)` and `derive(Output)` implement: schemas of structs, with the
//!   comments as descriptions.
//! - [`Id`] is the id of a record with the object in its type. It may be one that is not known yet: a user whom an earlier
//!   step makes, a group that this plan makes itself. Pass it on, and the change waits for the record.
//!
//! # Reading
//!
//! `org.all(User::whose(User::ACCOUNT_ID, &account))` reads the fields of the struct and no others; `org.with_id` reads one
//! record; `org.each` makes few requests of several lookups that do not need each other's answers. Every read shows the org
//! as it will be when everything planned before is done.
//!
//! A read may fail. `?` makes the right answer of the reason: an org that refuses is `unmet`, a value that is not known yet
//! defers the step, a read beyond the manifest is the plugin's fault. To go on without an answer, use the functions of
//! [`Org`] and look into the [`ReadError`].
//!
//! # Planning
//!
//! A [`StepPlan`] takes changes, effects and notes, and ends with the outputs. [`Change`] says what is sent, what it waits
//! for and how it is undone; `plan.create` is the short way for a record that is deleted by an undo. [`Problems`] collects
//! what is wrong, so that a person sees all of it at once.
//!
//! The same input and the same answers must give the same plan: no clock but [`Org::now`], no randomness, nothing kept
//! between calls. The head of the contract `step.wit` has the rules for every plugin.
//!
//! # Without types
//!
//! Names of objects and fields that only the org or the input knows are texts: [`Lookup::of`], [`CreateRecord::of`],
//! [`UpdateRecord::of`], [`Record`], and `also` of [`plugin!`] for the manifest. So are settings, metadata
//! components, requests and free SOQL. [`export!`] makes a plugin of a planner with a `manifest.json` of its own.
//!
//! # Testing
//!
//! `plugin().rehearse_all("tests")` runs the rehearsals of the folder `tests` natively, the ones that `usher plugin test`
//! runs on the component; `plugin().rehearse(org, input)` is for tests in Rust. Both judge the answer with the code that
//! judges it in Usher.
//!
//! # Panics
//!
//! A plugin is built with `panic = "abort"`: nothing catches a panic, and Usher reports the plugin as at fault. The message
//! and the place are logged first, so that they are shown with the fault; a rehearsal names them, too. Answer with a
//! [`Failure`] instead: it says what a person can do.

pub mod bindings;
mod change;
mod content;
#[cfg(target_arch = "wasm32")]
mod exported;
#[cfg(target_arch = "wasm32")]
pub mod guest;
mod note;
mod operation;
mod org;
mod plan;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod typed;
mod value;

// The derives name the crate as plugins do.
extern crate self as usher_sdk;

pub use bindings::usher::step::context::{Identity, OrgKind};
pub use bindings::usher::step::log::Level;
pub use bindings::usher::step::org::{Hindrance, ReadError, Refusal};
pub use bindings::usher::step::types::{
    Alteration, Appearance, Binding, BindingName, Certainty, Change, Check, Component,
    ComponentName, Condition, ConfigureSettings, Consequence, CreateRecord, Deferral, DeleteRecord,
    DeployComponents, Diagnostic, Disappearance, Effect, Expectation, Failure, Field, Finding,
    FoundValue, Key, Lookup, Mailing, Method, OpenedField, Opening, Operation, Piece, Prerequisite,
    Probe, Reference, Repetition, RequestKey, ResourcePath, RestRequest, Scalar, Severity, Source,
    StepPlan, TakeBack, Taking, Undo, UpdateRecord, Wait, WayBack,
};
pub use content::Content;
pub use note::{Problems, ticked};
pub use operation::Duplicates;
pub use org::{ListedComponent, Org, Record};
pub use serde_json::Value as Json;
pub use typed::{
    Answer, Column, Compared, Compares, Create, DeclaredCreate, DeclaredDelete, DeclaredEnsure,
    DeclaredRead, DeclaredUpdate, Declares, Empty, Find, Finds, FromInput, Id, IntoOutput,
    NewRecord, Object, Place, Plugin, ReadField, ReadRecord, Schema, Secret, SentField,
    WriteRecord, kind,
};
pub use usher_sdk_derive::{Input, Output, ReadRecord, WriteRecord};
pub use value::{Unknown, Value, is_date, is_date_time};

/// Makes the crate a plugin: `usher_sdk::export!(plan)`, where `plan` is a
/// `fn(Input, &dyn Org) -> Result<StepPlan, Failure>` and `Input` is any deserialisable type.
///
/// Embeds `manifest.json`, which lies beside `Cargo.toml`. Expands to nothing but a check of the function's
/// type unless the crate is compiled to WASM, so that plugins are tested natively.
#[macro_export]
macro_rules! export {
    ($plan:ident) => {
        #[cfg(not(target_arch = "wasm32"))]
        const _: () = {
            fn _is_a_planner<I: $crate::__DeserializeOwned>(
                _: fn(I, &dyn $crate::Org) -> Result<$crate::StepPlan, $crate::Failure>,
            ) {
            }
            fn _check() {
                _is_a_planner($plan);
            }
        };

        #[cfg(target_arch = "wasm32")]
        #[expect(unsafe_code, reason = "a section is placed by its name")]
        const _: () = {
            const MANIFEST: &[u8] =
                include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/manifest.json"));

            /// Read by hosts before anything of the plugin runs.
            #[used]
            #[unsafe(link_section = "usher:manifest")]
            static SECTION: [u8; MANIFEST.len()] =
                *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/manifest.json"));
        };

        $crate::__export! {
            || include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/manifest.json")).to_owned(),
            |input: &str| $crate::guest::plan(input, $plan)
        }
    };
}

/// Gives the component's two functions to the SDK, which exports them. The code that hands a plan over is large, and
/// this way it is compiled with the SDK and not again with each change of a plugin.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($describe:expr, $plan:expr) => {
        #[cfg(target_arch = "wasm32")]
        #[expect(unsafe_code, reason = "the SDK finds the plugin by symbol name")]
        mod exported {
            use super::*;

            #[unsafe(no_mangle)]
            extern "Rust" fn usher_step_describe() -> ::std::string::String {
                let describe: fn() -> ::std::string::String = $describe;
                describe()
            }

            #[unsafe(no_mangle)]
            extern "Rust" fn usher_step_plan(
                input: &str,
            ) -> ::std::result::Result<$crate::StepPlan, $crate::Failure> {
                let plan: fn(&str) -> ::std::result::Result<$crate::StepPlan, $crate::Failure> =
                    $plan;
                plan(input)
            }
        }
    };
}

#[doc(hidden)]
pub use serde::de::DeserializeOwned as __DeserializeOwned;
#[doc(hidden)]
pub use typed::called as __called;
