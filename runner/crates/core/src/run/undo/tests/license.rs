//! Permission set licenses that a run brought.

use expect_test::expect;
use usher_contract::change::{Certainty, Consequence, Effect, Prerequisite};
use usher_contract::value::Scalar;

use super::{USER, check, create, done, fields, key, run, step};
use crate::run::{Event, Verdict};

const SET: &str = "0PSJca000000001IAA";
const LICENSE: &str = "0PLJca000000001IAA";
const SEAT: &str = "2LAJca000000001IAA";
const ASSIGNMENT: &str = "0PaJca000000001IAA";

fn seat() -> [(&'static str, Scalar); 2] {
    [
        ("AssigneeId", Scalar::text(USER)),
        ("PermissionSetLicenseId", Scalar::text(LICENSE)),
    ]
}

fn assignment() -> [(&'static str, Scalar); 2] {
    [
        ("AssigneeId", Scalar::text(USER)),
        ("PermissionSetId", Scalar::text(SET)),
    ]
}

#[test]
fn a_seat_that_a_change_took_is_deleted_unless_something_needs_it() {
    let license = create("license", "PermissionSetLicenseAssign", &seat());
    let mut assign = create("assignment", "PermissionSetAssignment", &assignment());
    assign.after = vec![Prerequisite::Change("license".into())];
    let events = vec![
        done("s", "license", Some(SEAT)),
        done("s", "assignment", Some(ASSIGNMENT)),
    ];
    check(
        &run(vec![step("s", vec![license, assign])], events),
        &[],
        expect![[r#"
            s
              assignment: {"delete":{"object":"PermissionSetAssignment","id":{"text":"0PaJca000000001IAA"}}}
                if {"AssigneeId":"005Jca000000001IAA","PermissionSetId":"0PSJca000000001IAA"}
              license: {"delete":{"object":"PermissionSetLicenseAssign","id":{"text":"2LAJca000000001IAA"}}}
                if {"AssigneeId":"005Jca000000001IAA","PermissionSetLicenseId":"0PLJca000000001IAA"}
                only if no `PermissionSetAssignment` is there with `AssigneeId` = 005Jca000000001IAA, `PermissionSet.LicenseId` = 0PLJca000000001IAA
                after Change("assignment")
              undo/license: In most cases Salesforce removes a permission set license by itself; Usher checks, and removes what is left
        "#]],
    );
}

/// In most orgs the assignment brings the seat along.
#[test]
fn a_seat_that_came_by_itself_is_deleted_when_it_was_seen() {
    let seat = |address: &str| Effect {
        address: address.into(),
        causes: vec!["assignment".into()],
        summary: format!("{address} comes"),
        certainty: Certainty::Likely,
        consequence: Consequence::Appears {
            object: "PermissionSetLicenseAssign".into(),
            fields: fields(&seat()),
            key: Vec::new(),
            id: Scalar::Nothing,
        },
        within_ms: 0,
        remains: None,
    };
    let assign = create("assignment", "PermissionSetAssignment", &assignment());
    let mut step = step("s", vec![assign]);
    step.plan.effects = vec![seat("seen"), seat("missed")];
    let verified = |address: &str, verdict| Event::Verified {
        key: key("s", address),
        verdict,
    };
    let events = vec![
        done("s", "assignment", Some(ASSIGNMENT)),
        Event::Appeared {
            key: key("s", "seen"),
            id: SEAT.into(),
        },
        verified("seen", Verdict::Held),
        verified("missed", Verdict::Missing { why: String::new() }),
    ];
    let run = run(vec![step], events);
    check(
        &run,
        &[],
        expect![[r#"
        s
          assignment: {"delete":{"object":"PermissionSetAssignment","id":{"text":"0PaJca000000001IAA"}}}
            if {"AssigneeId":"005Jca000000001IAA","PermissionSetId":"0PSJca000000001IAA"}
          seen: {"delete":{"object":"PermissionSetLicenseAssign","id":{"text":"2LAJca000000001IAA"}}}
            if {"AssigneeId":"005Jca000000001IAA","PermissionSetLicenseId":"0PLJca000000001IAA"}
            only if no `PermissionSetAssignment` is there with `AssigneeId` = 005Jca000000001IAA, `PermissionSet.LicenseId` = 0PLJca000000001IAA
            after Change("assignment")
          undo/license: In most cases Salesforce removes a permission set license by itself; Usher checks, and removes what is left
    "#]],
    );
    // It was kept then.
    check(
        &run,
        &[key("s", "assignment")],
        expect![[r#"
        s
          seen: {"delete":{"object":"PermissionSetLicenseAssign","id":{"text":"2LAJca000000001IAA"}}}
            if {"AssigneeId":"005Jca000000001IAA","PermissionSetLicenseId":"0PLJca000000001IAA"}
            only if no `PermissionSetAssignment` is there with `AssigneeId` = 005Jca000000001IAA, `PermissionSet.LicenseId` = 0PLJca000000001IAA
          undo/license: In most cases Salesforce removes a permission set license by itself; Usher checks, and removes what is left
          undo/undone: undone before: 1 change
    "#]],
    );
    check(
        &run,
        &[key("s", "seen")],
        expect![[r#"
        s
          assignment: {"delete":{"object":"PermissionSetAssignment","id":{"text":"0PaJca000000001IAA"}}}
            if {"AssigneeId":"005Jca000000001IAA","PermissionSetId":"0PSJca000000001IAA"}
    "#]],
    );
}
