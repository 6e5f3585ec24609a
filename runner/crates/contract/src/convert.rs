//! From the types that a generator makes of `wit/step.wit` to the contract's own. The host's generator and
//! the SDK's make types of the same names and shapes, so one text serves both: [`crate::conversions`].
//!
//! Only the shape changes here. [`crate::answer`] and [`crate::gate`] check names, numbers and texts afterwards.

use serde_json::Value;

use crate::fault::{BadAnswer, Fault};
use crate::text::shown;
use crate::value::Token;

/// The result of a conversion.
pub type Converted<T> = Result<T, Fault>;

/// A token as a plugin hands it over.
pub fn token(text: String) -> Converted<Token> {
    Ok(Token::of_text(&text))
}

/// The outputs of a plan: a JSON object.
pub fn outputs(text: &str) -> Result<Value, BadAnswer> {
    let wrong = |reason: String| Fault::Json {
        what: "outputs",
        reason,
    };
    match serde_json::from_str(text) {
        Ok(Value::Object(outputs)) => Ok(Value::Object(outputs)),
        Ok(_) => Err(wrong("it is not an object".to_owned()).at("outputs")),
        Err(error) => Err(wrong(error.to_string()).at("outputs")),
    }
}

/// Converts each of `all`.
pub fn each<A, B>(all: Vec<A>, one: impl Fn(A) -> Converted<B>) -> Converted<Vec<B>> {
    each_or(all, one)
}

/// Converts each of `all`, or says why not. Plans are kept for long, and most of their lists are short: the list has no
/// room for more.
pub fn each_or<A, B, E>(all: Vec<A>, one: impl Fn(A) -> Result<B, E>) -> Result<Vec<B>, E> {
    let mut converted = Vec::with_capacity(all.len());
    for it in all {
        converted.push(one(it)?);
    }
    Ok(converted)
}

/// A fault of the change or effect at `address`.
pub fn placed<T>(address: &str, converted: Converted<T>) -> Result<T, BadAnswer> {
    converted.map_err(|fault| fault.at(&shown(address)))
}

