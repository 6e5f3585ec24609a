//! The number of sendings of a change, as its step says.

use expect_test::expect;
use usher_core::plan::{Retry, Terms};

use super::*;
use crate::conduct::retry::{pause_of, sendings_max};

fn locked(retry: Option<Retry>) -> PlannedStep {
    let made = create("locked", "Account", &[("Name", Scalar::text("locked"))]);
    let mut step = step("a", Vec::new(), Vec::new());
    step.plan.changes = vec![made];
    step.terms = Terms {
        retry,
        ..Terms::default()
    };
    step
}

#[tokio::test]
async fn a_change_is_sent_again_as_often_as_its_step_says() {
    check(
        beginning(vec![locked(None)]),
        expect![[r#"
        {"look": 6, "write": 6} Ok(Stopped(NotNow { why: "UNABLE_TO_LOCK_ROW locked" }))
        a locked: Waiting
        0 done
    "#]],
    )
    .await;
    let retry = Retry {
        times: 2,
        wait_ms: Some(10_000),
    };
    check(
        beginning(vec![locked(Some(retry))]),
        expect![[r#"
        {"look": 3, "write": 3} Ok(Stopped(NotNow { why: "UNABLE_TO_LOCK_ROW locked" }))
        a locked: Waiting
        0 done
    "#]],
    )
    .await;
}

#[test]
fn pauses_are_those_of_the_step_and_no_plan_from_a_file_makes_them_endless() {
    let of = |times, wait_ms| {
        let step = locked(Some(Retry { times, wait_ms }));
        (
            sendings_max(&step),
            [1, 2, 9].map(|sent| pause_of(&step, sent)),
        )
    };
    assert_eq!(of(3, Some(10_000)), (4, [10_000; 3]));
    assert_eq!(of(3, None), (4, [1_000, 2_000, 16_000]));
    assert_eq!(of(u32::MAX, Some(u32::MAX)), (21, [600_000; 3]));
    let step = locked(None);
    assert_eq!((sendings_max(&step), pause_of(&step, 1)), (6, 1_000));
}
