//! The brake of a list that is kept true: more records than it allows are not let go without a word.

use usher_core::keep::{KeptSet, Stopped};
use usher_core::plan::{Plan, UsedInput};
use usher_core::recipe::Recipe;

use crate::error::Error;
use crate::exit::Exit;
use crate::flow::target::Target;
use crate::wording::count;

/// Refuses `--let-go` for a recipe that lets nobody go.
pub(super) fn must_be_kept(target: &Target, recipe: &Recipe) -> Result<(), Error> {
    if target.let_go.is_none() || recipe.inputs.iter().any(|input| input.keep.is_some()) {
        return Ok(());
    }
    let message = format!(
        "recipe `{}` keeps no list true and lets nobody go",
        recipe.name
    );
    Err(Error::new(Exit::Usage, "keep/no-list", message).help("leave `--let-go` out"))
}

/// The number that was said with `--let-go` when a plan was made.
pub(super) fn said(plan: &Plan) -> Option<usize> {
    let mut kept = plan.inputs.iter().filter_map(|input| input.kept.as_ref());
    kept.find_map(|set| set.let_go)
}

/// The error of a plan that lets more records go than it may.
pub(super) fn stopped(plan: &Plan) -> Option<Error> {
    let mut inputs = plan.inputs.iter();
    inputs.find_map(|input| {
        let set = input.kept.as_ref()?;
        Some(refused(input, set, &set.stopped()?))
    })
}

fn refused(input: &UsedInput, set: &KeptSet, stopped: &Stopped) -> Error {
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
    let why = match stopped {
        Stopped::LetGo(most) => format!("{many}, more than the {most} of `--let-go`"),
        Stopped::Empty => format!("{list} has no rows, and {many}"),
        Stopped::Most(most) => format!("{many}, more than {most}"),
        Stopped::Percent(percent) => format!("{many}, more than {percent} %"),
    };
    let help = format!("check that the list is whole; to let them go, pass `--let-go {gone}`");
    Error::new(
        Exit::Limit,
        "keep/brake",
        format!("{why}; nothing was changed"),
    )
    .help(help)
}
