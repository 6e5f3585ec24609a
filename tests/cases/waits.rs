//! Work that Salesforce has not done yet, and may never do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;
use serde_json::json;

use crate::cases::{lines, refusal, run};
use crate::world::{Org, Product};

/// A permission set group; the id.
fn group(org: &Org) -> String {
    org.create(
        "PermissionSetGroup",
        &json!({ "DeveloperName": "Slow_Group", "MasterLabel": "Slow Group" }),
    )
}

const INPUTS: &[&str] = &[
    "user=jane.doe@example.com",
    "permission_sets=[\"Slow Group\"]",
];

#[test]
fn a_group_that_is_never_calculated_is_told_with_the_way_out() {
    let product = Product::new();
    let org = product.practice();
    let group = group(&org);
    org.set(
        "PermissionSetGroup",
        Some(&group),
        &json!({ "Status": "Outdated" }),
    );
    let applied = run(
        &product,
        "apply --yes fsc/assign-permissions",
        "practice",
        INPUTS,
    );
    expect![[r#"
        exit 20
        wait
        may wait up to 10 min: "Salesforce calculates the permission set group `Slow Group` (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again)"
        Stopped: 0 of 2 changes done; nothing that depends on the failed one was sent. Run RUN.
        waiting  permissions  "Salesforce calculates the permission set group `Slow Group` (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again)" (at most 10 min)
        FAILED  permissions  "Wait until the permission set group `Slow Group` is calculated": run/wait-timeout Salesforce calculates the permission set group `Slow Group` (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again): not within 600 s
        FAILED  permissions  "Assign the permission set group `Slow Group` to jane.doe@usher-practice.example": run/depends what it needs has failed
        error: step `permissions`: `group/Slow_Group` failed with run/wait-timeout
        help: look in Setup at what Salesforce was to do, put right what keeps it from that, then apply again
        code: run/failed
    "#]].assert_eq(&lines(&applied, &["failed", "FAILED", "error", "help", "code", "wait"]));
    org.set(
        "PermissionSetGroup",
        Some(&group),
        &json!({ "Status": "Failed" }),
    );
    let planned = run(&product, "plan fsc/assign-permissions", "practice", INPUTS);
    expect![[r#"
        exit 20
        error: step `permissions`: Salesforce could not calculate `Slow Group` (input `permission_sets`)
        = help: Recalculate the group in Setup > Permission Set Groups, then apply again
        code: group-failed
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&refusal(&planned));
}

/// Looks at the clock after which a run is in the middle of its wait.
const WAITED: usize = 60;

#[test]
fn a_group_whose_calculation_fails_meanwhile_is_told_with_the_way_out() {
    let mut product = Product::new();
    let org = product.practice();
    let group = group(&org);
    org.set(
        "PermissionSetGroup",
        Some(&group),
        &json!({ "Status": "Outdated" }),
    );
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    product.at_each_look(move || {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let planned = run(&product, "plan fsc/assign-permissions", "practice", INPUTS);
    assert_eq!(planned.exit, 0, "{}", planned.text());
    // Some looks after a plan, the run waits.
    let waits = looks.swap(0, Ordering::Relaxed) + WAITED;
    product.at_each_look(move || {
        if looks.fetch_add(1, Ordering::Relaxed) == waits {
            org.set(
                "PermissionSetGroup",
                Some(&group),
                &json!({ "Status": "Failed" }),
            );
        }
    });
    let applied = run(
        &product,
        "apply --yes fsc/assign-permissions",
        "practice",
        INPUTS,
    );
    expect![[r#"
        exit 20
        wait
        may wait up to 10 min: "Salesforce calculates the permission set group `Slow Group` (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again)"
        Stopped: 0 of 2 changes done; nothing that depends on the failed one was sent. Run RUN.
        waiting  permissions  "Salesforce calculates the permission set group `Slow Group` (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again)" (at most 10 min)
        FAILED  permissions  "Wait until the permission set group `Slow Group` is calculated": run/wait-failed Salesforce calculates the permission set group `Slow Group` (if it does not, recalculate the group in Setup > Permission Set Groups, then apply again): the org does not say why
        FAILED  permissions  "Assign the permission set group `Slow Group` to jane.doe@usher-practice.example": run/depends what it needs has failed
        error: step `permissions`: `group/Slow_Group` failed with run/wait-failed
        help: look in Setup at what Salesforce was to do, put right what keeps it from that, then apply again
        code: run/failed
    "#]].assert_eq(&lines(&applied, &["failed", "FAILED", "error", "help", "code", "wait"]));
}

#[test]
fn a_user_whose_profile_is_a_member_may_not_be_one_yet() {
    let product = Product::new();
    let org = product.practice();
    let inputs = [
        "account_name=Nord AS",
        "first_name=Frida",
        "last_name=Fjord",
        "email=frida.nord@example.com",
        "owner_role=Customer Support, North America",
    ];
    let recipe = "contracts/customer-community-plus-user";
    org.configure(&json!({ "practice.membersDelaySeconds": 3_600 }));
    let applied = run(
        &product,
        &format!("apply --yes {recipe}"),
        "practice",
        &inputs,
    );
    expect![[r#"
        exit 20
        > "The profile `System Administrator` of admin@practice.usher.example is a member of the site `Contracts` from the beginning: its users get the mail of the activation, too" (likely)
        members  add-site-members 0.1.0
        + "Make the profile `Contracts Customer Community Plus User` a member of the site `Contracts`"
        undo: update NetworkMemberGroup <members:profile/Contracts Customer Community Plus User.id> { AssignmentStatus: WaitingForRemove }
        note: "No user who is not a member already has it"
        > "The user becomes a member of the site `Contracts`" (likely)
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        > "The site `Contracts` mails its members how to get in" (likely)
        warning: "The site `Contracts` mails its members how to get in; mails cannot be called back"
        Stopped: 13 of 13 changes done; nothing that depends on the failed one was sent. Run RUN.
        waiting  members  "Salesforce adds the profile `Contracts Customer Community Plus User`" (at most 10 min)
        done  members  "Make the profile `Contracts Customer Community Plus User` a member of the site `Contracts`"
        seen  members  "Salesforce adds the profile `Contracts Customer Community Plus User` in the background"
        FAILED  access  frida.nord@example.com.bvswch is not a member of the site `Contracts` yet, although the profile `Contracts Customer Community Plus User`, or a permission set of the user, is one: Salesforce may still be adding the user, or the Individual of the contact bars it
        NOT SEEN  user  "The user becomes a member of the site `Contracts`": there is no such `NetworkMember`
        error: step `access`: frida.nord@example.com.bvswch is not a member of the site `Contracts` yet, although the profile `Contracts Customer Community Plus User`, or a permission set of the user, is one: Salesforce may still be adding the user, or the Individual of the contact bars it
        help: Look again in some minutes; when nothing changes, look at the contact's Individual
        code: not-yet-a-member
    "#]].assert_eq(&lines(&applied, &["failed", "FAILED", "error", "help", "code", "member"]));
    let checked = run(&product, &format!("check {recipe}"), "practice", &inputs);
    expect![[r#"
        exit 11
        members  add-site-members 0.1.0
        ! frida.nord@example.com.bvswch is not a member of the site `Contracts` yet, although the profile `Contracts Customer Community Plus User`, or a permission set of the user, is one: Salesforce may still be adding the user, or the Individual of the contact bars it
        error: step `access`: frida.nord@example.com.bvswch is not a member of the site `Contracts` yet, although the profile `Contracts Customer Community Plus User`, or a permission set of the user, is one: Salesforce may still be adding the user, or the Individual of the contact bars it
        = help: Look again in some minutes; when nothing changes, look at the contact's Individual (rule: Object Reference, NetworkMemberGroup; Help, article 000390958; see docs/salesforce/sites.md#members)
        code: not-yet-a-member
        error: the org is not ready; nothing was changed
    "#]].assert_eq(&lines(&checked, &["error", "help", "code", "member"]));
}
