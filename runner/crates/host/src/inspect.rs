//! The facts that a component gives about itself before any of it is compiled or run: manifest, digest, imports and
//! exports. Loading begins here too, so both refuse the same bytes for the same reasons.
//!
//! Only the shape is read. Compiling finds out whether the code inside is valid.

use sha2::{Digest, Sha256};
use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentExternName, Encoding, Parser, Payload,
};

use usher_contract::limit::COMPONENT_BYTES_MAX;
use usher_contract::manifest::Manifest;
use usher_contract::text;

use crate::contract::{self, is_ours};
use crate::error::{Ident, PluginError};
use crate::limit::SLOT_TABLE_ELEMENTS_MAX;
use crate::wasi;

/// The custom section that holds the manifest.
pub const MANIFEST_SECTION: &str = "usher:manifest";

/// The facts that a component gives about itself.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// SHA-256 of the bytes, in hexadecimal.
    pub digest: String,
    pub bytes: usize,
    /// The manifest as the component holds it; `None` when it has none.
    pub manifest_text: Option<Vec<u8>>,
    /// The manifest, when it is valid.
    pub manifest: Option<Manifest>,
    pub imports: Vec<Import>,
    /// Names of all exports. Names from outside the contract are ignored: some toolchains add their own.
    pub exports: Vec<String>,
    /// The reasons why this host would not load it, as far as they show without compiling. Empty when none shows.
    pub problems: Vec<PluginError>,
    /// A table may grow beyond those of a [`crate::pool`].
    pub(crate) has_large_table: bool,
}

/// One import of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// With its version, as in `wasi:cli/stdout@0.2.6`.
    pub name: String,
    pub kind: ImportKind,
}

/// The thing that an import gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// An interface of the contract.
    Contract,
    /// WASI that is linked and gives nothing.
    MutedWasi,
    /// Nothing: no plugin gets it.
    Unknown,
}

/// Reads the facts that a component gives about itself.
///
/// # Errors
///
/// The bytes are too many, are not a component, or are broken in their outer structure.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, PluginError> {
    inspected(bytes, || digest_of(bytes))
}

/// The same, with the digest of the bytes.
pub(crate) fn inspected(
    bytes: &[u8],
    digest: impl FnOnce() -> String,
) -> Result<Inspection, PluginError> {
    let size = bytes.len() as u64;
    if size > COMPONENT_BYTES_MAX {
        return Err(PluginError::TooLarge { bytes: size });
    }
    let outline = outline(bytes)?;
    let mut problems = Vec::new();
    if outline.asynchronous {
        problems.push(PluginError::Asynchronous);
    }
    let names = outline.imports.iter().chain(&outline.exports);
    if let Some(found) = names.filter_map(|name| other_version(name)).next() {
        problems.push(PluginError::ContractVersion { found });
    }
    let imports: Vec<Import> = outline.imports.into_iter().map(import).collect();

    let manifest_text = match manifest_text(&outline.manifests, &outline.nested_manifests) {
        Ok(text) => Some(text),
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let manifest = match manifest_text.as_deref().map(Manifest::parse) {
        None => None,
        Some(Err(error)) => {
            problems.push(PluginError::BadManifest(error));
            None
        }
        Some(Ok(manifest)) => {
            problems.extend(misfits(&manifest, &imports, &outline.exports));
            Some(manifest)
        }
    };
    Ok(Inspection {
        digest: digest(),
        bytes: bytes.len(),
        manifest_text,
        manifest,
        imports,
        exports: outline.exports,
        problems,
        has_large_table: outline.has_large_table,
    })
}

impl Ident {
    /// A component that has no manifest yet.
    pub(crate) fn nameless() -> Self {
        Self {
            name: "without a manifest".to_owned(),
            version: "yet".to_owned(),
        }
    }

    pub(crate) fn of(manifest: &Manifest) -> Self {
        Self {
            name: manifest.name.clone(),
            version: manifest.version.to_string(),
        }
    }
}

/// Imports that the host does not give, and the export that is missing.
fn misfits(manifest: &Manifest, imports: &[Import], exports: &[String]) -> Vec<PluginError> {
    let mut found = Vec::new();
    let unknown = imports.iter().filter(|import| {
        import.kind == ImportKind::Unknown && other_version(&import.name).is_none()
    });
    let names = unknown.map(|import| import.name.clone());
    let (later, unknown): (Vec<String>, Vec<String>) =
        names.partition(|name| contract::interface(name).is_some());
    if !later.is_empty() {
        found.push(PluginError::NewerContract {
            plugin: Ident::of(manifest),
            lacking: later,
        });
    }
    if !unknown.is_empty() {
        found.push(PluginError::UnknownImports {
            plugin: Ident::of(manifest),
            names: unknown,
        });
    }
    let plans = |name: &String| split(name).0 == "usher:step/planner";
    if !exports.iter().any(plans) {
        found.push(PluginError::NoPlanner {
            plugin: Ident::of(manifest),
        });
    }
    found
}

fn import(name: String) -> Import {
    let (interface, version) = split(&name);
    let own = contract::interface(&name);
    let kind = if contract::GIVEN.iter().any(|(given, _)| own == Some(*given))
        && version.is_some_and(is_ours)
    {
        ImportKind::Contract
    } else if wasi::MUTED.contains(&interface)
        && version.is_some_and(|version| version.starts_with("0.2."))
    {
        ImportKind::MutedWasi
    } else {
        ImportKind::Unknown
    };
    Import { name, kind }
}

/// The version of the contract that a name asks for, when this host does not have it.
fn other_version(name: &str) -> Option<String> {
    let (interface, version) = split(name);
    let version = version?;
    (interface.starts_with("usher:step/") && !is_ours(version)).then(|| version.to_owned())
}

/// `wasi:cli/stdout@0.2.6` as interface and version.
fn split(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@') {
        Some((interface, version)) => (interface, Some(version)),
        None => (name, None),
    }
}

