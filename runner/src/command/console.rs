//! The console as the attendant of a flow: what it shows, tells and asks, in words.

use std::sync::Arc;

use usher_core::plan::PlannedStep;
use usher_core::policy::Broken;
use usher_core::run::{Event, Notice, RunState};
use usher_core::text;
use usher_engine::port::Boxed;
use usher_engine::stop::StopFlag;

use crate::command::manner::Manner;
use crate::desk::{Console, Desk};
use crate::flow::{Answer, Attendant, Question, Shown, Subject, Told};
use crate::page::Page;
use crate::person::{Person, Typed};
use crate::policy;
use crate::report::{self, Crowd, Detail, Sheet};
use crate::secrets;
use crate::signals;
use crate::world::World;

/// The most lost things that a question lists.
const LISTED_MAX: usize = 20;

/// The console of a command whose flow is at work.
pub(super) struct AtConsole<'a> {
    console: &'a mut Console,
    manner: Manner<'a>,
    /// Says whether Ctrl-C and SIGTERM are ours to hear, once a run has begun, and are not heard yet.
    signals: &'a mut bool,
    stop: StopFlag,
    crowd: Crowd,
}

/// Parts a desk into an attendant and the world of the flow.
pub(super) fn attended<'a>(desk: &'a mut Desk, manner: Manner<'a>) -> (AtConsole<'a>, &'a World) {
    let attendant = AtConsole {
        console: &mut desk.console,
        manner,
        signals: &mut desk.signals,
        stop: desk.world.stop.clone(),
        crowd: Crowd::default(),
    };
    (attendant, &desk.world)
}

impl AtConsole<'_> {
    /// The person who can be asked. A program that reads JSON answers nothing.
    fn person(&self) -> Option<Arc<dyn Person>> {
        self.console.person.clone().filter(|_| !self.manner.json)
    }
}

/// Lets the person do something that may take any time; none: the run is to stop meanwhile.
async fn waits_for<T: Send + 'static>(
    stop: StopFlag,
    person: Arc<dyn Person>,
    does: impl FnOnce(&dyn Person) -> T + Send + 'static,
) -> Option<T> {
    let (done, what) = tokio::sync::oneshot::channel();
    // A thread of its own: nothing ends it while it waits for a line, and the runtime would wait for it.
    std::thread::spawn(move || drop(done.send(does(person.as_ref()))));
    tokio::select! {
        biased;
        what = what => what.ok(),
        () = stop.asked() => None,
    }
}

impl Attendant for AtConsole<'_> {
    fn told(&mut self, told: &Told<'_>) {
        self.console.say(in_words(told));
    }

    fn shown(&mut self, shown: &Shown<'_>) {
        if !self.manner.json {
            let detail = match shown.undoes {
                true => Detail::Undo,
                false => self.manner.detail,
            };
            self.console
                .print(Sheet::of(shown.plan, shown.alias, detail).page());
        }
    }

    fn steps(&mut self, steps: &[PlannedStep]) {
        if self.manner.json {
            return;
        }
        self.console.say(match steps {
            // With everything in it: there is no option by which to see more.
            [step] => report::step_page(step, Detail::Full),
            items => report::items_page(items, &[], self.manner.detail),
        });
    }

    fn asked<'a>(&'a mut self, question: &'a Question<'a>) -> Boxed<'a, Answer> {
        Box::pin(async move {
            let Some(person) = self.person() else {
                return Answer::Nobody;
            };
            if self.stop.is_asked() {
                return Answer::Stop;
            }
            self.console.say(question_page(question));
            match waits_for(self.stop.clone(), person, |person| person.line()).await {
                Some(Some(line)) if is_yes(question, line.trim()) => Answer::Yes,
                Some(_) => Answer::No,
                None => Answer::Stop,
            }
        })
    }

    fn secret<'a>(&'a mut self, run: &'a str, name: &'a str) -> Boxed<'a, Typed> {
        Box::pin(async move {
            let Some(person) = self.person() else {
                return Typed::Nothing;
            };
            self.console.say(format!(
                "Run {run} needs the secret `{name}` again. Type it; it is not shown:"
            ));
            let typed = waits_for(self.stop.clone(), person, |person| person.hidden_line()).await;
            typed.unwrap_or(Typed::Interrupted)
        })
    }

    fn begins(&mut self) {
        signals::listen(self.signals, &self.stop, &self.console.err);
    }

    fn event(&mut self, run: &str, event: &Event, at_ms: i64, state: &RunState) {
        if let Some(events) = self.manner.events {
            events.write(run, state.events, at_ms, event);
        }
        if !self.manner.json
            && let Some(page) = self.crowd.page(event, at_ms, state)
        {
            self.console.say(page);
        }
    }

    fn notice(&mut self, notice: &Notice<'_>) {
        if !self.manner.json {
            self.console.say(report::notice_page(notice));
        }
    }
}

