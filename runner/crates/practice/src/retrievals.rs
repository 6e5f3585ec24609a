//! Retrieves: components become files in a zip, in the background (docs/salesforce/metadata.md#retrieving). Pending →
//! InProgress → Succeeded or Failed.

mod build;
mod document;
mod profile_parts;
mod zip;

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::metadata::{ComponentKind, Listed, Stamps};
use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// The prefix of the ids of retrieves (docs/salesforce/metadata.md#retrieving).
const PREFIX: &str = "09S";

/// From being asked for to each stage \[inferred: the platform's own pace is seconds to minutes\].
const STARTS_MS: i64 = 1_000;
const DONE_MS: i64 = 2_000;

/// Retrieves that an org remembers: each can hold a zip of 39 MB.
const KEPT_MAX: i64 = 20;

/// The components that a client asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Installed packages.
    pub(crate) packages: Vec<String>,
    /// Of the files those alone; empty: all.
    pub(crate) files: Vec<String>,
    /// The files are at the top of the zip.
    pub(crate) is_single: bool,
    pub(crate) version: u32,
    /// Type and full names.
    pub(crate) types: Vec<(String, Vec<String>)>,
}

/// The state of a retrieve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    InProgress,
    Succeeded,
    Failed,
}

impl State {
    pub(crate) fn is_done(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }

    /// As `RetrieveStatus` names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }
}

/// A component as `FileProperties` show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Properties {
    pub(crate) kind: String,
    pub(crate) full_name: String,
    pub(crate) file: String,
    pub(crate) id: String,
    pub(crate) stamps: Option<Stamps>,
}

impl Properties {
    /// The properties of a component in that file.
    pub(crate) fn of(kind: &ComponentKind, listed: &Listed, file: &str) -> Self {
        Self {
            kind: kind.name.to_owned(),
            full_name: listed.full_name.clone(),
            file: file.to_owned(),
            id: listed.id.clone(),
            stamps: listed.stamps.clone(),
        }
    }
}

/// The end of a retrieve, without the zip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Report {
    files: Vec<Properties>,
    /// File and problem.
    messages: Vec<(String, String)>,
    /// Code and text.
    error: Option<(String, String)>,
}

/// A retrieve as a look finds it.
#[derive(Debug)]
pub(crate) struct Retrieval {
    pub(crate) id: String,
    pub(crate) state: State,
    pub(crate) files: Vec<Properties>,
    pub(crate) messages: Vec<(String, String)>,
    pub(crate) error: Option<(String, String)>,
    pub(crate) zip: Option<Vec<u8>>,
}

/// Takes a request in and says the retrieve's id.
pub(crate) fn start(org: &Tenant<'_>, request: &Request) -> Outcome<String> {
    let sql = "DELETE FROM practice_retrieval WHERE id NOT IN (SELECT id FROM practice_retrieval ORDER BY submitted_ms DESC, id DESC LIMIT ?)";
    org.db.prepare_cached(sql)?.execute([KEPT_MAX - 1])?;
    let id = org.next_id_of("RetrieveRequest", PREFIX)?;
    let submitted = clock::now_ms(org)?;
    let sql = "INSERT INTO practice_retrieval VALUES (?, ?, ?, ?, NULL, NULL)";
    org.db
        .prepare_cached(sql)?
        .execute((&id, submitted, &org.user_id, written(request)))?;
    Ok(id)
}

/// Says whether a retrieve is under way.
pub(crate) fn is_any_open(org: &Tenant<'_>) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_retrieval WHERE report IS NULL)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?)
}

/// Carries out what is due, in the order in which it was asked for.
pub(crate) fn advance(org: &Tenant<'_>, now_ms: i64) -> Outcome<()> {
    let sql = "SELECT id, request, user_id FROM practice_retrieval WHERE report IS NULL AND submitted_ms <= ? ORDER BY submitted_ms, id";
    let due: Vec<(String, String, String)> = {
        let mut statement = org.db.prepare_cached(sql)?;
        let found = statement.query_map([now_ms - DONE_MS], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        found.collect::<Result<_, _>>()?
    };
    for (id, request, user_id) in due {
        let request: Request = read(&request);
        // In the name of the user who asked for it, in the version asked for.
        let theirs = Tenant {
            user_id,
            ..org.at_version(request.version)
        };
        let (report, zip) = build::build(&theirs, &request)?;
        let sql = "UPDATE practice_retrieval SET report = ?, zip = ? WHERE id = ?";
        org.db
            .prepare_cached(sql)?
            .execute((written(&report), zip, &id))?;
    }
    Ok(())
}

/// Returns a retrieve as the last look left it. A zip that is handed out is gone
/// (docs/salesforce/metadata.md#retrieving).
pub(crate) fn find(org: &Tenant<'_>, id: &str, with_zip: bool) -> Outcome<Option<Retrieval>> {
    let sql = "SELECT submitted_ms, report, CASE WHEN ? THEN zip END FROM practice_retrieval WHERE id = ?";
    let found: Option<(i64, Option<String>, Option<Vec<u8>>)> = org
        .db
        .prepare_cached(sql)?
        .query_row((with_zip, id), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((submitted_ms, report, zip)) = found else {
        return Ok(None);
    };
    if zip.is_some() {
        let sql = "UPDATE practice_retrieval SET zip = NULL WHERE id = ?";
        org.db.prepare_cached(sql)?.execute([id])?;
    }
    let is_done = report.is_some();
    let report: Report = report.as_deref().map(read).unwrap_or_default();
    let state = match (is_done, &report.error) {
        (true, None) => State::Succeeded,
        (true, Some(_)) => State::Failed,
        (false, _) if clock::now_ms(org)? - submitted_ms >= STARTS_MS => State::InProgress,
        (false, _) => State::Pending,
    };
    Ok(Some(Retrieval {
        id: id.to_owned(),
        state,
        files: report.files,
        messages: report.messages,
        error: report.error,
        zip,
    }))
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers can be written")
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the table holds what was written there")
}

#[cfg(test)]
mod tests;
