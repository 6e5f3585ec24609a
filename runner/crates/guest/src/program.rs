//! Writes a manifest and a program into the component that follows programs, so that a plugin made of data is a
//! component like any other.
//!
//! Both become one more data segment of the core module that holds the mark, in pages behind all others. Behind the mark
//! stand four numbers: address and length of the manifest, address and length of the program. Nothing has a size of its
//! own: a component with a small program is small, and a large program fits.

use std::borrow::Cow;

use wasm_encoder::{
    ComponentSection, ConstExpr, CustomSection, Encode, MemorySection, MemoryType, Module,
    RawSection,
};
use wasmparser::{BinaryReader, MemorySectionReader, Parser, Payload, Validator, WasmFeatures};

use crate::{MANIFEST_SECTION, NotAPlugin};

/// The text before the four numbers, in the data of the component's core module.
pub const MARK: &[u8; 16] = b"usher:data-place";

/// Magic number and version, before the first section.
const HEADER_BYTES: usize = 8;

/// Bytes of a page of memory.
const PAGE_BYTES: u64 = 64 * 1024;

/// Sections of a core module.
const MEMORY: u8 = 5;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;

/// Returns the component with a manifest and a program in it. The same texts give the same bytes.
///
/// # Errors
///
/// It is not a component, or has not exactly one place for a program.
pub fn with_program(
    component: &[u8],
    manifest: &str,
    program: &str,
) -> Result<Vec<u8>, NotAPlugin> {
    let mut written = component
        .get(..HEADER_BYTES)
        .ok_or_else(|| malformed("it is too short"))?
        .to_vec();
    let mut places = 0;
    for section in sections(component)? {
        let data = &component[section.start..section.end];
        if section.is_manifest {
            let section = CustomSection {
                name: Cow::Borrowed(MANIFEST_SECTION),
                data: Cow::Borrowed(manifest.as_bytes()),
            };
            section.append_to_component(&mut written);
            continue;
        }
        let here = match section.is_module {
            true => data.windows(MARK.len()).filter(|it| it == MARK).count(),
            false => 0,
        };
        places += here;
        let changed = match here {
            1 => Some(in_module(data, manifest.as_bytes(), program.as_bytes())?),
            _ => None,
        };
        let section = RawSection {
            id: section.id,
            data: changed.as_deref().unwrap_or(data),
        };
        section.append_to_component(&mut written);
    }
    if places != 1 {
        return Err(NotAPlugin::Places(places));
    }
    Validator::new_with_features(WasmFeatures::default())
        .validate_all(&written)
        .map_err(malformed)?;
    Ok(written)
}

/// A section of the component itself.
struct Section {
    id: u8,
    start: usize,
    end: usize,
    is_module: bool,
    is_manifest: bool,
}

fn sections(component: &[u8]) -> Result<Vec<Section>, NotAPlugin> {
    let mut sections = vec![];
    // Modules and components inside are one section each.
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.map_err(malformed)?;
        if depth == 1
            && let Some((id, range)) = payload.as_section()
        {
            sections.push(Section {
                id,
                start: range.start,
                end: range.end,
                is_module: matches!(payload, Payload::ModuleSection { .. }),
                is_manifest: matches!(&payload, Payload::CustomSection(custom) if custom.name() == MANIFEST_SECTION),
            });
        }
        match payload {
            Payload::Version { encoding, .. } if depth == 0 => {
                if encoding != wasmparser::Encoding::Component {
                    return Err(malformed("it is not a component"));
                }
                depth = 1;
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            _ => {}
        }
    }
    Ok(sections)
}

/// The module with one more data segment, in pages of its own.
fn in_module(module: &[u8], manifest: &[u8], program: &[u8]) -> Result<Vec<u8>, NotAPlugin> {
    let mut written = Module::new();
    let mut address = None;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(malformed)?;
        let Some((id, range)) = payload.as_section() else {
            continue;
        };
        let data = &module[range.start..range.end];
        match id {
            MEMORY => {
                let bytes = (manifest.len() + program.len()) as u64;
                let (section, at) = memory(data, bytes)?;
                address = Some(at);
                written.section(&section);
            }
            DATA => {
                let at = address.ok_or_else(|| malformed("it has no memory of its own"))?;
                let data = segments(data, at, manifest, program)?;
                written.section(&RawSection { id, data: &data });
            }
            DATA_COUNT => {
                let mut count = vec![];
                let segments = BinaryReader::new(data, 0)
                    .read_var_u32()
                    .map_err(malformed)?;
                (segments + 1).encode(&mut count);
                written.section(&RawSection { id, data: &count });
            }
            _ => {
                written.section(&RawSection { id, data });
            }
        }
    }
    Ok(written.finish())
}

/// The only memory with so many bytes more, and the address at which they begin.
fn memory(data: &[u8], bytes: u64) -> Result<(MemorySection, u32), NotAPlugin> {
    let mut memories = MemorySectionReader::new(BinaryReader::new(data, 0))
        .map_err(malformed)?
        .into_iter();
    let (Some(memory), None) = (memories.next(), memories.next()) else {
        return Err(malformed("it has several memories"));
    };
    let memory = memory.map_err(malformed)?;
    if memory.memory64 || memory.shared || memory.page_size_log2.is_some() {
        return Err(malformed("it has an unusual memory"));
    }
    let more = bytes.div_ceil(PAGE_BYTES);
    let address = memory.initial * PAGE_BYTES;
    let end = (memory.initial + more) * PAGE_BYTES;
    if u32::try_from(end).is_err() {
        return Err(malformed("its memory has no room for the program"));
    }
    let mut section = MemorySection::new();
    section.memory(MemoryType {
        minimum: memory.initial + more,
        maximum: memory.maximum.map(|maximum| maximum + more),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let address = u32::try_from(address).map_err(malformed)?;
    Ok((section, address))
}

/// The data section with the numbers behind the mark, and one segment more.
fn segments(
    data: &[u8],
    address: u32,
    manifest: &[u8],
    program: &[u8],
) -> Result<Vec<u8>, NotAPlugin> {
    let mut reader = BinaryReader::new(data, 0);
    let count = reader.read_var_u32().map_err(malformed)?;
    let mut present = data[reader.original_position()..].to_vec();
    let mut windows = present.windows(MARK.len());
    let mark = windows
        .position(|window| window == MARK)
        .ok_or_else(|| malformed("its mark is not in its data"))?;
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(malformed);
    let numbers = [
        address,
        length(manifest)?,
        address + length(manifest)?,
        length(program)?,
    ];
    let place = mark + MARK.len();
    for (at, number) in numbers.iter().enumerate() {
        let at = place + 4 * at;
        let bytes = present
            .get_mut(at..at + 4)
            .ok_or_else(|| malformed("its mark has no numbers behind it"))?;
        bytes.copy_from_slice(&number.to_le_bytes());
    }
    let mut section = vec![];
    (count + 1).encode(&mut section);
    section.extend_from_slice(&present);
    // An active segment of the first memory.
    section.push(0);
    let offset = i32::from_le_bytes(address.to_le_bytes());
    ConstExpr::i32_const(offset).encode(&mut section);
    [manifest, program].concat().encode(&mut section);
    Ok(section)
}

fn malformed(error: impl std::fmt::Display) -> NotAPlugin {
    NotAPlugin::Malformed(error.to_string())
}

#[cfg(test)]
mod tests;
