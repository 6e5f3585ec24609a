//! `multipart/form-data`, as far as the request goes that makes a job together with its data
//! (docs/salesforce/bulk.md#ingest). Lines may end with a line feed alone: the documents' own example does.

use crate::refusal::{Outcome, Refusal};

/// One part.
pub(super) struct Part<'a> {
    pub(super) name: String,
    pub(super) bytes: &'a [u8],
}

/// The boundary that a content type names; none: it is not multipart.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = content_type.split(';').map(str::trim);
    let boundary = named
        .filter_map(|part| part.strip_prefix("boundary="))
        .next();
    Some(boundary.unwrap_or_default().trim_matches('"'))
}

/// The parts of a body.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str) -> Outcome<Vec<Part<'a>>> {
    if boundary.is_empty() {
        return Err(unfit("the content type names no boundary"));
    }
    let line = [b"--", boundary.as_bytes()].concat();
    let mut rest = body
        .strip_prefix(line.as_slice())
        .ok_or_else(|| unfit("it does not begin with the boundary"))?;
    let between = [b"\n".as_slice(), &line].concat();
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let part = after_line(rest).ok_or_else(|| unfit("a boundary is no line"))?;
        let length = find(part, &between).ok_or_else(|| unfit("a part has no end"))?;
        parts.push(read(&part[..length])?);
        rest = &part[length + between.len()..];
    }
    Ok(parts)
}

/// A part without the line break before the next boundary's line feed.
fn read(part: &[u8]) -> Outcome<Part<'_>> {
    let mut name = String::new();
    let mut rest = part;
    loop {
        let end = find(rest, b"\n").ok_or_else(|| unfit("a part has no end of its headers"))?;
        let line = String::from_utf8_lossy(&rest[..end]).trim().to_owned();
        rest = &rest[end + 1..];
        if line.is_empty() {
            let bytes = rest.strip_suffix(b"\r").unwrap_or(rest);
            return Ok(Part { name, bytes });
        }
        let mut pieces = line.split(';').map(str::trim);
        if let Some(found) = pieces.find_map(|piece| piece.strip_prefix("name=")) {
            name = found.trim_matches('"').to_owned();
        }
    }
}

fn after_line(bytes: &[u8]) -> Option<&[u8]> {
    bytes
        .strip_prefix(b"\r\n")
        .or_else(|| bytes.strip_prefix(b"\n"))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// \[inferred\] Code and text.
pub(super) fn unfit(why: &str) -> Refusal {
    let message = format!("The request body can't be read: {why}");
    Refusal::new(400, "INVALID_MULTIPART_REQUEST", message)
}
