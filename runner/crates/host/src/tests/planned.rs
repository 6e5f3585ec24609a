//! Planning: what goes in, what may be read, what comes out.

use serde_json::json;

use crate::tests::guest::Guest;
use crate::tests::plan;

#[tokio::test]
async fn an_empty_plan_is_a_plan() {
    let planned = plan(Guest::default().build()).await.expect("a plan");
    assert!(planned.plan.changes.is_empty());
    assert_eq!(planned.plan.outputs, json!({}));
    assert_eq!(planned.reads, 0);
}
