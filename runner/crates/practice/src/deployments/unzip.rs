//! Unpacks the zip of a deployment, within the bounds that the platform has.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive};

use crate::refusal::{Outcome, Refusal};

/// The greatest number of files in a package, and of bytes in all of them unpacked
/// (docs/salesforce/metadata.md#packages).
const FILES_MAX: usize = 10_000;
const UNPACKED_BYTES_MAX: u64 = 600 * 1024 * 1024;

/// Bytes of the zip itself (docs/salesforce/metadata.md#packages).
const ZIP_BYTES_MAX: usize = 39 * 1024 * 1024;

/// The text of every file by its path.
///
/// # Errors
///
/// The bytes are no zip, or more than the platform takes.
pub(super) fn unpacked(zip: &[u8]) -> Outcome<BTreeMap<String, String>> {
    if zip.len() > ZIP_BYTES_MAX {
        // [inferred] The text.
        let message = "Maximum size of request reached. Maximum size of request is 39 MB";
        return Err(Refusal::new(400, "LIMIT_EXCEEDED", message));
    }
    // [inferred] Code and text.
    let broken = |why: &str| {
        Refusal::new(
            400,
            "INVALID_INPUT",
            format!("The zip file can't be read: {why}"),
        )
    };
    let archive = ZipArchive::from_slice(zip).map_err(|error| broken(&error.to_string()))?;
    let mut entries = archive.entries();
    let mut files = BTreeMap::new();
    let mut left = UNPACKED_BYTES_MAX;
    while let Some(entry) = entries
        .next_entry()
        .map_err(|error| broken(&error.to_string()))?
    {
        if entry.is_dir() {
            continue;
        }
        if files.len() == FILES_MAX {
            return Err(Refusal::new(
                400,
                "LIMIT_EXCEEDED",
                "Maximum number of files exceeded",
            ));
        }
        let path = entry
            .file_path()
            .try_normalize()
            .map_err(|error| broken(&error.to_string()))?;
        let path = path.as_ref().to_owned();
        let file = archive
            .get_entry(entry.wayfinder())
            .map_err(|error| broken(&error.to_string()))?;
        let mut bytes = Vec::new();
        let read = match entry.compression_method() {
            CompressionMethod::STORE => file
                .verifying_reader(file.data())
                .take(left)
                .read_to_end(&mut bytes),
            CompressionMethod::DEFLATE => {
                let unpacking = DeflateDecoder::new(file.data());
                file.verifying_reader(unpacking)
                    .take(left)
                    .read_to_end(&mut bytes)
            }
            _ => return Err(broken("it is compressed in an unknown way")),
        };
        let read = read.map_err(|error| broken(&error.to_string()))? as u64;
        left -= read;
        if left == 0 {
            return Err(Refusal::new(
                400,
                "LIMIT_EXCEEDED",
                "Maximum size of unpacked files exceeded",
            ));
        }
        files.insert(path, String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(files)
}
