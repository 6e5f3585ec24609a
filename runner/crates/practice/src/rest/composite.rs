//! `composite`: up to 25 calls in one, later ones naming results of earlier ones (docs/salesforce/rest.md#composite).

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use http::{HeaderValue, Method};
use serde_json::{Map, Value, json};

use crate::pages::Pages;
use crate::path::segments;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call, DUPLICATE_RULES, Payload, parameters, resource};
use crate::tenant::Tenant;
use crate::tenant::duplicate_header::DuplicateHeader;
use crate::version;

const CALLS_MAX: usize = 25;

/// Of those, queries and collections.
const HEAVY_MAX: usize = 5;

/// One call inside.
pub(super) struct Part {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) reference: String,
    pub(super) body: Value,
    /// Its own duplicate-rule header: a part inherits none but those of signing in and content.
    duplicates: DuplicateHeader,
}

/// `POST …/composite`
pub(crate) fn answer(org: &Tenant<'_>, pages: &mut Pages, call: &Call) -> Outcome<Answer> {
    let body = call.object()?;
    let all_or_none = body.get("allOrNone") == Some(&Value::Bool(true));
    let parts = parts(&body)?;
    permit(&parts)?;
    let (answers, _) = run(org, pages, &parts, all_or_none);
    Ok(Answer::ok(json!({ "compositeResponse": answers })))
}

/// The calls in a call, from the body's list `compositeRequest`.
pub(super) fn parts(body: &Map<String, Value>) -> Outcome<Vec<Part>> {
    match body.get("compositeRequest") {
        Some(Value::Array(list)) => list.iter().map(part).collect(),
        _ => Err(Refusal::new(
            400,
            "JSON_PARSER_ERROR",
            "the body has no list `compositeRequest`",
        )),
    }
}

/// Answers the calls one after another, as the platform shows the answers; and says whether all succeeded. With
/// `all_or_none`, the first that fails takes back what the others did.
pub(super) fn run(
    org: &Tenant<'_>,
    pages: &mut Pages,
    parts: &[Part],
    all_or_none: bool,
) -> (Vec<Value>, bool) {
    let mut answers: Vec<Answer> = Vec::new();
    let run = |answers: &mut Vec<Answer>, pages: &mut Pages| {
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for part in parts {
            let answer = part_answer(org, pages, part, &known);
            let failed = answer.status >= 400;
            if let (false, Some(body)) = (failed, &answer.body) {
                known.insert(part.reference.clone(), body.clone());
            }
            answers.push(answer);
            if failed && all_or_none {
                return Err(halted());
            }
        }
        Ok(())
    };
    let undone = match all_or_none {
        true => org.unit(|| run(&mut answers, pages)).is_err(),
        false => run(&mut answers, pages).is_err(),
    };
    if undone {
        let failing = answers.len().saturating_sub(1);
        for (place, answer) in answers.iter_mut().enumerate() {
            if place != failing {
                *answer = Answer::refused(&halted());
            }
        }
        answers.resize(parts.len(), Answer::refused(&halted()));
    }
    let succeeded = answers.iter().all(|answer| answer.status < 400);
    let answers = parts.iter().zip(answers);
    let shown = answers.map(|(part, answer)| shown(part, answer));
    (shown.collect(), succeeded)
}

/// The answers to calls that are not made because others failed.
pub(super) fn all_halted(parts: &[Part]) -> Vec<Value> {
    let halted = parts
        .iter()
        .map(|part| shown(part, Answer::refused(&halted())));
    halted.collect()
}

fn part(value: &Value) -> Outcome<Part> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let (Some(method), Some(url), Some(reference)) =
        (text("method"), text("url"), text("referenceId"))
    else {
        let message = "Each subrequest needs method, url and referenceId";
        return Err(Refusal::new(400, "JSON_PARSER_ERROR", message));
    };
    let method = Method::from_bytes(method.to_uppercase().as_bytes())
        .map_err(|_| Refusal::new(400, "JSON_PARSER_ERROR", format!("`{method}` is no method")))?;
    Ok(Part {
        method,
        url: url.to_owned(),
        reference: reference.to_owned(),
        body: value.get("body").cloned().unwrap_or_default(),
        duplicates: duplicate_header(value.get("httpHeaders")),
    })
}

fn duplicate_header(headers: Option<&Value>) -> DuplicateHeader {
    let headers = headers.and_then(Value::as_object);
    let mut headers = headers.into_iter().flatten();
    let header = headers.find(|(name, _)| name.eq_ignore_ascii_case(DUPLICATE_RULES));
    let value = header.and_then(|(_, value)| HeaderValue::from_str(value.as_str()?).ok());
    DuplicateHeader::of(value.as_ref())
}

fn permit(parts: &[Part]) -> Outcome<()> {
    if parts.len() > CALLS_MAX {
        // [inferred] The code and the text, here and below.
        let message = format!(
            "The composite request has {} subrequests, more than {CALLS_MAX}",
            parts.len()
        );
        return Err(Refusal::new(400, "LIMIT_EXCEEDED", message));
    }
    let heavy = parts.iter().filter(|part| {
        let path = segments(part.url.split('?').next().unwrap_or_default());
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        matches!(
            names.as_slice(),
            [_, _, _, "query" | "queryAll" | "composite", ..]
        )
    });
    let heavy = heavy.count();
    if heavy > HEAVY_MAX {
        let message = format!(
            "The composite request has {heavy} queries and collections, more than {HEAVY_MAX}"
        );
        return Err(Refusal::new(400, "LIMIT_EXCEEDED", message));
    }
    references_once(parts)
}

