//! A plugin made of types: its planner, and what it declares.

use std::marker::PhantomData;

use crate::typed::declared::Declares;
use crate::typed::input::{FromInput, Place};
use crate::typed::output::IntoOutput;
use crate::{Failure, Org, Problems, StepPlan};

/// A plan with its outputs: the answer of a planner. [`StepPlan::outputs`] makes it.
#[derive(Clone, Debug)]
pub struct Answer<O> {
    plan: StepPlan,
    outputs: PhantomData<fn() -> O>,
}

impl StepPlan {
    /// The plan with its outputs, which must be complete also when nothing changes, because later steps use them.
    pub fn outputs<O: IntoOutput>(mut self, outputs: O) -> Answer<O> {
        self.outputs = outputs.json().to_string();
        Answer {
            plan: self,
            outputs: PhantomData,
        }
    }
}

/// A plugin: what [`crate::plugin`] makes of a planner. Tests get it with `plugin()`, see [`crate::testing`].
#[derive(Clone, Debug)]
pub struct Plugin {
    declares: Declares,
    plan: fn(&str, &dyn Org) -> Result<StepPlan, Failure>,
}

impl Plugin {
    #[doc(hidden)]
    pub fn new(declares: Declares, plan: fn(&str, &dyn Org) -> Result<StepPlan, Failure>) -> Self {
        Self { declares, plan }
    }

    /// The manifest as JSON, made of the types.
    pub fn manifest(&self) -> String {
        self.declares.manifest()
    }

    /// Plans with an input in JSON.
    ///
    /// # Errors
    ///
    /// The planner's own; an input that does not fit the planner's type.
    pub fn plan(&self, input: &str, org: &dyn Org) -> Result<StepPlan, Failure> {
        (self.plan)(input, org)
    }
}

/// The declarations of a planner of this type. Meant for [`crate::plugin`].
pub fn declares<I: FromInput, O: IntoOutput>(
    name: &str,
    version: &str,
    summary: &str,
    _: fn(I, &dyn Org) -> Result<Answer<O>, Failure>,
) -> Declares {
    Declares::new::<I, O>(name, version, summary)
}

/// Parses the input and calls the planner. Meant for [`crate::plugin`].
///
/// # Errors
///
/// The planner's own; an input that does not fit the planner's type.
pub fn plan<I: FromInput, O>(
    input: &str,
    org: &dyn Org,
    plan: fn(I, &dyn Org) -> Result<Answer<O>, Failure>,
) -> Result<StepPlan, Failure> {
    let json = serde_json::from_str(input)
        .map_err(|error| Failure::Broken(format!("the input is not JSON: {error}")))?;
    let mut problems = Problems::default();
    let input = I::from_input(&json, &Place::TOP, &mut problems);
    problems.none()?;
    match input {
        Some(input) => Ok(plan(input, org)?.plan),
        None => Err(Failure::Broken("the input was not read".to_owned())),
    }
}