/// Defines the conversions for generated types: `conversions!(types, org)`, where the two are the modules
/// generated for the interfaces `types` and `org`. Meant for a module that holds nothing else.
#[macro_export]
macro_rules! conversions {
    ($types:ident, $org:ident) => {
        use $crate::convert::{Converted, each, each_or, placed, token};
        use $crate::fault::BadAnswer;
        use $crate::{change, operation, read, value};

        // ---- the answer

        pub(crate) fn step_plan(it: $types::StepPlan) -> Result<change::StepPlan, BadAnswer> {
            let change = |it: $types::Change| {
                let address = it.address.clone();
                placed(&address, self::change(it))
            };
            let effect = |it: $types::Effect| {
                let address = it.address.clone();
                placed(&address, self::effect(it))
            };
            Ok(change::StepPlan {
                changes: each_or(it.changes, change)?,
                effects: each_or(it.effects, effect)?,
                outputs: $crate::convert::outputs(&it.outputs)?.into(),
                notes: it.notes.into_iter().map(note).collect(),
            })
        }

        pub(crate) fn failure(it: $types::Failure) -> Result<change::Failure, BadAnswer> {
            let notes = |notes: Vec<$types::Diagnostic>| notes.into_iter().map(note).collect();
            Ok(match it {
                $types::Failure::Invalid(it) => change::Failure::Invalid(notes(it)),
                $types::Failure::Unmet(it) => change::Failure::Unmet(notes(it)),
                $types::Failure::Deferred(it) => change::Failure::Deferred(change::Deferral {
                    waiting_for: placed("", each(it.waiting_for, token))?,
                    reason: it.reason,
                    likely: it.likely,
                }),
                $types::Failure::Transient(reason) => change::Failure::Transient(reason),
                $types::Failure::Broken(reason) => change::Failure::Broken(reason),
            })
        }

        fn note(it: $types::Diagnostic) -> change::Note {
            change::Note {
                severity: match it.severity {
                    $types::Severity::Error => change::NoteSeverity::Error,
                    $types::Severity::Warning => change::NoteSeverity::Warning,
                    $types::Severity::Info => change::NoteSeverity::Info,
                },
                code: it.code,
                summary: it.summary,
                remedy: it.remedy,
                rule: it.rule,
                at: it.at,
            }
        }

        // ---- changes

        fn change(it: $types::Change) -> Converted<change::Change> {
            Ok(change::Change {
                address: it.address,
                summary: it.summary,
                operation: self::operation(it.operation)?,
                after: each(it.after, |it| {
                    Ok(match it {
                        $types::Prerequisite::Change(address) => {
                            change::Prerequisite::Change(address)
                        }
                        $types::Prerequisite::Given(it) => change::Prerequisite::Given(token(it)?),
                    })
                })?,
                waits: each(it.waits, wait)?,
                results: each(it.results, binding)?,
                undo: match it.undo {
                    $types::Undo::Possible(it) => change::Undo::Possible(take_back(it)?),
                    $types::Undo::Nothing => change::Undo::Nothing,
                    $types::Undo::Impossible(reason) => change::Undo::Impossible(reason),
                },
            })
        }

        fn operation(it: $types::Operation) -> Converted<operation::Operation> {
            Ok(match it {
                $types::Operation::Create(it) => {
                    operation::Operation::Create(operation::CreateRecord {
                        object: it.object,
                        fields: fields(it.fields)?,
                        key: operation::Key {
                            conditions: conditions(it.key.conditions)?,
                            enforced: it.key.enforced,
                        },
                        options: fields(it.options)?,
                    })
                }
                $types::Operation::Update(it) => {
                    operation::Operation::Update(operation::UpdateRecord {
                        object: it.object,
                        id: scalar(it.id)?,
                        fields: fields(it.fields)?,
                        options: fields(it.options)?,
                    })
                }
                $types::Operation::Delete(it) => {
                    operation::Operation::Delete(operation::DeleteRecord {
                        object: it.object,
                        id: scalar(it.id)?,
                    })
                }
                $types::Operation::Configure(it) => {
                    operation::Operation::Configure(operation::ConfigureSettings {
                        settings: it.settings,
                        fields: fields(it.fields)?,
                    })
                }
                $types::Operation::Deploy(it) => {
                    operation::Operation::Deploy(operation::DeployComponents {
                        components: each(it.components, component)?,
                        removals: each(it.removals, component_name)?,
                        options: fields(it.options)?,
                    })
                }
                $types::Operation::Request(it) => {
                    operation::Operation::Request(operation::RestRequest {
                        method: match it.method {
                            $types::Method::Post => operation::Method::Post,
                            $types::Method::Put => operation::Method::Put,
                            $types::Method::Patch => operation::Method::Patch,
                            $types::Method::Delete => operation::Method::Delete,
                        },
                        path: resource_path(it.path)?,
                        body: it.body,
                        repetition: match it.repetition {
                            $types::Repetition::Safe => operation::Repetition::Safe,
                            $types::Repetition::Look(key) => operation::Repetition::Look {
                                look: probe(key.look)?,
                                enforced: key.enforced,
                            },
                            $types::Repetition::Never => operation::Repetition::Never,
                        },
                    })
                }
                $types::Operation::WaitOnly => operation::Operation::WaitOnly(operation::WaitOnly),
            })
        }

        fn component(it: $types::Component) -> Converted<operation::Component> {
            Ok(operation::Component {
                name: component_name(it.name)?,
                content: it.content,
            })
        }

        fn wait(it: $types::Wait) -> Converted<change::Wait> {
            Ok(change::Wait {
                summary: it.summary,
                look: probe(it.look)?,
                until: finding(it.until)?,
                failed: each(it.failed, check)?,
                reason_at: it.reason_at,
                every_ms: it.every_ms,
                at_most_ms: it.at_most_ms,
            })
        }

        fn binding(it: $types::Binding) -> Converted<change::Binding> {
            Ok(change::Binding {
                name: it.name,
                source: match it.source {
                    $types::Source::Reply(at) => change::Source::Reply(at),
                    $types::Source::Found(it) => change::Source::Found {
                        look: probe(it.look)?,
                        at: it.at,
                    },
                },
                secret: it.secret,
            })
        }

        fn take_back(it: $types::TakeBack) -> Converted<change::TakeBack> {
            Ok(change::TakeBack {
                way: match it.way {
                    $types::WayBack::Restore => change::WayBack::Restore,
                    $types::WayBack::Instead(it) => {
                        change::WayBack::Instead(Box::new(self::operation(it)?))
                    }
                },
                waits: each(it.waits, wait)?,
                only_if: each(it.only_if, |it| {
                    Ok(operation::Expectation {
                        look: probe(it.look)?,
                        finding: finding(it.finding)?,
                    })
                })?,
                stays: it.stays,
                destroys: it.destroys,
            })
        }

        // ---- effects

        fn effect(it: $types::Effect) -> Converted<change::Effect> {
            Ok(change::Effect {
                address: it.address,
                causes: it.causes,
                summary: it.summary,
                certainty: match it.certainty {
                    $types::Certainty::Certain => change::Certainty::Certain,
                    $types::Certainty::Likely => change::Certainty::Likely,
                    $types::Certainty::Possible => change::Certainty::Possible,
                },
                consequence: consequence(it.consequence)?,
                within_ms: it.within_ms,
                remains: it.remains,
            })
        }

        fn consequence(it: $types::Consequence) -> Converted<change::Consequence> {
            Ok(match it {
                $types::Consequence::Appears(it) => change::Consequence::Appears {
                    object: it.object,
                    fields: fields(it.fields)?,
                    key: conditions(it.key)?,
                    id: scalar(it.id)?,
                },
                $types::Consequence::Alters(it) => change::Consequence::Alters {
                    object: it.object,
                    id: scalar(it.id)?,
                    fields: fields(it.fields)?,
                },
                $types::Consequence::Disappears(it) => change::Consequence::Disappears {
                    object: it.object,
                    id: scalar(it.id)?,
                },
                $types::Consequence::Configures(it) => change::Consequence::Configures {
                    settings: it.settings,
                    fields: fields(it.fields)?,
                },
                $types::Consequence::Opens(it) => change::Consequence::Opens {
                    objects: it.objects,
                    fields: each(it.fields, |it| {
                        Ok(change::OpenedField {
                            object: it.object,
                            field: it.field,
                            initial: scalar(it.initial)?,
                        })
                    })?,
                },
                $types::Consequence::Takes(it) => change::Consequence::Takes {
                    object: it.object,
                    id: scalar(it.id)?,
                    total: it.total,
                    used: it.used,
                    amount: it.amount,
                },
                $types::Consequence::Mails(it) => change::Consequence::Mails {
                    recipients: it.recipients,
                    to: each(it.to, scalar)?,
                },
                $types::Consequence::Other => change::Consequence::Other,
            })
        }

        // ---- values, and what Usher looks for

        fn scalar(it: $types::Scalar) -> Converted<value::Scalar> {
            Ok(match it {
                $types::Scalar::Nothing => value::Scalar::Nothing,
                $types::Scalar::Truth(truth) => value::Scalar::Truth(truth),
                $types::Scalar::Number(number) => value::Scalar::Number(number),
                $types::Scalar::Date(date) => value::Scalar::Date(date),
                $types::Scalar::DateTime(time) => value::Scalar::DateTime(time),
                $types::Scalar::Text(text) => value::Scalar::Text(text),
                $types::Scalar::Reference(it) => value::Scalar::Reference(reference(it)?),
                $types::Scalar::Joined(pieces) => value::Scalar::Joined(each(pieces, |it| {
                    Ok(match it {
                        $types::Piece::Text(text) => value::Piece::Text(text),
                        $types::Piece::Reference(it) => value::Piece::Reference(reference(it)?),
                    })
                })?),
            })
        }

        fn reference(it: $types::Reference) -> Converted<value::Reference> {
            Ok(match it {
                $types::Reference::Given(it) => value::Reference::Given(token(it)?),
                $types::Reference::Bound(bound) => {
                    value::Reference::Bound(Box::new(value::BindingName {
                        address: bound.address,
                        name: bound.name,
                    }))
                }
            })
        }

        pub(crate) fn fields(all: Vec<$types::Field>) -> Converted<Vec<operation::Field>> {
            each(all, |it| {
                Ok(operation::Field {
                    name: it.name,
                    value: scalar(it.value)?,
                })
            })
        }

        fn conditions(all: Vec<$types::Condition>) -> Converted<Vec<operation::Condition>> {
            each(all, |it| {
                Ok(operation::Condition {
                    field: it.field,
                    any_of: each(it.any_of, scalar)?,
                })
            })
        }

        pub(crate) fn lookup(it: $types::Lookup) -> Converted<operation::Lookup> {
            Ok(operation::Lookup {
                object: it.object,
                fields: it.fields,
                conditions: conditions(it.conditions)?,
            })
        }

        pub(crate) fn component_name(
            it: $types::ComponentName,
        ) -> Converted<operation::ComponentName> {
            Ok(operation::ComponentName {
                kind: it.kind,
                full_name: scalar(it.full_name)?,
            })
        }

        pub(crate) fn resource_path(
            it: $types::ResourcePath,
        ) -> Converted<operation::ResourcePath> {
            Ok(operation::ResourcePath {
                segments: each(it.segments, scalar)?,
                query: fields(it.query)?,
            })
        }

        fn probe(it: $types::Probe) -> Converted<operation::Probe> {
            Ok(match it {
                $types::Probe::Records(it) => operation::Probe::Records(lookup(it)?),
                $types::Probe::Rest(it) => operation::Probe::Rest(resource_path(it)?),
                $types::Probe::Settings(name) => operation::Probe::Settings(name),
                $types::Probe::Component(it) => operation::Probe::Component(component_name(it)?),
                $types::Probe::Object(name) => operation::Probe::Object(name),
            })
        }

        fn finding(it: $types::Finding) -> Converted<operation::Finding> {
            Ok(match it {
                $types::Finding::Present => operation::Finding::Present,
                $types::Finding::Absent => operation::Finding::Absent,
                $types::Finding::Holds(it) => operation::Finding::Holds(each(it, check)?),
            })
        }

        fn check(it: $types::Check) -> Converted<operation::Check> {
            Ok(operation::Check {
                at: it.at,
                any_of: each(it.any_of, scalar)?,
            })
        }

        // ---- back to the plugin: the reason why a read has no answer

        pub(crate) fn read_error(error: read::ReadError) -> $org::ReadError {
            match error {
                read::ReadError::Denied(text) => $org::ReadError::Denied(text),
                read::ReadError::Pending { token, reason } => {
                    $org::ReadError::Pending($org::Hindrance {
                        token: token.to_string(),
                        reason,
                    })
                }
                read::ReadError::Refused(refusal) => $org::ReadError::Refused($org::Refusal {
                    status: refusal.status,
                    code: refusal.code,
                    message: refusal.message,
                }),
                read::ReadError::TooMuch(text) => $org::ReadError::TooMuch(text),
                read::ReadError::Unavailable(text) => $org::ReadError::Unavailable(text),
            }
        }
    };
}
