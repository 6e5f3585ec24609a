//! The product from outside: command lines in, whole output and exit codes out, on a home of its own.
//!
//! In process, but where it must be a process (`practice serve`). `UPDATE_EXPECT=1` rewrites the texts.

mod apply;
mod approval;
mod bad_input;
mod bounds;
mod by_hand;
mod compare;
mod conformance;
mod contracts;
mod coverage;
mod customer_user;
mod damaged;
mod deployments;
mod display;
mod files;
mod from_org;
mod grants;
mod guides;
mod hostile;
mod limits;
mod manifests;
mod orgs;
mod other_user;
mod over_http;
mod pages;
mod partner;
mod plugins;
mod policy;
mod practice_faults;
mod practice_show;
mod recipes;
mod remedies;
mod runs;
mod sameness;
mod saved_plans;
mod secrets;
mod sent;
mod socket;
mod sweep;
mod tidy;
mod together;
mod tokens;
mod undo;
mod verify_access;
mod world;
