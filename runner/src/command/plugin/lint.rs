//! `usher plugin lint`: everything that can be better in a plugin.

use usher_core::diagnostic::Severity;
use usher_core::text;

use crate::args::LintArgs;
use crate::desk::Desk;
use crate::error::{Error, Mistake};
use crate::exit::Exit;
use crate::report;
use crate::workshop::{PluginFolder, lint_component, lint_folder};

pub(super) fn run(args: &LintArgs, desk: &mut Desk) -> Result<Exit, Error> {
    let path = desk.world.folder.join(&args.plugin);
    let shown = args.plugin.display().to_string();
    let found = match path.is_file() {
        true => lint_component(&path, &shown)?,
        false => lint_folder(
            &PluginFolder::at(&desk.world.folder, &args.plugin)?,
            &desk.world,
        )?,
    };
    let counts = |mistake: &Mistake| mistake.diagnostic.severity == Severity::Error || args.strict;
    let exit = match found.iter().any(counts) {
        true => Exit::Plugin,
        false => Exit::Done,
    };
    if args.output.json {
        desk.document(&report::findings_json(&found));
        return Ok(exit);
    }
    let mut page = report::findings_page(&found);
    page.line(0, summary(&found, &shown));
    desk.print(page);
    Ok(exit)
}

fn summary(found: &[Mistake], shown: &str) -> String {
    let errors = found.iter().map(|one| one.diagnostic.severity);
    let errors = errors
        .filter(|severity| *severity == Severity::Error)
        .count();
    let warnings = found.len() - errors;
    let shown = text::sentence(shown);
    match (errors, warnings) {
        (0, 0) => format!("`{shown}`: nothing to point out"),
        (errors, warnings) => format!(
            "`{shown}`: {}, {}",
            report::count(errors, "error"),
            report::count(warnings, "warning")
        ),
    }
}
