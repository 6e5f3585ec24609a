//! The test of a plugin, for a person and for a program.

use serde_json::{Value, json};
use usher_core::text;

use crate::page::{Page, Style};
use crate::report::FORMAT;
use crate::trial::{Case, Outcome, Part, Side, Tested, Wrong, differing};

/// Lines that both texts share, shown above and below a line that differs.
const AROUND: usize = 3;

/// Lines of the log of a failing test that are shown: the last ones.
const LOG_LINES_MAX: usize = 20;

/// The test as a page.
pub(crate) fn trial_page(tested: &Tested) -> Page {
    let mut page = Page::default();
    let (name, file) = (text::sentence(&tested.name), text::sentence(&tested.file));
    page.line(0, format!("{name} {}, {file}", tested.version));
    for part in [Part::Rehearsals, Part::Practice, Part::Generated] {
        let mut cases = tested
            .cases
            .iter()
            .filter(|case| case.part == part)
            .peekable();
        if cases.peek().is_some() {
            page.blank();
            page.line(0, title(part));
            cases.for_each(|case| self::case(case, &mut page));
        }
    }
    for (what, list) in [
        (
            "Declared now in `manifest.json`. Build the plugin again:",
            &tested.declared,
        ),
        ("Declared, and needed by no test:", &tested.unused),
    ] {
        if !list.is_empty() {
            page.blank();
            page.line(0, what);
            for words in list {
                page.line(2, format!("- {}", text::sentence(words)));
            }
        }
    }
    page.blank();
    page.line(0, summary(tested));
    page
}

fn title(part: Part) -> &'static str {
    match part {
        Part::Rehearsals => "Rehearsals",
        Part::Practice => "The recipe on a practice org",
        Part::Generated => "Inputs that fit the schema",
    }
}

fn case(case: &Case, page: &mut Page) {
    let title = text::sentence(&case.title);
    let with = |says: &str| match says {
        "" => title.clone(),
        says => format!("{title}: {}", text::sentence(says)),
    };
    match &case.outcome {
        Outcome::Passed(says) => page.headed(2, Style::Green, "ok      ", with(says)),
        Outcome::Written => page.headed(2, Style::Yellow, "written ", in_file(case, &title)),
        Outcome::Skipped(why) => page.headed(2, Style::Yellow, "not run ", with(why)),
        Outcome::Noted(says) => page.headed(2, Style::Yellow, "note    ", with(says)),
        Outcome::Failed(wrong) => {
            page.headed(2, Style::Red, "FAILED  ", in_file(case, &title));
            self::wrong(wrong, page);
        }
    }
}

fn in_file(case: &Case, title: &str) -> String {
    match &case.file {
        Some(file) => format!("{title} ({})", text::sentence(file)),
        None => title.to_owned(),
    }
}

fn wrong(wrong: &Wrong, page: &mut Page) {
    for why in &wrong.why {
        for line in why.lines() {
            page.line(10, text::sentence(line));
        }
    }
    if let Some((expected, is)) = wrong.texts.as_deref() {
        page.line(10, "expected (-), and what came (+):");
        texts(expected, is, page);
    }
    if !wrong.log.is_empty() {
        page.line(10, "the plugin logged:");
        let skipped = wrong.log.len().saturating_sub(LOG_LINES_MAX);
        if skipped > 0 {
            page.line(12, format!("… {skipped} lines before these"));
        }
        for line in &wrong.log[skipped..] {
            page.line(12, text::sentence(line));
        }
    }
    if let Some(remedy) = &wrong.remedy {
        page.line(10, format!("help: {}", text::sentence(remedy)));
    }
}

/// The lines that differ, with some around them.
fn texts(expected: &str, is: &str, page: &mut Page) {
    let lines = differing(expected, is);
    let differs = |at: usize| lines.get(at).is_some_and(|(side, _)| *side != Side::Both);
    let is_near = |at: usize| (at.saturating_sub(AROUND)..=at + AROUND).any(differs);
    let mut is_cut = false;
    for (at, (side, line)) in lines.iter().enumerate() {
        if !is_near(at) {
            if !is_cut {
                page.line(12, "…");
            }
            is_cut = true;
            continue;
        }
        is_cut = false;
        match side {
            Side::Both => page.line(12, format!("  {line}")),
            Side::Before => page.headed(12, Style::Red, "- ", line),
            Side::After => page.headed(12, Style::Green, "+ ", line),
        }
    }
}

fn summary(tested: &Tested) -> String {
    let count = |is: fn(&Outcome) -> bool| tested.cases.iter().filter(|it| is(&it.outcome)).count();
    let counted = [
        (count(|it| matches!(it, Outcome::Passed(_))), "passed"),
        (count(|it| matches!(it, Outcome::Written)), "written"),
        (count(|it| matches!(it, Outcome::Failed(_))), "failed"),
        (count(|it| matches!(it, Outcome::Skipped(_))), "not run"),
    ];
    let counted = counted.iter().filter(|(many, _)| *many > 0);
    let counted: Vec<String> = counted
        .map(|(many, what)| format!("{many} {what}"))
        .collect();
    match counted.is_empty() {
        true => "Nothing was tested.".to_owned(),
        false => format!("{}.", counted.join(", ")),
    }
}

/// The test as a document.
pub(crate) fn trial_json(tested: &Tested) -> Value {
    json!({
        "format": FORMAT,
        "plugin": tested.name,
        "version": tested.version,
        "file": tested.file,
        "digest": format!("sha256:{}", tested.digest),
        "cases": tested.cases.iter().map(case_json).collect::<Vec<_>>(),
        "unused": tested.unused,
        "declared": tested.declared,
    })
}

fn case_json(case: &Case) -> Value {
    let part = match case.part {
        Part::Rehearsals => "rehearsals",
        Part::Practice => "practice",
        Part::Generated => "generated",
    };
    let mut document = json!({ "part": part, "title": case.title });
    if let Some(file) = &case.file {
        document["file"] = json!(file);
    }
    let (outcome, says) = match &case.outcome {
        Outcome::Passed(says) => ("passed", says.as_str()),
        Outcome::Written => ("written", ""),
        Outcome::Skipped(why) => ("skipped", why.as_str()),
        Outcome::Noted(says) => ("noted", says.as_str()),
        Outcome::Failed(wrong) => {
            document["why"] = json!(wrong.why);
            document["log"] = json!(wrong.log);
            if let Some((expected, is)) = wrong.texts.as_deref() {
                document["expected"] = json!(expected);
                document["is"] = json!(is);
            }
            if let Some(remedy) = &wrong.remedy {
                document["help"] = json!(remedy);
            }
            ("failed", "")
        }
    };
    document["outcome"] = json!(outcome);
    if !says.is_empty() {
        document["says"] = json!(says);
    }
    document
}
