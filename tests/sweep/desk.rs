//! A home in which commands run, on its practice org in process or served. Every case ends with a resume and an undo.

use crate::over_http::Served;
use crate::sweep::dump::Dump;
use crate::sweep::stage::{Stage, events};
use crate::sweep::verdict::{Judged, Verdict};
use crate::world::{Product, Ran};

pub(crate) const UNDO: &str = "undo --yes --yes-destroy";
pub(crate) const RESUME: &str = "resume --yes --yes-destroy";

/// The latency of a served org's answers.
const LATENCY_MS: &str = "5";

/// Undoes until everything of a case is undone: it may leave some runs, and each may be refused at first.
const UNDOES_MAX: usize = 6;

/// The words with which an undo reports that something stays whose id the run never had: it acted and was never read
/// back.
const NEVER_LEARNED: &str = "(the run never learned the value of";

/// A home and its org.
pub(crate) struct Desk<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) product: Product,
    served: Option<Served>,
    over_http: bool,
}

impl<'s> Desk<'s> {
    /// The org is in process.
    pub(crate) fn new(stage: &'s Stage, product: Product) -> Self {
        Self {
            stage,
            product,
            served: None,
            over_http: false,
        }
    }

    /// The org is behind a socket, whose clock is this machine's.
    pub(crate) fn served(stage: &'s Stage, product: Product) -> Self {
        product.catch_up();
        let mut desk = Self::new(stage, product);
        desk.over_http = true;
        desk
    }

    /// Returns a desk with a home and an org of its own, copied from this one.
    pub(crate) fn fork(&mut self) -> Self {
        self.stop();
        Self {
            stage: self.stage,
            product: self.stage.fork(&self.product),
            served: None,
            over_http: self.over_http,
        }
    }

    /// The command line that every case begins with.
    pub(crate) fn apply(&self) -> String {
        match self.over_http {
            // The same requests as in process: an address tells only later that a practice org is there, which has an
            // example.
            true => match example(&self.stage.recipe) {
                Some(inputs) => {
                    self.product.write("example.toml", inputs);
                    format!("apply {} --inputs example.toml --yes", self.stage.recipe)
                }
                None => format!("apply {} --yes", self.stage.recipe),
            },
            false => self.stage.apply(),
        }
    }

    /// Runs a command.
    pub(crate) fn run(&mut self, line: &str) -> Ran {
        if self.over_http && self.served.is_none() {
            self.serve(&[]);
        }
        self.send(line)
    }

    /// Runs a command against the org as it is served now. The run names the org by an address that does not exist any
    /// more.
    fn send(&self, line: &str) -> Ran {
        match &self.served {
            Some(served) => self.product.run(&format!("{line} --org {}", served.url)),
            None => self.product.run(line),
        }
    }

    /// Runs a command whose requests meet faults.
    pub(crate) fn with_faults(&mut self, faults: &str, line: &str) -> Ran {
        self.product.write("faults.toml", faults);
        if self.over_http {
            self.serve(&["--faults", "faults.toml"]);
            let ran = self.send(line);
            self.stop();
            return ran;
        }
        self.product.set("USHER_PRACTICE_FAULTS", "faults.toml");
        let ran = self.product.run(line);
        self.product.unset("USHER_PRACTICE_FAULTS");
        ran
    }

    fn serve(&mut self, more: &[&str]) {
        self.stop();
        let mut arguments = vec![self.stage.practice(), "--latency", LATENCY_MS];
        arguments.extend(more);
        let served = Served::start_with(&self.product, &arguments);
        self.product.set("USHER_TOKEN", &served.token);
        self.served = Some(served);
    }

    /// Ends the server, when there is one.
    fn stop(&mut self) {
        self.served = None;
        self.product.unset("USHER_TOKEN");
    }

    /// Carries on as another user.
    pub(crate) fn sign_in(&mut self, username: &str) {
        self.serve(&[]);
        let org = self.product.practice_named(self.stage.practice());
        let token = org.token_of(username);
        self.product.unset("USHER_TOKEN");
        self.product.set("USHER_TOKEN", &token);
    }

    /// The org, once everything in the background has come to its end.
    pub(crate) fn settled(&mut self) -> Dump {
        self.stop();
        self.stage.settled(&self.product)
    }

