//! Approvals that are written down, and taken in another home.

use expect_test::expect;

use crate::world::Product;

const PLAN: &str =
    "plan fsc/assign-permissions --org practice --set user=jane.doe@example.com -o plan.json";

/// A home with a saved plan, and another one in which its org is.
fn homes() -> (Product, Product) {
    let here = Product::new();
    let planned = here.run(PLAN);
    assert_eq!(planned.exit, 0, "{}", planned.text());
    let there = here.fork();
    (here, there)
}

fn hand_over(from: &Product, to: &Product, file: &str) {
    to.write(file, std::fs::read(from.path(file)).expect("it is there"));
}

#[test]
fn approved_here_and_applied_there() {
    let (mut here, there) = homes();
    here.answer(vec![Box::new(|| "yes")]);
    let approved = here.run("approve plan.json -o approval.json --as ada");
    expect![[r#"
        exit 0
        --- out
        Assign permission sets to an external user  (fsc/assign-permissions)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   permission_sets = Customer Community Read Only

        permissions  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.

        Approved by ada until 2026-11-29T10:00:00Z: `approval.json`.
        Next: `usher apply plan.json --approval approval.json` does exactly this, on any machine.
        --- err
        Approve this plan? Type yes:
    "#]].assert_eq(&approved.text());
    let file = std::fs::read_to_string(here.path("approval.json")).expect("it is there");
    let file: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    expect![[r#"
        [
          "raises privileges: `permissions`: \"Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example\"",
          "touches 1 of PermissionSetAssignment"
        ]"#]].assert_eq(&serde_json::to_string_pretty(&file["facts"]).expect("JSON"));
    hand_over(&here, &there, "plan.json");
    hand_over(&here, &there, "approval.json");
    assert_eq!(there.run("apply plan.json").exit, 2);
    let applied = there.run("apply plan.json --approval approval.json");
    expect![[r#"
        exit 0
        --- out
        Assign permission sets to an external user  (fsc/assign-permissions)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   permission_sets = Customer Community Read Only

        permissions  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.

        Done: 1 change. Run RUN.
        Next: run `usher check fsc/assign-permissions --org practice --set user=jane.doe@example.com` any time to see whether the org still matches the recipe.
        --- err
          approved by ada at 2026-11-22T10:00:00Z
          done  permissions  "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
    "#]].assert_eq(&applied.text());
}

#[test]
fn an_approval_counts_for_its_plan_and_its_time() {
    let (here, there) = homes();
    assert_eq!(here.run("approve plan.json").exit, 2);
    assert_eq!(
        here.run("approve plan.json --as ada --yes --for 1h").exit,
        0
    );
    let refusal = |line: &str| {
        let refused = there.run(line);
        format!("exit {}\n{}", refused.exit, refused.err)
    };
    hand_over(&here, &there, "plan.json");
    hand_over(&here, &there, "plan.approval.json");
    // Another plan.
    let again = PLAN.replace("plan.json", "other.json") + " --set permission_sets=Account";
    let _other = there.run(&again);
    assert_eq!(there.run(&PLAN.replace("plan.json", "other.json")).exit, 0);
    let mut said = refusal("apply other.json --approval plan.approval.json");
    // No plan at all, and no approval.
    said += &refusal("apply fsc/assign-permissions --org practice --approval plan.approval.json");
    there.write("torn.json", "{\"usher approval\": 1,");
    said += &refusal("apply plan.json --approval torn.json");
    said += &refusal("approve plan.json --as ada --for 7w --yes");
    // Later than it counts.
    there.pass(2 * 3_600_000);
    said += &refusal("apply plan.json --approval plan.approval.json");
    expect![[r#"
        exit 12
        error: the approval is for another plan: `Assign permission sets to an external user`, approved by ada at 2026-11-22T10:00:00Z; nothing was changed
        help: look at the plan again: `usher approve PLAN.json`
        code: approval/other-plan
        exit 2
        No inputs given: on a practice org, the recipe's example is used.
        error: an approval is for a saved plan, and this is a recipe
        help: `usher plan … -o plan.json` saves one, `usher approve plan.json` approves it
        code: approval/no-plan
        exit 12
        error: `FOLDER/torn.json` is not an approval: EOF while parsing a value at line 1 column 21
        help: `usher approve PLAN.json` writes one
        code: approval/not-one
        exit 2
        error: `7w` is not a time for which an approval may be used
        help: write hours or days, `12h` or `7d`; at most 90 days
        code: approval/bad-time
        exit 12
        error: the approval of ada counted until 2026-11-22T11:00:00Z; nothing was changed
        help: look at the plan again: `usher approve PLAN.json`
        code: approval/expired
    "#]].assert_eq(&said);
}