/// Refuses two calls of one reference.
pub(super) fn references_once(parts: &[Part]) -> Outcome<()> {
    let mut seen = BTreeSet::new();
    for part in parts {
        if !seen.insert(part.reference.as_str()) {
            let message = format!("Duplicate referenceId: {}", part.reference);
            return Err(Refusal::new(400, "DUPLICATE_VALUE", message));
        }
    }
    Ok(())
}

fn part_answer(
    org: &Tenant<'_>,
    pages: &mut Pages,
    part: &Part,
    known: &BTreeMap<String, Value>,
) -> Answer {
    let outcome = inner_call(part, known).and_then(|(version, call)| {
        let names: Vec<&str> = call.segments.iter().map(String::as_str).collect();
        // A composite has no composites in it; collections are resources like others. That trees and graphs are no parts
        // of one is [inferred].
        if let ["composite"] | ["composite", "batch" | "graph" | "tree", ..] = names.as_slice() {
            return Err(Refusal::new(
                400,
                "INVALID_INPUT",
                "Composites can't be nested",
            ));
        }
        let org = org.at_version(version);
        let org = org.with_duplicates(part.duplicates);
        resource(&org, pages, &call, &names)
    });
    outcome.unwrap_or_else(|refusal| Answer::refused(&refusal))
}

fn inner_call(part: &Part, known: &BTreeMap<String, Value>) -> Outcome<(u32, Call)> {
    let left = Cell::new(FILLED_BYTES_MAX);
    let url = filled(&part.url, known, &left)?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let mut segments = segments(path);
    let version = match segments.as_slice() {
        [services, data, version, ..] if services == "services" && data == "data" => {
            version::of_rest(version)
        }
        _ => None,
    };
    let version = version.ok_or_else(Refusal::not_found)?;
    let call = Call {
        method: part.method.clone(),
        segments: segments.split_off(3),
        query: parameters(query),
        body: Payload::Json(filled_json(&part.body, known, &left)?),
        page_size: None,
    };
    Ok((version, call))
}

/// Bytes that references may bring into one call: more than any record takes, and little for the org.
const FILLED_BYTES_MAX: usize = 5_000_000;

/// `text` with every `@{ref.field}` replaced by what that call answered. `left`: bytes that may still be brought in.
fn filled(text: &str, known: &BTreeMap<String, Value>, left: &Cell<usize>) -> Outcome<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("@{") {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        filled.push_str(before);
        let value = match resolve(name, known)? {
            Value::String(value) => value,
            other => other.to_string(),
        };
        take(left, value.len())?;
        filled.push_str(&value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Refuses a call into which references bring too much.
fn take(left: &Cell<usize>, bytes: usize) -> Outcome<()> {
    match left.get().checked_sub(bytes) {
        Some(rest) => {
            left.set(rest);
            Ok(())
        }
        // Not the platform's words: its bound is not known.
        None => Err(Refusal::new(
            400,
            "PROCESSING_HALTED",
            "the references of a call bring in more than 5,000,000 bytes",
        )),
    }
}

fn filled_json(
    value: &Value,
    known: &BTreeMap<String, Value>,
    left: &Cell<usize>,
) -> Outcome<Value> {
    Ok(match value {
        Value::String(text) => match text
            .strip_prefix("@{")
            .and_then(|rest| rest.strip_suffix('}'))
        {
            // The whole value: it keeps its type.
            Some(name) if !name.contains('{') => {
                let value = resolve(name, known)?;
                take(left, value.to_string().len())?;
                value
            }
            _ => Value::String(filled(text, known, left)?),
        },
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| filled_json(item, known, left))
                .collect::<Outcome<_>>()?,
        ),
        Value::Object(fields) => {
            let filled = fields
                .iter()
                .map(|(name, value)| Ok((name.clone(), filled_json(value, known, left)?)));
            Value::Object(filled.collect::<Outcome<Map<_, _>>>()?)
        }
        other => other.clone(),
    })
}

/// `ref.field`, `ref.records[0].Id`
fn resolve(name: &str, known: &BTreeMap<String, Value>) -> Outcome<Value> {
    let (reference, path) = name.split_once(['.', '[']).unwrap_or((name, ""));
    let path = &name[name.len() - path.len()..];
    let mut at = known.get(reference);
    for step in path.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        at = at.and_then(|value| match step.parse::<usize>() {
            Ok(place) if value.is_array() => value.get(place),
            _ => value.get(step),
        });
    }
    at.cloned().ok_or_else(|| {
        // [inferred] The wording.
        let message = format!("Invalid reference specified. No value for {name} found");
        Refusal::new(400, "PROCESSING_HALTED", message)
    })
}

fn shown(part: &Part, answer: Answer) -> Value {
    let headers: Map<String, Value> = answer
        .location
        .into_iter()
        .map(|location| ("Location".to_owned(), Value::from(location)))
        .collect();
    json!({
        "body": answer.body,
        "httpHeaders": headers,
        "httpStatusCode": answer.status,
        "referenceId": part.reference,
    })
}

/// The refusal of the others when one fails and `allOrNone` is set (docs/salesforce/rest.md#composite). The sentence is
/// \[inferred\].
fn halted() -> Refusal {
    let message =
        "The transaction was rolled back since another operation in the same transaction failed.";
    Refusal::new(400, "PROCESSING_HALTED", message)
}