/// Makes the crate a plugin of a planner and of the types that it reads and writes:
///
/// ```
/// # use usher_sdk::{Answer, Change, Diagnostic, Failure, Id, Input, Org, Output, ReadRecord, StepPlan, WriteRecord};
/// usher_sdk::plugin! {
///     name: "give-title",    // left out: the package's name
///     version: "0.1.0",      // left out: the package's version
///     summary: "A user has a title",
///     plan: plan,
///     reads: [User],
///     updates: [Title],
/// }
///
/// #[derive(Input)]
/// struct Given {
///     /// The user
///     user: Id<User>,
///     /// The title
///     title: String,
/// }
///
/// #[derive(Output)]
/// struct Outputs {
///     /// Id of the user
///     user_id: Id<User>,
/// }
///
/// #[derive(ReadRecord)]
/// #[record(object = "User")]
/// struct User {
///     id: Id<User>,
///     username: String,
///     title: String,
/// }
///
/// #[derive(WriteRecord)]
/// #[record(of = User)]
/// struct Title {
///     title: String,
/// }
///
/// fn plan(input: Given, org: &dyn Org) -> Result<Answer<Outputs>, Failure> {
///     let Some(user) = org.with_id::<User>(&input.user)? else {
///         return Err(Failure::invalid(Diagnostic::error("unknown-user", "/user", "There is no such user")));
///     };
///     let mut plan = StepPlan::new();
///     if user.title != input.title {
///         let summary = format!("Give {} the title {}", user.username, input.title);
///         let title = Title { title: input.title };
///         plan.change(Change::new(format!("title/{}", user.username), summary, title.update(&user.id)));
///     }
///     Ok(plan.outputs(Outputs { user_id: user.id }))
/// }
///
/// let org = r#"
///     [[records.User]]
///     Id = "005D0000001aBcDIAU"
///     Username = "ada@example.com"
/// "#;
/// let input = serde_json::json!({ "user": "005D0000001aBcDIAU", "title": "Countess" });
/// assert_eq!(plugin().rehearse(org, input), r#"
/// ~ title/ada@example.com: Give ada@example.com the title Countess
///     update User "005D0000001aBcDIAU" {Title: "Countess"}
///     undo: restore
/// = {"user_id":"005D0000001aBcDIAU"}
/// "#.trim_start());
/// ```
///
/// The entries come in this order; those after `plan` may be left out and repeated in any order:
///
/// | entry | |
/// |---|---|
/// | `name`, `version` | left out together: those of `Cargo.toml` |
/// | `summary` | one line: what is so when the step is done |
/// | `plan` | the planner: a `fn(I, &dyn Org) -> Result<Answer<O>, Failure>`; `I` and `O` make the schemas |
/// | `kind: verifying` | the step only looks, after everything before it has been done |
/// | `reads` | structs with `derive(ReadRecord)`; no other one can be read |
/// | `creates`, `updates` | structs with `derive(WriteRecord)`; no other one can be written |
/// | `ensures` | structs with a key whose records `plan.ensure` takes when they are there, and makes when they are not |
/// | `deletes` | objects whose records are deleted |
/// | `also` | keys of the manifest that no type stands for, as in its JSON |
///
/// ```
/// # use usher_sdk::{Answer, Failure, Input, Org, Output, StepPlan};
/// # #[derive(Input)]
/// # struct Given {}
/// # #[derive(Output)]
/// # struct Outputs {}
/// # fn plan(_: Given, _: &dyn Org) -> Result<Answer<Outputs>, Failure> { Ok(StepPlan::new().outputs(Outputs {})) }
/// usher_sdk::plugin! {
///     summary: "Experience Cloud is on",
///     plan: plan,
///     also: {
///         "reads": { "settings": ["Communities"] },
///         "writes": { "configure": { "Communities": ["enableNetworksEnabled"] } }
///     },
/// }
/// assert!(plugin().manifest().contains("enableNetworksEnabled"));
/// ```
///
/// The crate gets a function `plugin()`. In a component it gets the functions of the contract as well: `describe`
/// answers the manifest, `plan` calls the planner.
#[macro_export]
macro_rules! plugin {
    (summary: $summary:expr, $($rest:tt)*) => {
        $crate::plugin! {
            name: ::std::env!("CARGO_PKG_NAME"),
            version: ::std::env!("CARGO_PKG_VERSION"),
            summary: $summary,
            $($rest)*
        }
    };
    (
        name: $name:expr,
        version: $version:expr,
        summary: $summary:expr,
        plan: $plan:path
        $(, $($entries:tt)*)?
    ) => {
        /// This plugin, for its tests.
        pub fn plugin() -> $crate::Plugin {
            fn planned(
                input: &str,
                org: &dyn $crate::Org,
            ) -> ::std::result::Result<$crate::StepPlan, $crate::Failure> {
                $crate::__called::plan(input, org, $plan)
            }
            let mut declares = $crate::__called::declares($name, $version, $summary, $plan);
            $crate::__declare!(declares; $($($entries)*)?);
            $crate::Plugin::new(declares, planned)
        }

        $crate::__allow!($($($entries)*)?);

        $crate::__export! {
            || plugin().manifest(),
            |input: &str| $crate::guest::call(|org| plugin().plan(input, org))
        }
    };
}

/// Says what the entries of [`crate::plugin`] declare.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    ($declares:ident;) => {
        let _ = &mut $declares;
    };
    ($declares:ident; kind: verifying $(, $($rest:tt)*)?) => {
        $declares.verifying();
        $crate::__declare!($declares; $($($rest)*)?);
    };
    ($declares:ident; also: { $($also:tt)* } $(, $($rest:tt)*)?) => {
        $declares.also(::std::stringify!({ $($also)* }));
        $crate::__declare!($declares; $($($rest)*)?);
    };
    ($declares:ident; reads: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $($declares.reads::<$type>();)*
        $crate::__declare!($declares; $($($rest)*)?);
    };
    ($declares:ident; creates: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $($declares.creates::<$type>();)*
        $crate::__declare!($declares; $($($rest)*)?);
    };
    ($declares:ident; ensures: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $($declares.ensures::<$type>();)*
        $crate::__declare!($declares; $($($rest)*)?);
    };
    ($declares:ident; updates: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $($declares.updates::<$type>();)*
        $crate::__declare!($declares; $($($rest)*)?);
    };
    ($declares:ident; deletes: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $($declares.deletes::<$type>();)*
        $crate::__declare!($declares; $($($rest)*)?);
    };
    ($declares:ident; $($other:tt)*) => {
        ::std::compile_error!(
            "after `plan` come `kind: verifying`, `reads: [...]`, `creates: [...]`, `ensures: [...]`, `updates: [...]`, `deletes: [...]` and `also: {...}`"
        );
    };
}

/// Lets the types in the entries of [`crate::plugin`] be read and written.
#[doc(hidden)]
#[macro_export]
macro_rules! __allow {
    (reads: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $(impl $crate::DeclaredRead for $type {})*
        $crate::__allow!($($($rest)*)?);
    };
    (creates: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $(impl $crate::DeclaredCreate for $type {})*
        $crate::__allow!($($($rest)*)?);
    };
    (ensures: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $(impl $crate::DeclaredEnsure for $type {})*
        $crate::__allow!($($($rest)*)?);
    };
    (updates: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $(impl $crate::DeclaredUpdate for $type {})*
        $crate::__allow!($($($rest)*)?);
    };
    (deletes: [$($type:ty),* $(,)?] $(, $($rest:tt)*)?) => {
        $(impl $crate::DeclaredDelete for $type {})*
        $crate::__allow!($($($rest)*)?);
    };
    ($other:ident : $value:tt $(, $($rest:tt)*)?) => {
        $crate::__allow!($($($rest)*)?);
    };
    ($($none:tt)*) => {};
}
