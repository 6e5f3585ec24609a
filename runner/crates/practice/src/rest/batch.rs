//! `composite/batch`: up to 25 calls that do not depend on each other (docs/salesforce/rest.md#batch).

use http::Method;
use serde_json::{Value, json};

use crate::pages::Pages;
use crate::path::segments;
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call, Payload, parameters, resource};
use crate::tenant::Tenant;
use crate::version;

const CALLS_MAX: usize = 25;

/// `POST …/composite/batch`
pub(crate) fn answer(org: &Tenant<'_>, pages: &mut Pages, call: &Call) -> Outcome<Answer> {
    let body = call.object()?;
    let halt = body.get("haltOnError") == Some(&Value::Bool(true));
    let Some(Value::Array(requests)) = body.get("batchRequests") else {
        return Err(Refusal::new(
            400,
            "JSON_PARSER_ERROR",
            "the body has no list `batchRequests`",
        ));
    };
    if requests.len() > CALLS_MAX {
        // [inferred] The code and the text.
        let message = format!(
            "The batch has {} subrequests, more than {CALLS_MAX}",
            requests.len()
        );
        return Err(Refusal::new(400, "LIMIT_EXCEEDED", message));
    }
    let mut failed = false;
    let mut results = Vec::new();
    for request in requests {
        let answer = match failed && halt {
            true => Err(Refusal::new(
                412,
                "BATCH_PROCESSING_HALTED",
                "Batch processing halted per request",
            )),
            false => part(org, pages, request),
        };
        let answer = answer.unwrap_or_else(|refusal| Answer::refused(&refusal));
        failed |= answer.status >= 400;
        results.push(json!({ "statusCode": answer.status, "result": answer.body }));
    }
    Ok(Answer::ok(
        json!({ "hasErrors": failed, "results": results }),
    ))
}

fn part(org: &Tenant<'_>, pages: &mut Pages, request: &Value) -> Outcome<Answer> {
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    let (Some(method), Some(url)) = (text("method"), text("url")) else {
        return Err(Refusal::new(
            400,
            "JSON_PARSER_ERROR",
            "Each subrequest needs method and url",
        ));
    };
    let method = Method::from_bytes(method.to_uppercase().as_bytes())
        .map_err(|_| Refusal::new(400, "JSON_PARSER_ERROR", format!("`{method}` is no method")))?;
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut segments = segments(path);
    // Batches name their resources from the version on: `v66.0/sobjects/…`.
    if segments.len() > 2 && segments[0] == "services" && segments[1] == "data" {
        segments.drain(..2);
    }
    let version = segments
        .first()
        .and_then(|segment| version::of_rest(segment))
        .ok_or_else(Refusal::not_found)?;
    let call = Call {
        method,
        segments: segments.split_off(1),
        query: parameters(query),
        body: Payload::Json(request.get("richInput").cloned().unwrap_or_default()),
        page_size: None,
    };
    let names: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    if let ["composite", ..] = names.as_slice() {
        return Err(Refusal::new(
            400,
            "INVALID_INPUT",
            "Composites can't be nested",
        ));
    }
    resource(&org.at_version(version), pages, &call, &names)
}
