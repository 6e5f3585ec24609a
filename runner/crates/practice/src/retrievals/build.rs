//! Builds the zip of a retrieve: a file for each component, `package.xml`, and a message for what is not there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::components::Content;
use crate::metadata::{self, ComponentKind, Listed};
use crate::refusal::Outcome;
use crate::retrievals::profile_parts::{self, Members};
use crate::retrievals::{Properties, Report, Request, document, zip};
use crate::tenant::Tenant;

/// Files of a retrieve, and bytes of its zip (docs/salesforce/metadata.md#packages).
const FILES_MAX: usize = 10_000;
const ZIP_BYTES_MAX: usize = 39 * 1024 * 1024;

/// Bytes of all files together (docs/salesforce/metadata.md#packages).
const UNPACKED_BYTES_MAX: usize = 600 * 1024 * 1024;

const MANIFEST: &str = "package.xml";

/// The files of a retrieve while they are gathered.
#[derive(Default)]
struct Gathered {
    /// Path → root element and content.
    files: BTreeMap<String, (String, Content)>,
    properties: Vec<Properties>,
    members: BTreeMap<&'static str, BTreeSet<String>>,
    messages: Vec<(String, String)>,
}

/// The end of a retrieve, and its zip when it did not fail.
pub(super) fn build(org: &Tenant<'_>, request: &Request) -> Outcome<(Report, Option<Vec<u8>>)> {
    if let Some(name) = request.packages.first() {
        // The org has no packages. Code and text: docs/salesforce/metadata.md#retrieving.
        let message = format!("No package named '{name}' found");
        return Ok(failed("INVALID_CROSS_REFERENCE_KEY", message));
    }
    let mut gathered = Gathered::default();
    let mut named = Members::new();
    for (kind, members) in &request.types {
        let all = named.entry(kind).or_default();
        all.extend(members.iter().map(String::as_str));
    }
    for (kind_name, members) in &named {
        match metadata::kind(kind_name) {
            Some(kind) => take(org, &mut gathered, kind, members, &named)?,
            None => missing(&mut gathered, kind_name, members),
        }
        if gathered.files.len() > FILES_MAX {
            let message = format!("Too many files in retrieve call, limit is: {FILES_MAX}");
            return Ok(failed("LIMIT_EXCEEDED", message));
        }
    }
    finish(request, gathered)
}

fn failed(code: &str, message: String) -> (Report, Option<Vec<u8>>) {
    let report = Report {
        error: Some((code.to_owned(), message)),
        ..Report::default()
    };
    (report, None)
}

/// The texts are those of docs/salesforce/metadata.md#names-that-lead-nowhere.
fn missing(gathered: &mut Gathered, kind_name: &str, members: &BTreeSet<&str>) {
    if !metadata::is_type(kind_name) {
        let problem = format!("Entity type: '{kind_name}' is unknown");
        gathered.messages.push((MANIFEST.to_owned(), problem));
        return;
    }
    for member in members.iter().filter(|member| **member != "*") {
        not_found(gathered, kind_name, member);
    }
}

fn not_found(gathered: &mut Gathered, kind_name: &str, member: &str) {
    let problem = format!("Entity of type '{kind_name}' named '{member}' cannot be found");
    gathered.messages.push((MANIFEST.to_owned(), problem));
}

