//! From JSON in the spelling of `wit/step.wit` to the contract's types. A record is an object, a variant is an object
//! with one key, a case without a value is a text, and names are in kebab-case.
//!
//! A field that a record leaves out is empty: a list, an option, a text, zero, false; `nothing` as a scalar and as an
//! undo. A list or a text may be written as `{"times": 3, "each": …}`, a text as `{"parts": ["a", "b"]}` as well.

use serde_json::Value as Json;
use usher_sdk::{
    Alteration, Appearance, Binding, BindingName, Certainty, Change, Check, Component,
    ComponentName, Condition, ConfigureSettings, Consequence, CreateRecord, Deferral, DeleteRecord,
    DeployComponents, Diagnostic, Disappearance, Effect, Expectation, Failure, Field, Finding,
    FoundValue, Key, Lookup, Mailing, Method, OpenedField, Opening, Operation, Piece, Prerequisite,
    Probe, Reference, Repetition, RequestKey, ResourcePath, RestRequest, Scalar, Severity, Source,
    StepPlan, TakeBack, Taking, Undo, UpdateRecord, Wait, WayBack,
};

/// Something that JSON can stand for.
pub(crate) trait FromJson: Sized {
    /// Reads it, or says in a sentence why that is not possible.
    fn from_json(json: &Json) -> Result<Self, String>;

    /// Returns the value for a field that a record leaves out. None: the field is required.
    fn left_out() -> Option<Self> {
        None
    }
}

impl FromJson for bool {
    fn from_json(json: &Json) -> Result<Self, String> {
        json.as_bool()
            .ok_or_else(|| format!("{json} is not true or false"))
    }

    fn left_out() -> Option<Self> {
        Some(false)
    }
}

impl FromJson for u32 {
    fn from_json(json: &Json) -> Result<Self, String> {
        let number = json.as_u64().and_then(|number| number.try_into().ok());
        number.ok_or_else(|| format!("{json} is not a number of 32 bits"))
    }

    fn left_out() -> Option<Self> {
        Some(0)
    }
}

impl FromJson for String {
    fn from_json(json: &Json) -> Result<Self, String> {
        if let Some((times, each)) = repeated(json) {
            return Ok(Self::from_json(each)?.repeat(times));
        }
        if let Some(parts) = json.get("parts") {
            return Ok(Vec::<Self>::from_json(parts)?.concat());
        }
        json.as_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("{json} is not a text"))
    }

    fn left_out() -> Option<Self> {
        Some(Self::new())
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: &Json) -> Result<Self, String> {
        T::from_json(json).map(Some)
    }

    fn left_out() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &Json) -> Result<Self, String> {
        if let Some((times, each)) = repeated(json) {
            return (0..times).map(|_| T::from_json(each)).collect();
        }
        let list = json
            .as_array()
            .ok_or_else(|| format!("{json} is not a list"))?;
        list.iter().map(T::from_json).collect()
    }

    fn left_out() -> Option<Self> {
        Some(Vec::new())
    }
}

/// `{"times": …, "each": …}`.
fn repeated(json: &Json) -> Option<(usize, &Json)> {
    let times = json.get("times")?.as_u64()?;
    Some((times.try_into().ok()?, json.get("each")?))
}

/// A name of Rust in the spelling of WIT: `any_of` is `any-of`, `WaitOnly` is `wait-only`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            kebab.push('-');
        }
        kebab.push(match letter {
            '_' => '-',
            letter => letter.to_ascii_lowercase(),
        });
    }
    kebab
}

/// Reads one field of a record.
pub(crate) fn field<T: FromJson>(record: &Json, name: &str) -> Result<T, String> {
    let name = kebab(name);
    match record.get(&name) {
        Some(json) => T::from_json(json).map_err(|why| format!("{name}: {why}")),
        None => T::left_out().ok_or_else(|| format!("`{name}` is missing in {record}")),
    }
}

/// Refuses fields that a record does not have: a misspelt one would count as left out.
pub(crate) fn only(record: &Json, names: &[&str]) -> Result<(), String> {
    let object = record
        .as_object()
        .ok_or_else(|| format!("{record} is not an object"))?;
    let known = |key: &String| names.iter().any(|name| kebab(name) == *key);
    match object.keys().find(|key| !known(key)) {
        Some(key) => Err(format!("`{key}` is not known in {record}")),
        None => Ok(()),
    }
}

/// The name of a variant's case, and its value.
pub(crate) fn case(json: &Json) -> Result<(&str, Option<&Json>), String> {
    if let Some(name) = json.as_str() {
        return Ok((name, None));
    }
    let object = json.as_object().filter(|object| object.len() == 1);
    let mut cases = object.into_iter().flatten();
    let (name, value) = cases
        .next()
        .ok_or_else(|| format!("{json} is not a case of a variant"))?;
    Ok((name, Some(value)))
}

/// Reads the value of a case.
pub(crate) fn value<T: FromJson>(name: &str, value: Option<&Json>) -> Result<T, String> {
    let json = value.ok_or_else(|| format!("`{name}` needs a value"))?;
    T::from_json(json).map_err(|why| format!("{name}: {why}"))
}

