//! Rehearsals: the component plans in the host against the org that a file describes, and its answer is compared as
//! text.

use std::sync::Arc;

use serde_json::{Map, Value};
use usher_core::diagnostic::SourceText;
use usher_core::grant::Limits;
use usher_core::manifest::InputProblem;
use usher_core::recipe::{Expected, Rehearsal, parse_rehearsal, put_expected};
use usher_core::rehearsal::{State, failure_text, plan_text, taken_over};
use usher_core::used::Used;
use usher_host::{Call, NoPlan, PlanError, Plugin, Source, trap_help};

use crate::error::Error;
use crate::trial::Testing;
use crate::trial::folder::Folder;
use crate::trial::outcome::{Case, Outcome, Part, Wrong};
use crate::whole_file::WholeFile;

/// The answer of a plugin in a rehearsal.
pub(super) struct Answer {
    /// None: Usher refuses the answer.
    pub(super) text: Option<String>,
    /// The reasons for which Usher refuses it.
    pub(super) refused: Vec<String>,
    /// The plugin gave no answer at all: it broke off, or reached a limit.
    pub(super) is_fault: bool,
    /// The plugin says of itself that it is at fault.
    pub(super) is_broken: bool,
    /// Advice to the author of a plugin that broke off.
    pub(super) remedy: Option<String>,
    pub(super) log: Vec<String>,
    pub(super) used: Used,
}

/// Tries every rehearsal of the folder, and adds what they used.
pub(super) async fn all(
    folder: &Folder,
    plugin: &Plugin,
    testing: &Testing,
    used: &mut Used,
) -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for (source, rehearsal) in read(folder)? {
        let (input, org) = (rehearsal.input.clone(), rehearsal.org.clone());
        let answer = answer(plugin, input, org, testing.declare).await;
        used.extend(&answer.used);
        let outcome = match testing.update {
            true => updated(folder, &source, &rehearsal, &answer)?,
            false => compared(&rehearsal, answer),
        };
        cases.push(Case {
            file: Some(source.name),
            ..Case::of(Part::Rehearsals, rehearsal.title, outcome)
        });
    }
    if cases.is_empty() {
        let why = "there is no rehearsal in `tests`".to_owned();
        cases.push(Case::of(
            Part::Rehearsals,
            "Rehearsals",
            Outcome::Skipped(why),
        ));
    }
    Ok(cases)
}

/// Reads the rehearsals of the folder. The error has all mistakes of all files.
pub(super) fn read(folder: &Folder) -> Result<Vec<(SourceText, Rehearsal)>, Error> {
    let mut rehearsals = Vec::new();
    let mut wrong: Option<Error> = None;
    for source in folder.rehearsals()? {
        match (parse_rehearsal(&source), &mut wrong) {
            (Ok(rehearsal), _) => rehearsals.push((source, rehearsal)),
            (Err(found), None) => wrong = Some(Error::mistakes(Some(&source), found)),
            (Err(found), Some(first)) => {
                let more = Error::mistakes(Some(&source), found);
                first.message = format!("{}; {}", first.message, more.message);
                first.mistakes.extend(more.mistakes);
            }
        }
    }
    wrong.map_or(Ok(rehearsals), Err)
}

/// Lets the plugin plan. `learns`: beyond its manifest, too.
pub(super) async fn answer(
    plugin: &Plugin,
    input: Map<String, Value>,
    org: State,
    learns: bool,
) -> Answer {
    let org = Arc::new(org);
    let called = plugin.plan(Call {
        identity: org.identity(),
        now: org.now().to_owned(),
        input,
        org: Arc::clone(&org) as _,
        // Any seed will do, as long as it is the same each time.
        seed: [0; 32],
        limits: Limits::default(),
        learns,
        notes_used: true,
    });
    let mut remedy = None;
    let (text, refused, is_fault, is_broken, denied, log, used) = match called.await {
        Ok(planned) => {
            let refused = taken_over(&org, &planned.plan);
            let text = Some(plan_text(&planned.plan));
            let (denied, log) = (planned.denied, planned.log);
            (text, refused, false, false, denied, log, planned.used)
        }
        Err(error) => {
            let PlanError {
                why,
                denied,
                log,
                used,
                ..
            } = error;
            let is_broken = matches!(&why, NoPlan::Failed(usher_core::change::Failure::Broken(_)));
            if let NoPlan::Trap { stack, .. } = &why {
                remedy = Some(trap_help(stack));
            }
            let (text, refused, is_fault) = match why {
                NoPlan::Failed(failure) => (Some(failure_text(&failure)), Vec::new(), false),
                NoPlan::BadAnswer(bad) => (None, vec![bad.to_string()], false),
                NoPlan::Undeclared(what) => {
                    (None, what.iter().map(ToString::to_string).collect(), false)
                }
                NoPlan::Input(problems) => (None, unfit(&problems), true),
                other => (None, vec![other.to_string()], true),
            };
            (text, refused, is_fault, is_broken, denied, log, used)
        }
    };
    // The plugin went on without a read that was refused. The plan may be wrong, so it does not count.
    let refused = match denied.is_empty() {
        true => refused,
        false => denied.iter().map(ToString::to_string).collect(),
    };
    let log = log.into_iter().filter(|line| line.source == Source::Log);
    Answer {
        text: text.filter(|_| refused.is_empty()),
        refused,
        is_fault,
        is_broken,
        remedy,
        log: log.map(|line| line.text).collect(),
        used,
    }
}

