//! The refusal of plugins that ask for more than they are allowed, with the lines that allow it.

use usher_core::grant;
use usher_core::recipe::{RecipesOf, grant_section};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::plugins::allow::Wish;
use crate::report::shell_word;
use crate::saved;

/// Needs that a message names. The lines to add have all of them.
const NEEDS_SHOWN_MAX: usize = 10;

/// `source`: the recipe as messages name it.
pub(super) fn error(recipes: &RecipesOf, source: &str, wishes: &[Wish], home: &Home) -> Error {
    let mut messages = Vec::new();
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for wish in wishes {
        let stamp = &wish.stamp;
        let who = format!(
            "plugin `{}` {} (`{}`)",
            stamp.name, stamp.version, wish.reference
        );
        let mut needs = grant::in_words(&wish.missing);
        if needs.len() > NEEDS_SHOWN_MAX {
            let more = needs.len() - NEEDS_SHOWN_MAX;
            needs.truncate(NEEDS_SHOWN_MAX);
            needs.push(format!("{more} things more"));
        }
        if !needs.is_empty() {
            messages.push(format!("{who} may not {}", needs.join(", ")));
        }
        messages.extend(wish.why.clone());
        for resource in &wish.never {
            messages.push(format!(
                "{who} asks for `{resource}`, which carries other calls or code and is never granted"
            ));
        }
        if !wish.missing.is_empty() {
            let sections = match wish.before {
                Some(_) => &mut changed,
                None => &mut new,
            };
            sections.push(grant_section(recipes, &stamp.name, &wish.granted));
        }
    }
    let error = Error::new(Exit::Refused, "grant/missing", messages.join("; "));
    let file = home.grants();
    let file = file.display();
    let may_be_allowed = wishes.iter().all(|wish| wish.never.is_empty());
    // A plan file holds its recipe, which has no file that `usher allow` reads.
    let is_plan = matches!(recipes, RecipesOf::File(file) if saved::is_named(file));
    let how = match (may_be_allowed, is_plan) {
        (true, false) => format!("to allow it, run `usher allow {}`, or", shell_word(source)),
        (true, true) => "to allow it,".to_owned(),
        (false, _) => "to allow the rest,".to_owned(),
    };
    let mut help = Vec::new();
    if !new.is_empty() {
        help.push(format!("{how} add to `{file}`:\n{}", new.join("\n\n")));
    }
    if !changed.is_empty() {
        help.push(format!(
            "{how} put this into `{file}` in the place of what it says of the same plugin:\n{}",
            changed.join("\n\n")
        ));
    }
    // The bytes of a plugin that is being written are others after each build.
    if wishes.iter().any(Wish::has_changed_bytes)
        && let Some(folder) = wishes.iter().find_map(Wish::folder)
    {
        let folder = serde_json::Value::from(folder);
        // Behind the lines to paste, it would be taken for one of them.
        help.insert(0, format!(
            "while you write this plugin, put `development = [{folder}]` at the head of `{file}` and take the \
             `digest` of its grant out: the grant counts for every build below that folder then"
        ));
    }
    match help.is_empty() {
        true => error,
        false => error.help(help.join("\n\n")),
    }
}
