//! Writes a zip of texts by path. The same texts make the same bytes: no times are in it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::refusal::{Outcome, Refusal};

/// A zip of those files.
pub(super) fn of(files: &[(String, String)]) -> Outcome<Vec<u8>> {
    write(files).map_err(|why| {
        // Memory takes every write: only a path that no zip can hold ends here.
        Refusal::new(
            500,
            "UNKNOWN_EXCEPTION",
            format!("the zip can't be made: {why}"),
        )
    })
}

fn write(files: &[(String, String)]) -> Result<Vec<u8>, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let mut zip = ZipArchiveWriter::new(Vec::new());
    for (path, text) in files {
        let file = zip
            .new_file(path)
            .compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().map_err(|error| said(&error))?;
        let encoder = DeflateEncoder::new(&mut entry, Compression::default());
        let mut writer = config.wrap(encoder);
        writer
            .write_all(text.as_bytes())
            .map_err(|error| said(&error))?;
        let (encoder, descriptor) = writer.finish().map_err(|error| said(&error))?;
        encoder.finish().map_err(|error| said(&error))?;
        entry.finish(descriptor).map_err(|error| said(&error))?;
    }
    zip.finish().map_err(|error| said(&error))
}
