//! From a core module to a component: wraps it, puts its manifest where a host can read it before anything is compiled,
//! and checks it.

use std::borrow::Cow;
use std::fmt::Display;

use wasm_encoder::{ComponentSection, CustomSection, Module, RawSection};
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

use crate::NotAPlugin;

/// The custom section that holds a plugin's manifest.
pub const MANIFEST_SECTION: &str = "usher:manifest";

/// Magic number and version, before the first section.
const HEADER_BYTES: usize = 8;

/// Wraps a core module as a component, whose first section is the manifest.
///
/// # Errors
///
/// It is not a module, has not exactly one manifest, or does not fit the world that it names.
pub fn wrap(module: &[u8]) -> Result<Vec<u8>, NotAPlugin> {
    match lift(module)? {
        (_, None) => Err(NotAPlugin::NoManifest),
        (module, Some(manifest)) => with_manifest(&encoded(&module)?, &manifest),
    }
}

/// The same of a module that may have no manifest. The component has none then.
pub(crate) fn wrap_any(module: &[u8]) -> Result<Vec<u8>, NotAPlugin> {
    let (module, manifest) = lift(module)?;
    let component = encoded(&module)?;
    match manifest {
        Some(manifest) => with_manifest(&component, &manifest),
        None => Ok(component),
    }
}

fn encoded(module: &[u8]) -> Result<Vec<u8>, NotAPlugin> {
    let wrapped = wit_component::ComponentEncoder::default()
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(wrapping)?;
    Validator::new_with_features(WasmFeatures::default())
        .validate_all(&wrapped)
        .map_err(wrapping)?;
    Ok(wrapped)
}

/// The component with the manifest as its first section. One that it has already must be the same.
///
/// # Errors
///
/// It is not a component, or has another manifest.
pub fn with_manifest(component: &[u8], manifest: &[u8]) -> Result<Vec<u8>, NotAPlugin> {
    match own_manifest(component)? {
        Some(own) if own == manifest => return Ok(component.to_vec()),
        Some(_) => return Err(NotAPlugin::OtherManifest),
        None => {}
    }
    let (header, sections) = component.split_at(HEADER_BYTES);
    let mut with = header.to_vec();
    let section = CustomSection {
        name: Cow::Borrowed(MANIFEST_SECTION),
        data: Cow::Borrowed(manifest),
    };
    section.append_to_component(&mut with);
    with.extend_from_slice(sections);
    Ok(with)
}

/// The manifest at the top level of a component.
fn own_manifest(component: &[u8]) -> Result<Option<&[u8]>, NotAPlugin> {
    let mut depth = 0usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(malformed)? {
            Payload::Version {
                encoding: Encoding::Module,
                ..
            } if depth == 0 => return Err(NotAPlugin::Module),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == MANIFEST_SECTION => {
                return Ok(Some(section.data()));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// The module without its manifest, and the manifest, when it has one.
fn lift(module: &[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), NotAPlugin> {
    let mut rest = Module::new();
    let mut manifests = vec![];
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(malformed)?;
        match &payload {
            Payload::Version { encoding, .. } if *encoding != Encoding::Module => {
                return Err(malformed("it is a component"));
            }
            Payload::CustomSection(section) if section.name() == MANIFEST_SECTION => {
                manifests.push(section.data().to_vec());
                continue;
            }
            _ => {}
        }
        if let Some((id, range)) = payload.as_section() {
            let data = &module[range.start..range.end];
            rest.section(&RawSection { id, data });
        }
    }
    match manifests.len() {
        0 | 1 => Ok((rest.finish(), manifests.pop())),
        several => Err(NotAPlugin::SeveralManifests(several)),
    }
}

fn wrapping(error: impl Display) -> NotAPlugin {
    // The error with all its causes, on one line.
    NotAPlugin::Wrapping(format!("{error:#}"))
}

fn malformed(error: impl Display) -> NotAPlugin {
    NotAPlugin::Malformed(error.to_string())
}

#[cfg(test)]
mod tests;
