//! For authors of step plugins in Rust: the contract's types with constructors, reading the org,
//! parsing the input, and testing without WASM.
//!
//! A plugin is a function from an input to a plan. It reads the org through [`Org`], writes nothing, and
//! answers with changes as data; Usher shows them to a person and sends them. A whole plugin:
//!
//! ```
//! use serde::Deserialize;
//! use serde_json::json;
//! use usher_sdk::{Change, Diagnostic, Failure, Lookup, Org, StepPlan, UpdateRecord, Value};
//!
//! /// The input, which follows the schema in `manifest.json`.
//! #[derive(Deserialize)]
//! #[serde(deny_unknown_fields)]
//! pub struct Input {
//!     user: Value, // `"x-usher-unknown": true`: may be a user that is not there yet
//!     title: String,
//! }
//!
//! pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
//!     let users = org.find(&Lookup::of("User").read(["Username", "Title"]).whose("Id", &input.user))?;
//!     let [user] = users.as_slice() else {
//!         return Err(Failure::invalid(Diagnostic::error("unknown-user", "/user", "There is no such user")));
//!     };
//!     let mut plan = StepPlan::new();
//!     if user.text("Title")? != input.title {
//!         plan.change(Change::new(
//!             format!("title/{}", user.text("Username")?),
//!             format!("Give {} the title {}", user.text("Username")?, input.title),
//!             UpdateRecord::of("User", user.id()?).set("Title", input.title),
//!         ));
//!     }
//!     plan.answer(json!({ "user_id": user.id()? }))
//! }
//!
//! usher_sdk::export!(plan); // with `manifest.json` beside Cargo.toml
//!
//! // A test: the org's state in, the expected plan out. `include_str!("../manifest.json")` in a plugin.
//! let manifest = r#"{
//!     "format": 1, "name": "give-title", "version": "0.1.0", "summary": "A user has a title",
//!     "kind": "changing",
//!     "input": {"type": "object", "properties": {
//!         "user": {"type": "string", "x-usher-unknown": true, "x-usher-record": "User"},
//!         "title": {"type": "string"}}},
//!     "output": {"type": "object", "properties": {"user_id": {"type": "string"}}},
//!     "reads": {"records": {"User": ["Username", "Title"]}},
//!     "writes": {"update": {"User": ["Title"]}}
//! }"#;
//! let org = r#"
//!     [[records.User]]
//!     Id = "005D0000001aBcDIAU"
//!     Username = "ada@example.com"
//! "#;
//! let input = json!({ "user": "005D0000001aBcDIAU", "title": "Countess" });
//! assert_eq!(usher_sdk::testing::rehearse(manifest, org, input, plan), r#"
//! ~ title/ada@example.com: Give ada@example.com the title Countess
//!     update User "005D0000001aBcDIAU" {Title: "Countess"}
//!     undo: restore
//! = {"user_id":"005D0000001aBcDIAU"}
//! "#.trim_start());
//! ```
//!
//! The head of `wit/step.wit` has the rules for every plugin. The same input and the same answers
//! must give the same plan: no clock but [`Org::now`], no randomness, nothing kept between calls. A panic
//! is a trap: guests are built with `panic = "abort"`, so nothing can be caught; its message is logged
//! first. Answer with a [`Failure`] instead.

pub mod bindings;
mod change;
mod content;
#[cfg(target_arch = "wasm32")]
pub mod guest;
mod note;
mod operation;
mod org;
mod plan;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod value;

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
        #[expect(unsafe_code, reason = "a component exports its functions by symbol name")]
        mod exported {
            const MANIFEST: &str =
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/manifest.json"));

            /// Read by hosts before anything of the plugin runs.
            #[used]
            #[unsafe(link_section = "usher:manifest")]
            static SECTION: [u8; MANIFEST.len()] =
                *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/manifest.json"));

            struct Plugin;

            impl $crate::bindings::exports::usher::step::planner::Guest for Plugin {
                fn describe() -> String {
                    MANIFEST.to_owned()
                }

                fn plan(input: String) -> Result<$crate::StepPlan, $crate::Failure> {
                    $crate::guest::plan(&input, super::$plan)
                }
            }

            $crate::bindings::export_bindings!(Plugin with_types_in $crate::bindings);
        }
    };
}

#[doc(hidden)]
pub use serde::de::DeserializeOwned as __DeserializeOwned;
