//! From a core module to a component: wraps it, puts its manifest where a host can read it before anything is compiled,
//! and checks it.

use std::borrow::Cow;
use std::fmt::Display;

use wasm_encoder::{ComponentSection, CustomSection, Module, RawSection};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

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
    let (module, manifest) = lift(module)?;
    let wrapped = wit_component::ComponentEncoder::default()
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(wrapping)?;
    let (header, sections) = wrapped.split_at(HEADER_BYTES);
    let mut component = header.to_vec();
    let section = CustomSection {
        name: Cow::Borrowed(MANIFEST_SECTION),
        data: Cow::Borrowed(&manifest),
    };
    section.append_to_component(&mut component);
    component.extend_from_slice(sections);
    Validator::new_with_features(WasmFeatures::default())
        .validate_all(&component)
        .map_err(wrapping)?;
    Ok(component)
}

/// The module without its manifest, and the manifest.
fn lift(module: &[u8]) -> Result<(Vec<u8>, Vec<u8>), NotAPlugin> {
    let mut rest = Module::new();
    let mut manifests = vec![];
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(malformed)?;
        match &payload {
            Payload::Version { encoding, .. } if *encoding != wasmparser::Encoding::Module => {
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
        0 => Err(NotAPlugin::NoManifest),
        1 => Ok((rest.finish(), manifests.remove(0))),
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
