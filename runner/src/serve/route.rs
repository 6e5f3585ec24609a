//! The org that a request is for: by the path, by the host, by an org id in the path, by the token; else the first. The
//! paths that an org sees are Salesforce's: what names the org is taken off.

use bytes::Bytes;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, Request, header};
use usher_practice::Below;

use crate::serve::orgs::Orgs;

/// The end of the names of hosts: a machine that knows it takes each for itself (RFC 6761, 6.3).
const LOCALHOST: &str = ".localhost";

/// The end of the names of hosts as they are shown to clients. Certificates have `*.my.localhost`: clients take a
/// wildcard before two labels, and not before one.
pub(crate) const MY: &str = ".my.localhost";

/// The folder of orgs in a path.
pub(crate) const FOLDER: &str = "/orgs/";

/// Bytes of a body that are searched for a token: a session is in the head of an envelope.
const SEARCHED_BYTES_MAX: usize = 64 * 1024;

/// The place of the org that a request is for, and the request as the org sees it; else the name of an org that is not
/// here.
pub(super) fn route(
    orgs: &Orgs,
    request: Request<Bytes>,
) -> Result<(usize, Request<Bytes>), String> {
    if let Some((name, rest)) = named_in_path(request.uri()) {
        let place = orgs.by_name(&name).ok_or_else(|| name.clone())?;
        return Ok((place, below(request, &name, rest)));
    }
    if let Some(name) = named_by_host(request.headers(), request.uri()) {
        return match orgs.by_name(&name) {
            Some(place) => Ok((place, request)),
            None => Err(name),
        };
    }
    let place = by_id(orgs, &request).unwrap_or(0);
    Ok((place, request))
}

/// The org's name and the rest of the path and query: of `/orgs/practice-2/services?x`, `practice-2` and `/services?x`.
fn named_in_path(uri: &Uri) -> Option<(String, String)> {
    let whole = uri.path_and_query()?.as_str();
    let rest = whole.trim_start_matches('/');
    let rest = rest.strip_prefix(FOLDER.trim_start_matches('/'))?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let rest = match rest.starts_with('/') {
        true => rest.to_owned(),
        false => format!("/{rest}"),
    };
    Some((name.to_owned(), rest))
}

fn below(mut request: Request<Bytes>, name: &str, rest: String) -> Request<Bytes> {
    // It is a part of a path that was read as one.
    if let Ok(rest) = PathAndQuery::try_from(rest) {
        *request.uri_mut() = Uri::from(rest);
    }
    let below = Below(format!("{FOLDER}{name}"));
    request.extensions_mut().insert(below);
    request
}

/// The first label of a host below `localhost`.
fn named_by_host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.host())?;
    let host = host.split(':').next().unwrap_or_default();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let name = host.strip_suffix(LOCALHOST)?;
    let name = name.split('.').next().unwrap_or_default();
    Some(name.to_owned())
}

/// The org whose id is in the path, in the token, in the query or in the body.
fn by_id(orgs: &Orgs, request: &Request<Bytes>) -> Option<usize> {
    if orgs.all.len() == 1 {
        return Some(0);
    }
    let path = request.uri().path();
    let in_path = path
        .split('/')
        .find_map(|part| part.starts_with("00D").then(|| orgs.by_id(part))?);
    let token = request.headers().get(header::AUTHORIZATION);
    let token = token.and_then(|token| token.to_str().ok());
    let in_query = || by_token(orgs, request.uri().query()?);
    let in_body = || {
        let body = request.body();
        let searched = &body[..body.len().min(SEARCHED_BYTES_MAX)];
        by_token(orgs, &String::from_utf8_lossy(searched))
    };
    let has_body_of_tokens = ["/services/Soap/", "/services/oauth2/"]
        .iter()
        .any(|face| path.contains(face));
    in_path
        .or_else(|| by_token(orgs, token?))
        .or_else(in_query)
        .or_else(|| has_body_of_tokens.then(in_body)?)
}

/// The org of the first token in a text: its id, a mark, and what nobody guesses.
fn by_token(orgs: &Orgs, text: &str) -> Option<usize> {
    text.match_indices("00D").find_map(|(start, _)| {
        let token = &text[start..];
        let end = token.find(|letter: char| !letter.is_ascii_alphanumeric())?;
        let is_marked = token[end..].starts_with('!') || token[end..].starts_with("%21");
        (is_marked && (end == 15 || end == 18)).then(|| orgs.by_id(token))?
    })
}
