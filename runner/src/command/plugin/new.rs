//! `usher plugin new`: the folder of a new plugin.

use serde_json::json;

use crate::args::NewArgs;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::page::Page;
use crate::report::FORMAT;
use crate::workshop::{Made, make};

pub(super) fn run(args: &NewArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let made = make(&args.name, args.lang.into(), &desk.world.folder)?;
    if args.output.json {
        desk.document(&json!({
            "format": FORMAT,
            "name": args.name,
            "language": made.language.word(),
            "folder": made.folder.display().to_string(),
            "files": made.files,
            "sdk_files": made.sdk,
        }));
    } else {
        desk.print(page(&args.name, &made));
    }
    Ok(Exit::Done)
}

fn page(name: &str, made: &Made) -> Page {
    let mut page = Page::default();
    page.line(0, format!("Made the plugin `{name}` ({}):", made.language));
    for file in &made.files {
        page.line(2, format!("{name}/{file}"));
    }
    page.line(
        2,
        format!("{name}/sdk  {} files, written by Usher", made.sdk),
    );
    page.blank();
    page.line(0, "Next:");
    page.line(2, format!("cd {name}"));
    page.line(2, "usher plugin build");
    page.line(2, "usher plugin test");
    page
}
