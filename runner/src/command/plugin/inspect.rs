//! `usher plugin inspect`: what a plugin says it is; nothing of it runs.

use std::path::Path;

use serde_json::{Value, json};
use usher_core::manifest::Manifest;
use usher_core::text;
use usher_host::{ImportKind, Inspection};

use crate::args::Output;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::plugins;
use crate::report::{self, FORMAT};

pub(super) fn inspect(
    name: &str,
    extract: Option<&Path>,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let bytes = plugins::component(name, &desk.world.folder)?;
    let inspection =
        usher_host::inspect(&bytes).map_err(|error| plugins::unusable(&error, name))?;
    if let Some(file) = extract {
        let path = desk.world.folder.join(file);
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
        desk.document(&document);
        return Ok(problem.map_or(Exit::Done, |error| error.exit));
    }
    desk.print(inspection_page(&inspection));
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
    let declared = |part: fn(&Manifest) -> Value| inspection.manifest.as_ref().map(part);
    json!({
        "format": FORMAT,
        "digest": format!("sha256:{}", inspection.digest),
        "bytes": inspection.bytes,
        "manifest": manifest,
        "inputs": declared(|manifest| report::properties_json(&manifest.input)),
        "results": declared(|manifest| report::properties_json(&manifest.output)),
        "imports": imports.collect::<Vec<_>>(),
        "exports": inspection.exports,
    })
}

fn inspection_page(inspection: &Inspection) -> Page {
    let mut page = Page::default();
    if let Some(manifest) = &inspection.manifest {
        let name = text::sentence(&manifest.name);
        page.line(0, format!("{name} {}", manifest.version));
        page.line(2, text::sentence(&manifest.summary));
    }
    page.line(
        2,
        format!("sha256:{}, {} bytes", inspection.digest, inspection.bytes),
    );
    if let Some(manifest) = &inspection.manifest {
        let mut list = |title: &str, entries: Vec<String>| {
            if entries.is_empty() {
                return;
            }
            page.blank();
            page.line(0, title);
            for entry in entries {
                page.line(2, text::sentence(&entry));
            }
        };
        let fields = |(object, fields): (&String, &Vec<String>)| match fields.is_empty() {
            true => object.clone(),
            false => format!("{object} ({})", fields.join(", ")),
        };
        let (reads, writes) = (&manifest.reads, &manifest.writes);
        list("reads", reads.records.iter().map(fields).collect());
        list(
            "reads in free SOQL",
            reads.queries.iter().map(fields).collect(),
        );
        list("reads descriptions of", reads.describes.clone());
        list("reads settings", reads.settings.clone());
        list("reads components", reads.components.clone());
        list("reads resources", reads.resources.clone());
        let without = &manifest.does_without;
        let records = without.records.iter().chain(&without.queries);
        let names = [
            &without.describes,
            &without.settings,
            &without.components,
            &without.resources,
        ];
        let names = names.into_iter().flatten().cloned();
        list("does without", records.map(fields).chain(names).collect());
        list("creates", writes.create.iter().map(fields).collect());
        list("updates", writes.update.iter().map(fields).collect());
        list("deletes", writes.delete.clone());
        list("configures", writes.configure.iter().map(fields).collect());
        list("deploys", writes.deploy.clone());
        list("requests", writes.requests.clone());
        let predicts = &manifest.predicts;
        list("predicts", predicts.records.iter().map(fields).collect());
        list(
            "predicts settings",
            predicts.settings.iter().map(fields).collect(),
        );
        list(
            "predicts objects",
            predicts.objects.iter().map(fields).collect(),
        );
        list(
            "sends secrets",
            manifest.secrets.iter().map(fields).collect(),
        );
        page.append(report::properties_page("takes", &manifest.input, true));
        page.append(report::properties_page("gives", &manifest.output, false));
    }
    page.blank();
    page.line(0, "imports");
    for import in &inspection.imports {
        let name = text::sentence(&import.name);
        page.line(2, format!("{name}  {}", kind(import.kind)));
    }
    page
}

fn kind(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Contract => "contract",
        ImportKind::MutedWasi => "muted",
        ImportKind::Unknown => "not available",
    }
}