fn unfit(problems: &[InputProblem]) -> Vec<String> {
    let lines = problems.iter().map(|problem| match problem.at.as_str() {
        "" => format!("the input: {}", problem.message),
        at => format!("the input at `{at}`: {}", problem.message),
    });
    lines.collect()
}

fn compared(rehearsal: &Rehearsal, answer: Answer) -> Outcome {
    let mut wrong = Wrong {
        log: answer.log.clone(),
        remedy: answer.remedy.clone(),
        ..Wrong::default()
    };
    if answer.is_fault {
        wrong.why = answer.refused;
        return Outcome::Failed(wrong);
    }
    let Some(expected) = &rehearsal.expected else {
        wrong.why = answer.refused;
        wrong
            .why
            .push("the file says nothing about the answer that it expects".to_owned());
        wrong.remedy = Some(
            "run `usher plugin test --update`, which writes the answer into the file, and read what it wrote"
                .to_owned(),
        );
        return Outcome::Failed(wrong);
    };
    if answer.refused != expected.refused {
        match (expected.refused.is_empty(), answer.refused.is_empty()) {
            (true, _) => wrong.why = answer.refused,
            (false, true) => wrong
                .why
                .push("Usher takes an answer that it must refuse".to_owned()),
            (false, false) => {
                wrong
                    .why
                    .push("Usher refuses the answer for other reasons".to_owned());
                let refused = (expected.refused.join("\n"), answer.refused.join("\n"));
                wrong.texts = Some(Box::new(refused));
            }
        }
        return Outcome::Failed(wrong);
    }
    let (is, should) = (answer.text.unwrap_or_default(), expected.answer.clone());
    let should = should.unwrap_or_default();
    if expected.refused.is_empty() && is != should {
        wrong.why.push("the answer is another one".to_owned());
        wrong.texts = Some(Box::new((should, is)));
    }
    if let Some(log) = &expected.log
        && *log != answer.log
    {
        wrong.why.push("the plugin logs other lines".to_owned());
        let logs = || Box::new((log.join("\n"), answer.log.join("\n")));
        wrong.texts.get_or_insert_with(logs);
    }
    match wrong.why.is_empty() {
        true => Outcome::Passed(String::new()),
        false => Outcome::Failed(wrong),
    }
}

/// Writes the answer of now into the file, when it is another one.
fn updated(
    folder: &Folder,
    source: &SourceText,
    rehearsal: &Rehearsal,
    answer: &Answer,
) -> Result<Outcome, Error> {
    if answer.is_fault {
        // No author expects a plugin that breaks off.
        return Ok(Outcome::Failed(Wrong {
            why: answer.refused.clone(),
            log: answer.log.clone(),
            remedy: answer.remedy.clone(),
            ..Wrong::default()
        }));
    }
    let log = rehearsal.expected.as_ref().and_then(|it| it.log.as_ref());
    let expected = Expected {
        answer: answer.text.clone(),
        refused: answer.refused.clone(),
        log: log.map(|_| answer.log.clone()),
        span: 0..0,
    };
    let is_same = rehearsal.expected.as_ref().is_some_and(|it| {
        it.answer == expected.answer && it.refused == expected.refused && it.log == expected.log
    });
    if is_same {
        return Ok(Outcome::Passed("as it was".to_owned()));
    }
    let Some(text) = put_expected(source, &expected) else {
        return Ok(Outcome::Failed(Wrong {
            why: vec!["`expected` is written in a form that Usher does not change".to_owned()],
            remedy: Some("delete it, and run the command again".to_owned()),
            ..Wrong::default()
        }));
    };
    write(&folder.path().join(&source.name), &text)?;
    Ok(Outcome::Written)
}

/// Replaces a file of the author. It stays as readable as it was.
pub(super) fn write(path: &std::path::Path, text: &str) -> Result<(), Error> {
    let unread = |error: std::io::Error| Error::file("write", path, &error);
    let before = std::fs::metadata(path).map_err(unread)?.permissions();
    WholeFile::begin(path)?.finish(text)?;
    std::fs::set_permissions(path, before).map_err(unread)
}
