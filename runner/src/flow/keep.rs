//! The brake of a list that is kept true: more records than it allows are not let go without a word.

use std::collections::BTreeMap;

use usher_core::diagnostic::did_you_mean;
use usher_core::keep::{KeptSet, Stopped};
use usher_core::plan::{Plan, UsedInput};
use usher_core::recipe::Recipe;

use crate::error::Error;
use crate::exit::Exit;
use crate::flow::rows::named_file;
use crate::wording::count;

/// The number of records that a person has allowed to be let go, by the list's input.
pub(super) type LetGo = BTreeMap<String, usize>;

/// Reads `--let-go 40` and `--let-go people=40`.
///
/// # Errors
///
/// The recipe keeps no such list, or several, or it is not a number.
pub(super) fn let_go(texts: &[String], recipe: &Recipe) -> Result<LetGo, Error> {
    let lists = kept(recipe);
    let usage = |code: &str, message: String, help: String| {
        Err(Error::new(Exit::Usage, code, message).help(help))
    };
    let mut let_go = LetGo::new();
    for text in texts {
        let (name, number) = named_file(text);
        let list = match (name, lists.as_slice()) {
            (_, []) => {
                let recipe = &recipe.name;
                let message = format!("recipe `{recipe}` keeps no list true and lets nobody go");
                return usage("keep/no-list", message, "leave `--let-go` out".to_owned());
            }
            (None, [list]) => *list,
            (None, [first, ..]) => {
                let message = format!("recipe `{}` keeps several lists true", recipe.name);
                let names = did_you_mean("", lists.iter().copied());
                let help = format!("say which, as in `--let-go {first}={number}`; {names}");
                return usage("keep/no-list", message, help);
            }
            (Some(name), _) => match lists.iter().find(|list| **list == name) {
                Some(list) => *list,
                None => {
                    let recipe = &recipe.name;
                    let message = format!("recipe `{recipe}` keeps no list `{name}` true");
                    let help = did_you_mean(name, lists.iter().copied());
                    return usage("keep/no-list", message, help);
                }
            },
        };
        let Ok(number) = number.parse() else {
            let message = format!("`{number}` is not a number of records");
            let help = "write digits alone, as in `--let-go 40`".to_owned();
            return usage("keep/bad-number", message, help);
        };
        if let_go.insert(list.to_owned(), number).is_some() {
            let message = format!("`--let-go` is there twice for `{list}`");
            return usage("keep/bad-number", message, "keep one of them".to_owned());
        }
    }
    Ok(let_go)
}

/// The inputs whose lists a recipe keeps true.
fn kept(recipe: &Recipe) -> Vec<&str> {
    let kept = recipe.inputs.iter().filter(|input| input.keep.is_some());
    kept.map(|input| input.name.as_str()).collect()
}

/// The numbers that were said with `--let-go` when a plan was made.
pub(super) fn said(plan: &Plan) -> LetGo {
    let said = plan.inputs.iter().filter_map(|input| {
        let most = input.kept.as_ref()?.let_go?;
        Some((input.name.clone(), most))
    });
    said.collect()
}

/// The error of a plan that lets more records go than it may, with every list that does.
pub(super) fn stopped(plan: &Plan, recipe: &Recipe) -> Option<Error> {
    let stopped = plan.inputs.iter().filter_map(|input| {
        let set = input.kept.as_ref()?;
        Some((input, set, set.stopped()?))
    });
    let stopped: Vec<(&UsedInput, &KeptSet, Stopped)> = stopped.collect();
    if stopped.is_empty() {
        return None;
    }
    let is_only = kept(recipe).len() == 1;
    let whys: Vec<String> = stopped
        .iter()
        .map(|(input, set, stopped)| why(input, set, stopped))
        .collect();
    // The command as it would let them go: with what was said of the other lists.
    let options = plan.inputs.iter().filter_map(|input| {
        let set = input.kept.as_ref()?;
        let most = match set.stopped() {
            Some(_) => set.gone.len(),
            None => set.let_go?,
        };
        Some(match is_only {
            true => format!("--let-go {most}"),
            false => format!("--let-go {}={most}", input.name),
        })
    });
    let options: Vec<String> = options.collect();
    let whole = match stopped.len() {
        1 => "the list is whole",
        _ => "the lists are whole",
    };
    let options = options.join(" ");
    let help = format!("check that {whole}; to let them go, pass `{options}`");
    let message = format!("{}; nothing was changed", whys.join("; "));
    Some(Error::new(Exit::Limit, "keep/brake", message).help(help))
}

fn why(input: &UsedInput, set: &KeptSet, stopped: &Stopped) -> String {
    let gone = set.gone.len();
    let file = input.rows.as_ref().and_then(|rows| rows.file.as_deref());
    let list = match file {
        Some(file) => format!("`{file}`"),
        None => format!("the input `{}`", input.name),
    };
    let are = if gone == 1 { "is" } else { "are" };
    let many = format!(
        "{gone} of {} of the set {are} not in {list}",
        count(set.of, &format!("`{}` record", set.object))
    );
    match stopped {
        Stopped::LetGo(most) => format!("{many}, more than the {most} of `--let-go`"),
        Stopped::Empty => format!("{list} has no rows, and {many}"),
        Stopped::Most(most) => format!("{many}, more than {most}"),
        Stopped::Percent(percent) => format!("{many}, more than {percent} %"),
    }
}
