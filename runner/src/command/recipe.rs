//! `usher recipe list` and `usher recipe check`.

use serde_json::json;

use crate::args::Output;
use crate::catalog::{self, Catalog};
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow;
use crate::report::{self, FORMAT};

pub(super) fn list(output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let catalog = Catalog::load()?;
    let mut records = Vec::new();
    for (name, pack, _) in catalog.recipes() {
        let recipe = flow::checked(catalog::find(&name, &desk.world)?)?;
        records.push((name, recipe.title, pack.version.clone().unwrap_or_default()));
    }
    if output.json {
        let recipes: Vec<_> = records
            .iter()
            .map(|(name, title, version)| {
                json!({ "name": name, "title": title, "pack_version": version })
            })
            .collect();
        desk.document(&json!({ "format": FORMAT, "recipes": recipes }));
    } else {
        let rows: Vec<Vec<String>> = records
            .into_iter()
            .map(|(name, title, version)| vec![name, title, version])
            .collect();
        let header = ["RECIPE", "WHAT IT IS FOR", "PACK"];
        desk.print(report::table(&header, &rows, desk.console.width));
    }
    Ok(Exit::Done)
}

pub(super) fn check(recipes: &[String], output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let mut wrong: Option<Error> = None;
    let mut right = Vec::new();
    for name in recipes {
        let checked = catalog::find(name, &desk.world).and_then(flow::checked);
        match (checked, &mut wrong) {
            (Ok(recipe), _) => right.push((name, recipe)),
            // All mistakes of all files at once; the first error decides how it ends.
            (Err(error), Some(first)) if !error.mistakes.is_empty() => {
                first.mistakes.extend(error.mistakes);
                first.message = format!("{}; {}", first.message, error.message);
            }
            (Err(error), Some(first)) => {
                first.message = format!("{}; {}", first.message, error.message);
            }
            (Err(error), None) => wrong = Some(error),
        }
    }
    if let Some(error) = wrong {
        return Err(error);
    }
    if output.json {
        let recipes: Vec<_> = right
            .iter()
            .map(|(name, recipe)| json!({ "name": name, "title": recipe.title }))
            .collect();
        desk.document(&json!({ "format": FORMAT, "recipes": recipes, "diagnostics": [] }));
    } else {
        for (name, recipe) in right {
            desk.print(format!("{name}: no mistakes ({})", recipe.title));
        }
    }
    Ok(Exit::Done)
}
