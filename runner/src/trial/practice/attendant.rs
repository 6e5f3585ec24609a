//! An attendant who agrees to everything and hears nothing: the org is there for the test alone.

use usher_core::plan::PlannedStep;
use usher_core::run::{Event, Notice, RunState};
use usher_engine::port::Boxed;

use crate::flow::{Answer, Attendant, Question, Shown, Told};
use crate::person::Typed;

/// The attendant of a test.
pub(super) struct Agreeing;

impl Attendant for Agreeing {
    fn told(&mut self, _: &Told<'_>) {}

    fn shown(&mut self, _: &Shown<'_>) {}

    fn steps(&mut self, _: &[PlannedStep]) {}

    fn asked<'a>(&'a mut self, _: &'a Question<'a>) -> Boxed<'a, Answer> {
        Box::pin(async { Answer::Yes })
    }

    fn secret<'a>(&'a mut self, _: &'a str, _: &'a str) -> Boxed<'a, Typed> {
        Box::pin(async { Typed::Nothing })
    }

    fn begins(&mut self) {}

    fn event(&mut self, _: &str, _: &Event, _: i64, _: &RunState) {}

    fn notice(&mut self, _: &Notice<'_>) {}
}