fn take(
    org: &Tenant<'_>,
    gathered: &mut Gathered,
    kind: &'static ComponentKind,
    members: &BTreeSet<&str>,
    named: &Members<'_>,
) -> Outcome<()> {
    let listed = metadata::list(org, kind)?.into_iter();
    let listed: BTreeMap<String, Listed> = listed
        .map(|listed| (listed.full_name.clone(), listed))
        .collect();
    let mut wanted: BTreeSet<&str> = members.clone();
    // A wildcard names no standard objects, and no parts (docs/salesforce/metadata.md#retrieving).
    if wanted.remove("*") && kind.parts().is_empty() && !kind.is_part()
        || members.contains("*") && kind.name == "SharingRules"
    {
        wanted.extend(listed.keys().map(String::as_str));
    }
    for full_name in wanted {
        let Some(mut content) = metadata::read(org, kind, full_name)? else {
            not_found(gathered, kind.name, full_name);
            continue;
        };
        if kind.name == "Profile" {
            profile_parts::only_named(&mut content, named);
        }
        let file = kind.file(full_name);
        let root = kind.type_of(full_name);
        let held = gathered.members.entry(kind.name).or_default();
        held.insert(full_name.to_owned());
        if let Some(listed) = listed.get(full_name) {
            let properties = Properties::of(kind, listed, &file);
            gathered.properties.push(properties);
        }
        let (_, whole) = gathered
            .files
            .entry(file)
            .or_insert_with(|| (root, Content::new()));
        match kind.is_part() {
            false => whole.extend(content),
            true => part(whole, kind, full_name, content),
        }
    }
    Ok(())
}

/// Puts a part into the file of its whole, unless it is there.
fn part(whole: &mut Content, kind: &ComponentKind, full_name: &str, mut content: Content) {
    let name = full_name.split('.').nth(1).unwrap_or_default();
    let all = whole
        .entry(kind.element().to_owned())
        .or_insert_with(|| json!([]));
    if let Value::Array(all) = all
        && !all.iter().any(|one| one["fullName"] == json!([name]))
    {
        content.insert("fullName".to_owned(), json!([name]));
        all.push(Value::Object(content));
    }
}

fn finish(request: &Request, gathered: Gathered) -> Outcome<(Report, Option<Vec<u8>>)> {
    // Without `singlePackage` the files are in a folder (docs/salesforce/metadata.md#retrieving).
    let folder = match request.is_single {
        true => "",
        false => "unpackaged/",
    };
    let is_wanted = |path: &str| {
        let full = format!("{folder}{path}");
        request.files.is_empty()
            || request
                .files
                .iter()
                .any(|file| *file == full || file == path)
    };
    let types: Vec<(&str, Vec<String>)> = gathered
        .members
        .into_iter()
        .map(|(kind, members)| (kind, members.into_iter().collect()))
        .collect();
    let mut files = Vec::new();
    let mut bytes = 0;
    for (path, (root, content)) in &gathered.files {
        if is_wanted(path) {
            let text = document::of(root, content);
            bytes += text.len();
            if bytes > UNPACKED_BYTES_MAX {
                let message = "Maximum size of unpacked files exceeded".to_owned();
                return Ok(failed("LIMIT_EXCEEDED", message));
            }
            files.push((format!("{folder}{path}"), text));
        }
    }
    let manifest = document::manifest(&types, request.version);
    files.push((format!("{folder}{MANIFEST}"), manifest));
    let zip = zip::of(&files)?;
    if zip.len() > ZIP_BYTES_MAX {
        let message =
            "Maximum size of request reached. Maximum size of request is 39 MB".to_owned();
        return Ok(failed("LIMIT_EXCEEDED", message));
    }
    let mut properties: Vec<Properties> = gathered
        .properties
        .into_iter()
        .filter(|properties| is_wanted(&properties.file))
        .collect();
    for one in &mut properties {
        one.file = format!("{folder}{}", one.file);
    }
    // The manifest is a file, too (docs/salesforce/metadata.md#retrieving).
    properties.push(Properties {
        kind: "Package".to_owned(),
        full_name: format!("{folder}{MANIFEST}"),
        file: format!("{folder}{MANIFEST}"),
        id: String::new(),
        stamps: None,
    });
    let mut messages = gathered.messages;
    for message in &mut messages {
        message.0 = format!("{folder}{}", message.0);
    }
    let report = Report {
        files: properties,
        messages,
        error: None,
    };
    Ok((report, Some(zip)))
}
