//! The recipe that a person means, with the rows that come through standard input.

use std::io::Read;

use usher_core::limit;

use crate::args::Target;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;

/// The recipe, as a flow takes it.
pub(super) fn wanted(target: &Target, desk: &mut Desk) -> Result<flow::Target, Error> {
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
