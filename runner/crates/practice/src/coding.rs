//! Bodies that are compressed on the way: requests that say so, and answers when the client takes them
//! (docs/salesforce/rest.md#compression).

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, ETAG};
use http::{HeaderMap, HeaderValue, Request, Response};

use crate::injected;
use crate::refusal::{Outcome, Refusal};
use crate::rest::conditions::GZIP_SUFFIX;

/// Bytes of a body that was compressed: as many as a body may have that was not.
const UNPACKED_BYTES_MAX: u64 = 50 * 1024 * 1024;

/// Shorter answers stay as they are: on the loopback, the coding costs more than it saves (invented).
const PACKED_FROM: usize = 8 * 1024;

/// Answers a request whose body may be compressed, in a way that the client reads. An answer that a fault is about to
/// spoil stays as it is (`as_is`): whoever spoils it reads it.
pub(crate) fn through(
    request: &Request<Bytes>,
    as_is: bool,
    answer: impl FnOnce(&Request<Bytes>) -> Response<Bytes>,
) -> Response<Bytes> {
    let response = match unpacked(request) {
        Err(refusal) => injected::refused(request, &refusal),
        Ok(None) => answer(request),
        Ok(Some(request)) => answer(&request),
    };
    match !as_is && takes_gzip(request.headers()) && response.body().len() >= PACKED_FROM {
        true => packed(response),
        false => response,
    }
}

/// The request with its body as it was before; none: the body was not compressed.
fn unpacked(request: &Request<Bytes>) -> Outcome<Option<Request<Bytes>>> {
    let Some(coding) = request.headers().get(CONTENT_ENCODING) else {
        return Ok(None);
    };
    let coding = coding.to_str().unwrap_or_default().trim();
    let packed: &[u8] = request.body();
    let body = match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(packed))?,
        "deflate" => bounded(ZlibDecoder::new(packed))?,
        "" | "identity" => return Ok(None),
        // [inferred] The refusal: documents name gzip and deflate alone.
        _ => {
            let message = format!("Content-Encoding '{coding}' is not supported by this resource");
            return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", message));
        }
    };
    let mut request = request.clone();
    request.headers_mut().remove(CONTENT_ENCODING);
    request.headers_mut().remove(CONTENT_LENGTH);
    *request.body_mut() = body;
    Ok(Some(request))
}

/// Everything that comes out of a decoder, within the bound. Code and text of the refusals: \[inferred\].
fn bounded(decoder: impl Read) -> Outcome<Bytes> {
    let mut body = Vec::new();
    decoder
        .take(UNPACKED_BYTES_MAX + 1)
        .read_to_end(&mut body)
        .map_err(|error| {
            let message = format!("the body does not decompress: {error}");
            Refusal::new(400, "BAD_REQUEST", message)
        })?;
    match body.len() as u64 > UNPACKED_BYTES_MAX {
        true => Err(Refusal::new(
            413,
            "REQUEST_ENTITY_TOO_LARGE",
            "the decompressed body has more than 50 MB",
        )),
        false => Ok(Bytes::from(body)),
    }
}

/// Says whether the client takes gzip: it names it, or takes anything, and not with `q=0`.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get_all(ACCEPT_ENCODING).iter();
    named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let weight = weight.trim().trim_start_matches("q=");
            let refused = weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0);
            matches!(name.trim(), "gzip" | "x-gzip" | "*") && !refused
        })
}

/// The answer in gzip; as it was where that cannot be made.
fn packed(response: Response<Bytes>) -> Response<Bytes> {
    if response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder
        .write_all(response.body())
        .and_then(|()| encoder.finish());
    let Ok(body) = written else {
        return response;
    };
    let (mut head, _) = response.into_parts();
    head.headers
        .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.remove(CONTENT_LENGTH);
    mark(&mut head.headers);
    Response::from_parts(head, Bytes::from(body))
}

/// The tag of a compressed answer says that it is.
fn mark(headers: &mut HeaderMap) {
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok());
    let tag = tag.and_then(|tag| tag.strip_suffix('"'));
    let tag = tag.map(|tag| format!("{tag}{GZIP_SUFFIX}\""));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        headers.insert(ETAG, tag);
    }
}

#[cfg(test)]
mod tests;
