//! The data of an ingest job comes in: one text becomes slices of whole records.
//!
//! The whole text is looked at before anything is saved: what is not CSV fails the job when it is processed
//! (docs/salesforce/bulk.md#csv).

use crate::bulk::csv::{Fault, Format};
use crate::bulk::job::Job;
use crate::bulk::kept::{self, BATCH_SLICES, SLICE_RECORDS};
use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;

/// Bytes of a job's data once they are written as base64 (docs/salesforce/bulk.md#limits). A server may take less in one
/// request.
const BASE64_BYTES_MAX: usize = 150_000_000;

/// Characters of the header, values of a record, characters of a record (docs/salesforce/bulk.md#limits).
const HEADER_CHARACTERS_MAX: usize = 32_000;
const VALUES_MAX: usize = 5_000;
const RECORD_CHARACTERS_MAX: usize = 400_000;

/// Takes in the data of a job.
pub(super) fn take(org: &Tenant<'_>, job: &mut Job, bytes: &[u8]) -> Outcome<()> {
    if job.header.is_some() {
        // The sentence is known; the code is [inferred].
        let message = format!(
            "Found multiple contents for job: <{}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.",
            job.id
        );
        return Err(Refusal::new(400, "INVALIDJOBSTATE", message));
    }
    if bytes.len().div_ceil(3) * 4 > BASE64_BYTES_MAX {
        // [inferred] The code and the text.
        let message = "The job data is larger than 150 MB once it is converted to base64";
        return Err(Refusal::new(413, "REQUEST_ENTITY_TOO_LARGE", message));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        // [inferred] That the job fails, and the text. Data that is not UTF-8 cannot be given back as it came.
        job.header = Some(String::new());
        job.error = Some("InvalidBatch : the data is not UTF-8".to_owned());
        return Ok(());
    };
    let mut records = job.format.records(text);
    let header = match records.next() {
        None => "",
        Some(Ok(record)) => record.text,
        Some(Err(fault)) => {
            job.error = Some(words(fault, job.format));
            // Nothing can be read behind it, and all of it is kept.
            text.split_inclusive('\n').next().unwrap_or_default()
        }
    };
    job.header = Some(header.trim_end_matches(['\r', '\n']).to_owned());
    if header.chars().count() > HEADER_CHARACTERS_MAX {
        job.error = Some(limited("header row", HEADER_CHARACTERS_MAX, "characters"));
    }
    let mut from = match job.error {
        None => text.len() - records.rest().len(),
        Some(_) => header.len(),
    };
    let mut place = Place::default();
    let mut number = 0;
    while let Some(record) = records.next() {
        let wrong = match &record {
            Err(fault) => Some(words(*fault, job.format)),
            Ok(record) => bounded(&record.cells),
        };
        job.error = job.error.take().or(wrong);
        number += 1;
        if number == SLICE_RECORDS && record.is_ok() {
            let at = text.len() - records.rest().len();
            kept::add_slice(org, &job.id, place.next(), &text[from..at])?;
            (from, number) = (at, 0);
        }
    }
    match text[from..].is_empty() {
        true => Ok(()),
        false => kept::add_slice(org, &job.id, place.next(), &text[from..]),
    }
}

/// The slices that a job has so far.
#[derive(Default)]
struct Place {
    slices: usize,
}

impl Place {
    /// The batch of the next slice, and its place in that.
    fn next(&mut self) -> (usize, usize) {
        let place = (self.slices / BATCH_SLICES, self.slices % BATCH_SLICES);
        self.slices += 1;
        place
    }
}

/// The platform's words for what is not CSV.
fn words(fault: Fault, format: Format) -> String {
    match fault {
        Fault::UnescapedQuote => "InvalidBatch : Failed to parse CSV. Found unescaped quote. A value with quote should be within a quote".to_owned(),
        // [inferred] The sentence after the first.
        Fault::OpenQuote => "InvalidBatch : Failed to parse CSV. EOF reached before closing an opened quote".to_owned(),
        Fault::LineEnding => format!(
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {}",
            format.ending.name()
        ),
    }
}

fn bounded(cells: &[String]) -> Option<String> {
    if cells.len() > VALUES_MAX {
        return Some(limited("record", VALUES_MAX, "fields"));
    }
    let characters: usize = cells.iter().map(|cell| cell.chars().count()).sum();
    (characters > RECORD_CHARACTERS_MAX)
        .then(|| limited("record", RECORD_CHARACTERS_MAX, "characters"))
}

/// \[inferred\] The text.
fn limited(part: &str, most: usize, of: &str) -> String {
    format!("InvalidBatch : Failed to parse CSV. A {part} has more than {most} {of}")
}