    /// Judges the end of every case. `done`: the run came to its end; `again`: faults that the first resume meets.
    pub(crate) fn carry_on(mut self, done: bool, again: Option<&str>, verdict: &mut Verdict) {
        verdict.unhurt = done;
        let mut other = self.fork();
        let resumed = self.go_on(done, again, verdict);
        let right = resumed.is_ok();
        verdict.judge(Judged::Resumed, resumed);
        if right {
            let undone = self.take_all_back(verdict);
            verdict.judge(Judged::Undone, undone);
        }
        let undone = other.take_all_back(verdict);
        verdict.judge(Judged::Undone, undone);
    }

    /// Resumes the run, after its resume was hurt once more. A run that has failed for good, or never began, is applied
    /// again. Then the org must be the undisturbed one.
    fn go_on(
        &mut self,
        done: bool,
        again: Option<&str>,
        verdict: &mut Verdict,
    ) -> Result<(), String> {
        let mut done = done;
        if !done && !events(&self.product).is_empty() {
            if let Some(faults) = again {
                let hurt = self.with_faults(faults, RESUME);
                verdict.tell(RESUME, Some(&hurt));
                done = hurt.exit == 0;
            }
            if !done {
                let resumed = self.run(RESUME);
                verdict.tell(RESUME, Some(&resumed));
                done = resumed.exit == 0;
            }
        }
        if !done {
            let line = self.apply();
            let applied = self.run(&line);
            verdict.tell("apply, again", Some(&applied));
            if applied.exit != 0 {
                return Err(format!("applying again ends with {}\n", applied.exit));
            }
        }
        same(&self.stage.whole, &self.settled())
    }

    /// Undoes until nothing is left to undo: the run must not have disowned anything that it did. A refusal of the org
    /// is tried again. Then the org must be the one at the start, but for what an undisturbed undo leaves as well.
    pub(crate) fn take_all_back(&mut self, verdict: &mut Verdict) -> Result<(), String> {
        for _ in 0..UNDOES_MAX {
            if events(&self.product).is_empty() {
                break;
            }
            let undone = self.run(UNDO);
            verdict.tell(UNDO, Some(&undone));
            if is_nothing_left(&undone) {
                break;
            }
            if !matches!(undone.exit, 0 | 20) {
                return Err(format!("undo ends with {}\n", undone.exit));
            }
        }
        let left = self.settled();
        match left.beyond(&self.stage.start, &self.stage.undone) {
            Some(beyond) if !self.says_what_stays(verdict) => {
                Err(format!("the org is not as it was:\n{beyond}"))
            }
            _ => Ok(()),
        }
    }

    /// Says whether an undo reports of a run that something of it stays which it cannot know.
    fn says_what_stays(&mut self, verdict: &mut Verdict) -> bool {
        self.product.runs().iter().any(|run| {
            let line = format!("undo {run} --yes --yes-destroy");
            let undone = self.run(&line);
            verdict.tell(&line, Some(&undone));
            undone.out.contains(NEVER_LEARNED)
        })
    }
}

/// Says whether an undo found nothing to undo.
pub(crate) fn is_nothing_left(ran: &Ran) -> bool {
    ran.exit == 2 && ran.err.contains("code: run/none")
        || ran.exit == 0 && ran.out.contains("Nothing to undo")
}

/// An error with the difference, `-` wanted, `+` found.
pub(crate) fn same(wanted: &Dump, found: &Dump) -> Result<(), String> {
    match wanted.difference(found) {
        None => Ok(()),
        Some(difference) => Err(format!("the org differs:\n{difference}")),
    }
}

/// The inputs of the example of a recipe in the box, as a file of inputs.
fn example(recipe: &str) -> Option<String> {
    let (pack, name) = recipe
        .split_once('/')
        .filter(|(pack, _)| !pack.starts_with('.'))?;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../recipes");
    let file = root.join(pack).join("practice.toml");
    let practice = std::fs::read_to_string(file).ok()?;
    let practice: toml::Value = toml::from_str(&practice).expect("TOML");
    let inputs = practice["examples"][name].get("inputs");
    inputs.map(|inputs| toml::to_string(inputs).expect("TOML"))
}
