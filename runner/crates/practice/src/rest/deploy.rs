//! Deployments over REST: `metadata/deployRequest` (docs/salesforce/metadata.md#deployments-over-rest).

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};

use crate::background;
use crate::deployments::{self, Options};
use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call, Payload, method_not_allowed};
use crate::rights;
use crate::tenant::Tenant;

/// Answers below `metadata/`.
pub(crate) fn answer(org: &Tenant<'_>, call: &Call, path: &[&str]) -> Outcome<Answer> {
    rights::metadata::any_call(org, 403)?;
    match (&call.method, path) {
        (&Method::POST, ["deployRequest"]) => start(org, call),
        (&Method::GET, ["deployRequest", id]) => {
            let details = call.parameter("includeDetails") == Some("true");
            shown(org, id, details, 200)
        }
        (&Method::POST, ["deployRequest", id]) => quick(org, id),
        (&Method::PATCH, ["deployRequest", id]) => cancel(org, call, id),
        (method, ["deployRequest"] | ["deployRequest", _]) => Err(method_not_allowed(method)),
        _ => Err(Refusal::not_found()),
    }
}

/// Deploys what was validated (docs/salesforce/metadata.md#quick-deployments).
fn quick(org: &Tenant<'_>, validated: &str) -> Outcome<Answer> {
    background::look(org)?;
    let id = deployments::deploy_validated(org, validated)?.ok_or_else(Refusal::not_found)?;
    let mut answer = shown(org, &id, false, 201)?;
    if let Some(body) = &mut answer.body {
        body["validatedDeployRequestId"] = Value::from(validated);
    }
    Ok(answer)
}

/// Cancels by the one change that a deployment takes (docs/salesforce/metadata.md#cancelling).
fn cancel(org: &Tenant<'_>, call: &Call, id: &str) -> Outcome<Answer> {
    if call.json()?["deployResult"]["status"] != "Canceling" {
        // [inferred] The code and the text.
        let message = "The status of a deployment can be changed to Canceling only";
        return Err(Refusal::new(400, "INVALID_INPUT", message));
    }
    background::catch_up(org)?;
    if deployments::find(org, id)?.is_none() {
        return Err(Refusal::not_found());
    }
    deployments::cancel(org, id, 400)?;
    shown(org, id, false, 202)
}

fn start(org: &Tenant<'_>, call: &Call) -> Outcome<Answer> {
    let body = match &call.body {
        Payload::Bytes(body) if !body.starts_with(b"{") => body,
        // As jsforce asks for a quick deployment.
        _ => {
            let body = call.json()?;
            let validated = body["validatedDeployRequestId"].as_str();
            return quick(
                org,
                validated.ok_or_else(|| unfit("it is not multipart/form-data"))?,
            );
        }
    };
    let parts = parts(body)?;
    // Clients name the first part differently, and the order is free
    // (docs/salesforce/metadata.md#deployments-over-rest).
    let options = parts
        .iter()
        .find(|part| matches!(part.name.as_str(), "json" | "entity_content"));
    let options = options.ok_or_else(|| unfit("the part `json` is missing"))?;
    let file = parts.iter().find(|part| part.name == "file");
    let file = file.ok_or_else(|| unfit("the part `file` is missing"))?;
    let sent: Value = serde_json::from_slice(options.bytes).map_err(|error| {
        Refusal::new(
            400,
            "JSON_PARSER_ERROR",
            format!("the body is no JSON: {error}"),
        )
    })?;
    let nothing = Map::new();
    let sent = sent["deployOptions"].as_object().unwrap_or(&nothing);
    let id = deployments::start(org, &Options::of_json(sent)?, file.bytes)?;
    // The answer is no look: nothing has begun.
    shown(org, &id, false, 201)
}

fn shown(org: &Tenant<'_>, id: &str, details: bool, status: u16) -> Outcome<Answer> {
    let found = match status {
        201 | 202 => deployments::find(org, id)?,
        _ => {
            background::look(org)?;
            deployments::find(org, id)?
        }
    };
    let deployment = found.ok_or_else(Refusal::not_found)?;
    let result = deployment.to_json(org, details)?;
    let mut body = json!({
        "id": id,
        "deployOptions": deployment.options.sent,
        "deployResult": result,
    });
    if status != 201 {
        let url = format!(
            "/services/data/v{}.0/metadata/deployRequest/{id}",
            org.version
        );
        body["url"] = Value::from(url);
    }
    Ok(Answer {
        status,
        body: Some(body),
        location: None,
    })
}

struct Part<'a> {
    name: String,
    bytes: &'a [u8],
}

/// The parts of `multipart/form-data`. The body's first line is the boundary.
fn parts(body: &Bytes) -> Outcome<Vec<Part<'_>>> {
    let end = find(body, b"\r\n").ok_or_else(|| unfit("it is not multipart/form-data"))?;
    let boundary = &body[..end];
    if !boundary.starts_with(b"--") {
        return Err(unfit("it is not multipart/form-data"));
    }
    let between = [b"\r\n".as_slice(), boundary].concat();
    let mut parts = Vec::new();
    let mut rest = &body[end..];
    // Each part begins behind the line break of its boundary; behind the last boundary stand two hyphens.
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let head =
            find(part, b"\r\n\r\n").ok_or_else(|| unfit("a part has no end of its headers"))?;
        let content = &part[head + 4..];
        let length = find(content, &between).ok_or_else(|| unfit("a part has no end"))?;
        parts.push(Part {
            name: name_of(&part[..head]),
            bytes: &content[..length],
        });
        rest = &content[length + between.len()..];
    }
    Ok(parts)
}

/// `Content-Disposition: form-data; name="json"`
fn name_of(headers: &[u8]) -> String {
    let headers = String::from_utf8_lossy(headers);
    let named = headers.split([';', '\r', '\n']).map(str::trim);
    let mut names = named.filter_map(|piece| piece.strip_prefix("name="));
    names
        .next()
        .unwrap_or_default()
        .trim_matches('"')
        .to_owned()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// \[inferred\] Code and text.
fn unfit(why: &str) -> Refusal {
    Refusal::new(
        400,
        "INVALID_MULTIPART_REQUEST",
        format!("The request body can't be read: {why}"),
    )
}

#[cfg(test)]
mod tests;
