//! Privileges that the example of a plugin raises: the test allows them, and is refused without them.

use serde_json::json;

use crate::conformance::component;
use crate::hostile::evil;
use crate::world::Product;

#[test]
fn a_privilege_that_the_example_raises_is_allowed_and_tried_without() {
    let product = Product::new();
    let asked = json!({ "writes": { "requests": ["POST connect/communities"] } });
    product.write(
        "mine/evil.wasm",
        component::under(&evil(&asked).to_string()),
    );
    let change = json!({
        "address": "all",
        "summary": "Open everything",
        "operation": { "request": {
            "method": "post",
            "path": { "segments": [{ "text": "connect" }, { "text": "communities" }] },
            "body": r#"{"PermissionsModifyAllData": true, "PermissionsViewAllData": true}"#,
            "repetition": "never",
        } },
        "undo": { "impossible": "it cannot" },
    });
    let script = json!({ "script": { "answer": { "ok": { "changes": [change] } } } });
    let step = json!({ "id": "evil", "use": "./evil.wasm", "with": script });
    let recipe = json!({ "title": "Mine", "steps": [step] });
    product.write("mine/recipe.toml", toml::to_string(&recipe).expect("TOML"));
    product.write("mine/practice.toml", "");
    let ran = product.run("plugin test mine --cases 0");
    let text = ran.text();
    assert!(
        text.contains(
            "ok      Each grant is needed: 3 tried without; the example raises ModifyAllData, ViewAllData"
        ),
        "{text}"
    );
    assert!(
        text.contains("ok      Plan the example: 1 change to make"),
        "{text}"
    );
}
