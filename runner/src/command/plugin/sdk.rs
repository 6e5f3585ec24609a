//! `usher plugin sdk`: the SDK of this Usher in the folder of a plugin.

use serde_json::json;

use crate::args::FolderArgs;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::report::FORMAT;
use crate::workshop::{PluginFolder, renew};

pub(super) fn run(args: &FolderArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let folder = PluginFolder::at(&desk.world.folder, &args.folder)?;
    let renewed = renew(&folder)?;
    if args.output.json {
        desk.document(&json!({
            "format": FORMAT,
            "before": renewed.before,
            "after": renewed.after,
            "files": renewed.files,
        }));
        return Ok(Exit::Done);
    }
    let words = |text: &str| text.lines().collect::<Vec<_>>().join(", ");
    let mut page = Page::default();
    let shown = folder.name_of("sdk");
    page.line(
        0,
        format!(
            "Wrote {} files to `{shown}`: {}",
            renewed.files,
            words(&renewed.after)
        ),
    );
    if let Some(before) = &renewed.before {
        page.line(2, format!("before: {}", words(before)));
    }
    desk.print(page);
    Ok(Exit::Done)
}
