//! `usher allow`: show what the plugins of a recipe ask for, ask, and write down that they are allowed it.

use serde_json::{Value, json};
use usher_core::text;

use crate::args::Output;
use crate::command::console::attended;
use crate::command::manner::Manner;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;
use crate::home::Home;
use crate::report::{Detail, FORMAT};
use crate::result_files::ResultFiles;

pub(super) async fn run(
    recipe: &str,
    yes: bool,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let files = ResultFiles::default();
    let manner = Manner::looking(output.json, Detail::Normal, &files);
    let (mut attendant, world) = attended(desk, manner);
    let allowed = flow::allow(recipe, yes, &mut attendant, world).await?;
    if output.json {
        let grants = Home::of(world)?.grants();
        let allowed = allowed.of.iter().map(|wish| {
            json!({
                "plugin": wish.stamp.name,
                "version": wish.stamp.version,
                "digest": format!("sha256:{}", wish.stamp.digest),
                "new_bytes": wish.has_new_bytes(),
                "new": wish.additions(),
            })
        });
        let allowed: Vec<Value> = allowed.collect();
        desk.document(&json!({ "format": FORMAT, "grants": grants, "allowed": allowed }));
        return Ok(Exit::Done);
    }
    if allowed.of.is_empty() {
        desk.print(format!(
            "`{recipe}`: its plugins ask for nothing that is not allowed."
        ));
    }
    for wish in &allowed.of {
        let (name, version) = (&wish.stamp.name, &wish.stamp.version);
        let allowed = format!("{name} {version} is allowed what it asks for in `{recipe}`");
        // Without `--yes` the question has said it.
        if !yes {
            desk.print(format!("{allowed}."));
            continue;
        }
        desk.print(format!("{allowed}:"));
        for words in wish.in_words() {
            desk.print(format!("  - {}", text::sentence(&words)));
        }
    }
    Ok(Exit::Done)
}
