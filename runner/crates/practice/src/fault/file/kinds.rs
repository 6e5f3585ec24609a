//! The kind of one fault, with the keys that are its own.

use http::{Method, Uri};
use usher_core::diagnostic::Diagnostic;

use crate::fault::file::keys::Keys;
use crate::fault::file::{COUNT_MAX, mistake};
use crate::fault::{Cut, FaultKind, GatewayStatus, Rival, Shape, ThrottleStatus};

/// An hour: no client of ours waits longer for anything.
const MS_MAX: i64 = 3_600_000;

/// Ten years: further off a clock tells nothing new.
const SECONDS_MAX: i64 = 315_360_000;

/// The code of a fault that names none: that of an admin's own rule, which no client can foresee.
const CODE: &str = "FIELD_CUSTOM_VALIDATION_EXCEPTION";

/// The kind of the fault; none when there is a mistake in what belongs to it.
pub(super) fn kind(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<FaultKind> {
    let name = keys.required_choice("kind", &FaultKind::NAMES, found)?;
    Some(match name {
        "refuse" => refuse(keys, found)?,
        "lock" => FaultKind::Lock {
            row: row(keys, found),
        },
        "busy" => FaultKind::Busy {
            row: row(keys, found),
        },
        "throttle" => throttle(keys, found)?,
        "unreachable" => FaultKind::Unreachable,
        "fail-before" => FaultKind::FailBefore,
        "lose-answer" => FaultKind::LoseAnswer,
        "half-answer" => FaultKind::HalfAnswer {
            after: match keys.choice("after", &["headers", "body"], found) {
                Some("headers") => Cut::Headers,
                _ => Cut::Body,
            },
        },
        "stall" => FaultKind::Stall {
            ms: keys
                .required_number("ms", 1..=MS_MAX, found)?
                .unsigned_abs(),
        },
        "error" => FaultKind::Error {
            acts: keys.required_flag("acts", found)?,
        },
        "garbled" => garbled(keys, found)?,
        "bad-gateway" => bad_gateway(keys, found)?,
        "html" => FaultKind::Html {
            acts: keys.required_flag("acts", found)?,
        },
        "redirect" => FaultKind::Redirect,
        "too-long" => FaultKind::TooLong,
        "headers-too-large" => FaultKind::HeadersTooLarge,
        "sign-out" => FaultKind::SignOut,
        "limit" => FaultKind::Limit,
        "date" => FaultKind::Date {
            seconds: keys.required_number("seconds", -SECONDS_MAX..=SECONDS_MAX, found)?,
        },
        "rival" => rival(keys, found)?,
        _ => FaultKind::JobError,
    })
}

fn row(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<u64> {
    let row = keys.number("row", 1..=COUNT_MAX, found);
    row.map(i64::unsigned_abs)
}

fn refuse(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<FaultKind> {
    let row = row(keys, found);
    let message = keys.text("message", found).map(|(message, _)| message);
    let (code, span) = keys.text("code", found).unwrap_or((CODE, 0..0));
    let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if code.is_empty() || !code.bytes().all(is_code) {
        let message = format!("`{code}` is not a code of Salesforce");
        let help = format!("a code is like `{CODE}`");
        found.push(mistake("bad-code", message).at(span).help(help));
        return None;
    }
    let message = message.unwrap_or("A fault of the practice org refuses this");
    Some(FaultKind::Refuse {
        row,
        code: code.to_owned(),
        message: message.to_owned(),
    })
}

fn throttle(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<FaultKind> {
    let retry_after = keys.number("retry_after", 0..=MS_MAX / 1_000, found);
    let status = match status(keys, &[403, 503], "throttling", found)? {
        503 => ThrottleStatus::Unavailable,
        _ => ThrottleStatus::Forbidden,
    };
    Some(FaultKind::Throttle {
        status,
        retry_after_s: retry_after.map(i64::unsigned_abs),
    })
}

fn bad_gateway(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<FaultKind> {
    let acts = keys.required_flag("acts", found);
    let status = match status(keys, &[502, 500, 504], "a gateway", found)? {
        500 => GatewayStatus::Internal,
        504 => GatewayStatus::Timeout,
        _ => GatewayStatus::Bad,
    };
    Some(FaultKind::BadGateway {
        status,
        acts: acts?,
    })
}

/// One of these, the first when left out.
fn status(
    keys: &mut Keys<'_>,
    choices: &[i64],
    who: &str,
    found: &mut Vec<Diagnostic>,
) -> Option<i64> {
    let Some(status) = keys.number("status", 100..=599, found) else {
        let default = choices.first().copied();
        return default.filter(|_| keys.place("status").is_none());
    };
    if choices.contains(&status) {
        return Some(status);
    }
    let (last, others) = choices.split_last()?;
    let others: Vec<String> = others.iter().map(i64::to_string).collect();
    let others = others.join(", ");
    let message = format!("`status` is {status}: {who} answers with {others} or {last}");
    let place = keys.place("status").unwrap_or_default();
    found.push(mistake("out-of-range", message).at(place));
    None
}

fn garbled(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<FaultKind> {
    let acts = keys.required_flag("acts", found);
    let shape = match keys.required_choice("shape", &["empty", "fewer", "no-code"], found)? {
        "fewer" => Shape::Fewer,
        "no-code" => Shape::NoCode,
        _ => Shape::Empty,
    };
    if shape != Shape::Empty && acts == Some(false) {
        let message = "without an act there are no rows to garble";
        let help = "set `acts = true`, or `shape = \"empty\"`";
        let place = keys.place("acts").unwrap_or_default();
        found.push(mistake("contradiction", message).at(place).help(help));
        return None;
    }
    Some(FaultKind::Garbled { shape, acts: acts? })
}

fn rival(keys: &mut Keys<'_>, found: &mut Vec<Diagnostic>) -> Option<FaultKind> {
    let mut request = keys.required_table("request", found)?;
    let methods = &["POST", "PATCH", "PUT", "DELETE"];
    let method = request.required_choice("method", methods, found);
    let path = request.required_text("path", found);
    let body = request.text("body", found);
    let by = request.text("by", found);
    request.finish(found);
    let (path, span) = path?;
    let is_path = !path.starts_with('/') && format!("/{path}").parse::<Uri>().is_ok();
    if !is_path {
        let message = format!("`{path}` is not a path below `/services/data/vNN.0/`");
        let help = "write it like `sobjects/Account`, with what is special percent-encoded";
        found.push(mistake("bad-path", message).at(span).help(help));
        return None;
    }
    let (body, span) = body.unwrap_or(("", 0..0));
    if let (false, Err(error)) = (
        body.is_empty(),
        serde_json::from_str::<serde_json::Value>(body),
    ) {
        found.push(mistake("bad-body", format!("`body` is not JSON: {error}")).at(span));
        return None;
    }
    Some(FaultKind::Rival(Rival {
        method: Method::from_bytes(method?.as_bytes()).ok()?,
        path: path.to_owned(),
        body: body.to_owned(),
        by: by.map(|(by, _)| by.to_owned()),
    }))
}
