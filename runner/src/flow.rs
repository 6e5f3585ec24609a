//! Flows: plan, apply, check, compare, doctor, resume, undo, allow and inputs from an org, from what a person wants to
//! what came of it. A flow returns data and prints nothing; it shows, tells and asks through one port, [`Attendant`].

mod allow;
mod apply;
mod attendant;
mod check;
mod compare;
mod consent;
mod doctor;
mod drive;
mod failure;
mod find;
mod from_org;
mod keep;
mod mark;
mod plan;
mod prepare;
mod production;
mod refused;
mod rest;
mod resume;
mod rows;
mod secrets;
pub(crate) mod sign_in;
mod target;
mod undo;
mod user;
mod wanted;

pub(crate) use allow::allow;
pub(crate) use apply::{Applied, Applying, apply};
pub(crate) use attendant::{Answer, Attendant, Question, Shown, Subject, Told};
pub(crate) use check::{Checked, check};
pub(crate) use compare::{Compared, compare};
pub(crate) use consent::{Asked, Asking, Consent, nothing_known};
pub(crate) use doctor::{Examined, doctor, doctor_for, live};
pub(crate) use drive::{NotApproved, Ran};
pub(crate) use find::find;
pub(crate) use from_org::from_org;
pub(crate) use plan::{Planned, plan};
pub(crate) use prepare::{checked, host};
pub(crate) use resume::{Resumed, Resuming, resume};
pub(crate) use rows::{RowsFile, is_piped, must_have_results_of, named_file, path as rows_path};
pub(crate) use target::Target;
pub(crate) use undo::{Undoing, Undone, undo};