fn manifest_text(own: &[Vec<u8>], nested: &[Vec<u8>]) -> Result<Vec<u8>, PluginError> {
    // Some toolchains cannot add a section to the component. The core module inside carries it then.
    let found = if own.is_empty() { nested } else { own };
    match found {
        [] => Err(PluginError::NoManifest),
        [first, rest @ ..] if rest.iter().all(|other| other == first) => Ok(first.clone()),
        _ => Err(PluginError::TwoManifests),
    }
}

/// The parts of a component's outer structure that are read.
#[derive(Default)]
struct Outline {
    imports: Vec<String>,
    exports: Vec<String>,
    manifests: Vec<Vec<u8>>,
    nested_manifests: Vec<Vec<u8>>,
    asynchronous: bool,
    /// A table may grow beyond those of a [`crate::pool`].
    has_large_table: bool,
}

fn outline(bytes: &[u8]) -> Result<Outline, PluginError> {
    let broken = |error: wasmparser::BinaryReaderError| PluginError::NotComponent {
        reason: error.to_string(),
    };
    if !bytes.starts_with(b"\0asm") {
        return Err(PluginError::NotComponent {
            reason: "it does not begin as WebAssembly does".to_owned(),
        });
    }
    let mut outline = Outline::default();
    let mut depth = 0usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(broken)? {
            Payload::Version {
                encoding: Encoding::Module,
                ..
            } if depth == 0 => return Err(PluginError::CoreModule),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(broken)?;
                    outline.imports.push(text::shown(&full_name(&import.name)));
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export.map_err(broken)?;
                    outline.exports.push(text::shown(&full_name(&export.name)));
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    outline.asynchronous |= is_asynchronous(&function.map_err(broken)?);
                }
            }
            Payload::TableSection(section) => {
                // Compiling tells of a table that cannot be read.
                outline.has_large_table |= section.into_iter().any(|table| {
                    let most = table.ok().and_then(|table| table.ty.maximum);
                    most.is_none_or(|most| most > SLOT_TABLE_ELEMENTS_MAX as u64)
                });
            }
            Payload::CustomSection(section) if section.name() == MANIFEST_SECTION => {
                let list = match depth {
                    0 => &mut outline.manifests,
                    _ => &mut outline.nested_manifests,
                };
                list.push(section.data().to_vec());
            }
            _ => {}
        }
    }
    Ok(outline)
}

/// The name with the whole version: `a:b/c@0.2` with the suffix `.1` is `a:b/c@0.2.1`. An import that implements an
/// interface has the suffix, its name has not.
fn full_name(name: &ComponentExternName<'_>) -> String {
    let suffix = name
        .version_suffix
        .filter(|_| name.implements.is_none() && name.name.contains('@'));
    format!("{}{}", name.name, suffix.unwrap_or_default())
}

/// Says whether a canonical function belongs to the component model's asynchronous part.
fn is_asynchronous(function: &CanonicalFunction) -> bool {
    match function {
        CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. } => {
            options.iter().any(|option| {
                matches!(
                    option,
                    CanonicalOption::Async | CanonicalOption::Callback(_)
                )
            })
        }
        CanonicalFunction::ResourceNew { .. }
        | CanonicalFunction::ResourceDrop { .. }
        | CanonicalFunction::ResourceRep { .. } => false,
        _ => true,
    }
}

/// SHA-256 of a component, in hexadecimal: its name in caches and grants.
pub fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
