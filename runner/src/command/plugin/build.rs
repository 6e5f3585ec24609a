//! `usher plugin build`: from the folder of a plugin to its component.

use serde_json::json;

use crate::args::FolderArgs;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::report::FORMAT;
use crate::workshop::{self, Built, PluginFolder};

pub(super) async fn run(args: &FolderArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let folder = PluginFolder::at(&desk.world.folder, &args.folder)?;
    let built = workshop::build(&folder, &desk.world, &|line| desk.say(line)).await?;
    if args.output.json {
        desk.document(&json!({
            "format": FORMAT,
            "name": built.name,
            "version": built.version,
            "language": built.language.word(),
            "file": built.file.display().to_string(),
            "bytes": built.bytes,
            "digest": format!("sha256:{}", built.digest),
            "milliseconds": built.took.as_millis(),
            "muted": built.muted,
        }));
    } else {
        desk.print(page(&built));
    }
    Ok(Exit::Done)
}

/// The component in a few lines.
pub(super) fn page(built: &Built) -> Page {
    let mut page = Page::default();
    let Built { name, version, .. } = built;
    page.line(0, format!("{name} {version}  ({})", built.language));
    page.line(2, format!("file     {}", built.shown));
    page.line(2, format!("size     {}", size(built.bytes)));
    page.line(2, format!("digest   sha256:{}", built.digest));
    page.line(2, format!("built    in {:.1} s", built.took.as_secs_f64()));
    for name in &built.muted {
        page.line(2, format!("muted    {name}"));
    }
    page
}

/// A number of bytes, for a person.
fn size(bytes: usize) -> String {
    const KILO: usize = 1000;
    const MEGA: usize = KILO * KILO;
    match bytes {
        0..KILO => format!("{bytes} bytes"),
        KILO..MEGA => format!("{:.1} kB", bytes as f64 / KILO as f64),
        _ => format!("{:.1} MB", bytes as f64 / MEGA as f64),
    }
}
