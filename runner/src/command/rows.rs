//! The recipe that a person means, with the rows that come through standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use usher_core::limit;

use crate::args::Target;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;

/// The recipe, as a flow takes it.
pub(super) fn wanted(target: &Target, desk: &mut Desk) -> Result<flow::Target, Error> {
    refuse_own_files(target, desk)?;
    let mut wanted = target.wanted();
    let mut files = wanted
        .rows
        .iter_mut()
        .filter(|file| flow::is_piped(&file.text));
    let Some(first) = files.next() else {
        return Ok(wanted);
    };
    if files.next().is_some() {
        let message = "standard input has the rows of one input";
        return Err(Error::new(Exit::Usage, "rows/one-pipe", message)
            .help("write `-` once, and give the other rows as files"));
    }
    let mut bytes = Vec::new();
    let input = &mut desk.console.input;
    let read = input
        .take(limit::ROWS_BYTES_MAX + 1)
        .read_to_end(&mut bytes);
    read.map_err(|error| Error::file("read", "-".as_ref(), &error))?;
    if bytes.len() as u64 > limit::ROWS_BYTES_MAX {
        let message = format!(
            "standard input has more than {} bytes of rows",
            limit::ROWS_BYTES_MAX
        );
        return Err(Error::new(Exit::Limit, "file/too-large", message).help("split the rows"));
    }
    first.piped = Some(bytes);
    Ok(wanted)
}

/// Refuses to write a result over a file that the command reads.
fn refuse_own_files(target: &Target, desk: &Desk) -> Result<(), Error> {
    let folder = &desk.world.folder;
    let whole = |path: &Path| {
        let path = folder.join(path);
        path.canonicalize().unwrap_or(path)
    };
    let reads: Vec<PathBuf> = target.reads().map(whole).collect();
    let mut results = target.into.names().all();
    match results.find(|path| reads.contains(&whole(path))) {
        None => Ok(()),
        Some(path) => {
            let message = format!(
                "`{}` would be written over, and the command reads it",
                path.display()
            );
            Err(Error::new(Exit::Usage, "report/own-file", message)
                .help("give the result a file of its own"))
        }
    }
}
