//! `usher plugin inspect`: what a plugin says it is; nothing of it runs.

use std::path::Path;

use serde_json::{Value, json};
use usher_host::{ImportKind, Inspection};

use crate::args::Output;
use crate::error::Error;
use crate::exit::Exit;
use crate::plugins;
use crate::report::{self, FORMAT};
use crate::world::World;

pub(super) fn inspect(
    name: &str,
    extract: Option<&Path>,
    output: &Output,
    world: &mut World,
) -> Result<Exit, Error> {
    let bytes = plugins::component(name, &world.folder)?;
    let inspection =
        usher_host::inspect(&bytes).map_err(|error| plugins::unusable(&error, name))?;
    if let Some(file) = extract {
        let path = world.folder.join(file);
        std::fs::write(&path, &bytes).map_err(|error| Error::file("write", &path, &error))?;
    }
    let problem = inspection
        .problems
        .first()
        .map(|problem| plugins::unusable(problem, name));
    if output.json {
        let mut document = inspection_json(&inspection);
        if let Some(error) = &problem {
            report::add_error(error, &mut document);
        }
        report::print_json(&document, world);
        return Ok(problem.map_or(Exit::Done, |error| error.exit));
    }
    world.print(&inspection_text(&inspection));
    problem.map_or(Ok(Exit::Done), Err)
}

fn inspection_json(inspection: &Inspection) -> Value {
    let manifest: Option<Value> = inspection
        .manifest_text
        .as_deref()
        .and_then(|text| serde_json::from_slice(text).ok());
    let imports = inspection
        .imports
        .iter()
        .map(|import| json!({ "name": import.name, "kind": kind(import.kind) }));
    json!({
        "format": FORMAT,
        "digest": format!("sha256:{}", inspection.digest),
        "bytes": inspection.bytes,
        "manifest": manifest,
        "imports": imports.collect::<Vec<_>>(),
        "exports": inspection.exports,
    })
}

fn inspection_text(inspection: &Inspection) -> String {
    let mut text = String::new();
    if let Some(manifest) = &inspection.manifest {
        text.push_str(&format!(
            "{} {}\n  {}\n",
            manifest.name, manifest.version, manifest.summary
        ));
    }
    text.push_str(&format!(
        "  sha256:{}, {} bytes\n",
        inspection.digest, inspection.bytes
    ));
    if let Some(manifest) = &inspection.manifest {
        let mut list = |title: &str, entries: Vec<String>| {
            if !entries.is_empty() {
                text.push_str(&format!("\n{title}\n"));
                for entry in entries {
                    text.push_str(&format!("  {entry}\n"));
                }
            }
        };
        let fields = |(object, fields): (&String, &Vec<String>)| match fields.is_empty() {
            true => object.clone(),
            false => format!("{object} ({})", fields.join(", ")),
        };
        let (reads, writes) = (&manifest.reads, &manifest.writes);
        list("reads", reads.records.iter().map(fields).collect());
        list("reads in free SOQL", reads.queries.clone());
        list("reads descriptions of", reads.describes.clone());
        list("reads settings", reads.settings.clone());
        list("reads components", reads.components.clone());
        list("reads resources", reads.resources.clone());
        list("creates", writes.create.iter().map(fields).collect());
        list("updates", writes.update.iter().map(fields).collect());
        list("deletes", writes.delete.clone());
        list("configures", writes.configure.iter().map(fields).collect());
        list("deploys", writes.deploy.clone());
        list("requests", writes.requests.clone());
        let input = manifest.input.properties().map(|(name, _)| name.to_owned());
        list("takes", input.collect());
        let output = manifest
            .output
            .properties()
            .map(|(name, _)| name.to_owned());
        list("gives", output.collect());
    }
    text.push_str("\nimports\n");
    for import in &inspection.imports {
        text.push_str(&format!("  {}  {}\n", import.name, kind(import.kind)));
    }
    text
}

fn kind(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Contract => "contract",
        ImportKind::MutedWasi => "muted",
        ImportKind::Unknown => "not available",
    }
}