macro_rules! record {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl FromJson for $type {
            fn from_json(json: &Json) -> Result<Self, String> {
                only(json, &[$(stringify!($field)),+])?;
                Ok(Self { $($field: field(json, stringify!($field))?),+ })
            }
        }
    };
}

macro_rules! variant {
    ($type:ident { $($case:ident $(($of:ty))?),+ $(,)? } $(left out: $left_out:ident)?) => {
        impl FromJson for $type {
            fn from_json(json: &Json) -> Result<Self, String> {
                let (name, held) = case(json)?;
                $(
                    if name == kebab(stringify!($case)) {
                        return variant!(@ $case, name, held $(, $of)?);
                    }
                )+
                Err(format!("`{name}` is not a case of `{}`", kebab(stringify!($type))))
            }

            $(
                fn left_out() -> Option<Self> {
                    Some(Self::$left_out)
                }
            )?
        }
    };
    (@ $case:ident, $name:ident, $held:ident, $of:ty) => {
        value::<$of>($name, $held).map(Self::$case)
    };
    (@ $case:ident, $name:ident, $held:ident) => {
        match $held {
            None => Ok(Self::$case),
            Some(_) => Err(format!("`{}` has no value", $name)),
        }
    };
}

// ---- values, and ways to find and test records

record!(BindingName { address, name });
variant!(Reference {
    Given(String),
    Bound(BindingName)
});
variant!(Piece {
    Text(String),
    Reference(Reference)
});
variant!(Scalar {
    Nothing,
    Truth(bool),
    Number(String),
    Text(String),
    Date(String),
    DateTime(String),
    Reference(Reference),
    Joined(Vec<Piece>),
} left out: Nothing);
record!(Field { name, value });
record!(Condition { field, any_of });
record!(Lookup {
    object,
    fields,
    conditions
});
record!(ComponentName { kind, full_name });
record!(ResourcePath { segments, query });
variant!(Probe {
    Records(Lookup),
    Rest(ResourcePath),
    Settings(String),
    Component(ComponentName),
    Object(String),
});
record!(Check { at, any_of });
variant!(Finding {
    Present,
    Absent,
    Holds(Vec<Check>)
});
record!(Expectation { look, finding });

// ---- operations

record!(Key {
    conditions,
    enforced
});
record!(CreateRecord {
    object,
    fields,
    key,
    options
});
record!(UpdateRecord {
    object,
    id,
    fields,
    options
});
record!(DeleteRecord { object, id });
record!(ConfigureSettings { settings, fields });
record!(Component { name, content });
record!(DeployComponents {
    components,
    removals,
    options
});
variant!(Method {
    Post,
    Put,
    Patch,
    Delete
});
record!(RequestKey { look, enforced });
variant!(Repetition {
    Safe,
    Look(RequestKey),
    Never
});
record!(RestRequest {
    method,
    path,
    body,
    repetition
});
variant!(Operation {
    Create(CreateRecord),
    Update(UpdateRecord),
    Delete(DeleteRecord),
    Configure(ConfigureSettings),
    Deploy(DeployComponents),
    Request(RestRequest),
    WaitOnly,
});

// ---- a change

record!(Wait {
    summary,
    look,
    until,
    failed,
    reason_at,
    every_ms,
    at_most_ms
});
record!(FoundValue { look, at });
variant!(Source {
    Reply(String),
    Found(FoundValue)
});
record!(Binding {
    name,
    source,
    secret
});
variant!(Prerequisite {
    Change(String),
    Given(String)
});
variant!(WayBack {
    Restore,
    Instead(Operation)
});
record!(TakeBack {
    way,
    waits,
    only_if,
    stays,
    destroys
});
variant!(Undo { Possible(TakeBack), Nothing, Impossible(String) } left out: Nothing);
record!(Change {
    address,
    summary,
    operation,
    after,
    waits,
    results,
    undo
});

// ---- effects

variant!(Certainty { Certain, Likely, Possible } left out: Certain);
record!(Appearance {
    object,
    fields,
    key,
    id
});
record!(Alteration { object, id, fields });
record!(Disappearance { object, id });
record!(OpenedField {
    object,
    field,
    initial
});
record!(Opening { objects, fields });
record!(Taking {
    object,
    id,
    total,
    used,
    amount
});
record!(Mailing { recipients, to });
variant!(Consequence {
    Appears(Appearance),
    Alters(Alteration),
    Disappears(Disappearance),
    Configures(ConfigureSettings),
    Opens(Opening),
    Takes(Taking),
    Mails(Mailing),
    Other,
});
record!(Effect {
    address,
    causes,
    summary,
    certainty,
    consequence,
    within_ms,
    remains
});

// ---- the answer

variant!(Severity {
    Error,
    Warning,
    Info
});
record!(Diagnostic {
    severity,
    code,
    summary,
    remedy,
    rule,
    at
});
record!(Deferral {
    waiting_for,
    reason,
    likely
});
variant!(Failure {
    Invalid(Vec<Diagnostic>),
    Unmet(Vec<Diagnostic>),
    Deferred(Deferral),
    Transient(String),
    Broken(String),
});
record!(StepPlan {
    changes,
    effects,
    outputs,
    notes
});