fn in_words(told: &Told<'_>) -> String {
    match told {
        Told::Example { is_own } => {
            let whose = if *is_own { "the recipe's" } else { "the" };
            format!("No inputs given: on a practice org, {whose} example is used.")
        }
        Told::StartsFrom { org } => {
            format!("The example starts from a practice org of its own: `{org}`.")
        }
        Told::MadeBefore { start } => format!(
            "It was made before `practice.toml` was as it is now, and does not have what is new there. \
             `usher practice reset {start}` makes it again."
        ),
        Told::NoStart { practice } => format!(
            "The records of `{practice}` belong to no start, so they are in no practice org: write \
             `[[starts.NAME.records]]` above each, and `start = \"NAME\"` below the example."
        ),
        Told::PassedOver { run, why } => format!("Run {run} is passed over: {why}."),
        Told::Resumes(other) => {
            let (before, now) = (&other.before.username, &other.now.username);
            format!(
                "Handed over from {before} to {now}: {now} is owner and creator of the records that are made from \
                 here on, and what either of them makes counts as the run's own."
            )
        }
        Told::Undoes(other) => {
            let (before, now) = (&other.before.username, &other.now.username);
            format!(
                "The run was applied as {before} and is undone as {now}: {now} is owner and creator of the \
                 records that are made again, and what either of them made counts as the run's own."
            )
        }
        Told::LooksUp { run, to } => format!(
            "{to} looks up what became of the changes in doubt: run {run} is {to}'s from here on, also when you say no."
        ),
        Told::GoesOn { run } => format!("Going on with run {run}."),
        Told::Allowed { grants } => format!("Allowed. `{}` says so now.", grants.display()),
        Told::PlanMoved => {
            "Another run has changed the org since this plan was made. The plan is now:".to_owned()
        }
        Told::SecretsMissing { names } => format!(
            "Without {} Usher cannot see what became of everything that was sent. `--set` gives it.",
            secrets::named(names)
        ),
    }
}

/// Says whether a line is the yes of a question: the word, or one of the names that the question is about.
fn is_yes(question: &Question<'_>, line: &str) -> bool {
    match question {
        Question::Approve { names, .. } if !names.is_empty() => {
            names.iter().any(|name| name == line)
        }
        Question::Approve { .. } | Question::Destroy(_) | Question::Allow(_) => {
            line.eq_ignore_ascii_case("yes")
        }
    }
}

fn question_page(question: &Question<'_>) -> Page {
    match question {
        Question::Approve {
            subject,
            because,
            names,
        } => {
            let mut page = because_page(because);
            let asks = match subject {
                Subject::Plan => "Apply these changes?",
                Subject::Step => "Apply the changes of this step?",
                Subject::Undo => "Undo these changes?",
                Subject::SavedPlan => "Approve this plan?",
                Subject::Rest => "Finish the run?",
                Subject::LiveCheck => "Make records in the org, and delete them again?",
            };
            match names {
                [] => page.line(0, format!("{asks} Type yes:")),
                names => {
                    let names: Vec<String> = names.iter().map(|one| text::sentence(one)).collect();
                    if *subject != Subject::LiveCheck {
                        page.line(0, "This is a PRODUCTION org.");
                    }
                    page.line(
                        0,
                        format!("{asks} Type the name of the org, {}:", names.join(" or ")),
                    );
                }
            }
            page
        }
        Question::Allow(wishes) => wishes.question(),
        Question::Destroy(lost) => {
            let mut page = Page::default();
            page.line(0, "This is lost for good:");
            for one in lost.iter().take(LISTED_MAX) {
                page.line(2, text::sentence(one));
            }
            if lost.len() > LISTED_MAX {
                page.line(2, format!("… {} more", lost.len() - LISTED_MAX));
            }
            page.line(0, "Destroy this? Type yes:");
            page
        }
    }
}

fn because_page(rules: &[Broken]) -> Page {
    match rules {
        [] => Page::default(),
        rules => policy::asking(rules),
    }
}
