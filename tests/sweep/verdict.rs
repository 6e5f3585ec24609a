//! The verdict on a case.

use std::fmt;

use crate::world::Ran;

/// The verdict on a case.
#[derive(Default)]
pub(crate) struct Verdict {
    /// The run came to its end as if nothing had been.
    pub(crate) unhurt: bool,
    /// Judgements, each with the error when it was not right.
    pub(crate) judged: Vec<(Judged, Result<(), String>)>,
    /// The commands that were run, and their output.
    pub(crate) story: String,
}

/// The subject of a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// A resume leads to the undisturbed org.
    Resumed,
    /// An undo leaves nothing but what an undisturbed undo leaves.
    Undone,
    /// The commands end as they are documented to, and the journal can be read.
    Course,
}

/// Exits that the README documents, but for those of a damaged journal and of a bug. 130: by a signal.
const EXITS: [u8; 15] = [0, 2, 10, 11, 12, 20, 21, 22, 23, 30, 31, 40, 41, 60, 130];

impl Verdict {
    pub(crate) fn judge(&mut self, what: Judged, judged: Result<(), String>) {
        self.judged.push((what, judged));
    }

    /// Adds a command to the story, and judges its exit. None: it was killed.
    pub(crate) fn tell(&mut self, line: &str, ran: Option<&Ran>) {
        match ran {
            Some(ran) => {
                self.story
                    .push_str(&format!("$ usher {line}\n{}\n", ran.text()));
                if !EXITS.contains(&ran.exit) {
                    let why = format!("`{line}` ends with {}:\n{}", ran.exit, ran.text());
                    self.judge(Judged::Course, Err(why));
                }
            }
            None => self.story.push_str(&format!("$ usher {line}\nkilled\n\n")),
        }
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resumed => "resumed",
            Self::Undone => "undone",
            Self::Course => "course",
        })
    }
}
