//! Every recipe in the box keeps its promise on the practice org, with its own example.

use serde_json::json;

use crate::world::Product;

/// Plan, apply, check, apply again: every recipe that `recipe list` names.
#[test]
fn every_recipe_fulfils_its_promise_and_then_has_nothing_to_do() {
    let names = Product::new().run("recipe list --json").json();
    let names = names["recipes"].as_array().expect("recipes").clone();
    assert!(!names.is_empty());
    for recipe in names {
        let name = recipe["name"].as_str().expect("a name");
        let product = Product::new();
        let differs = product.run(&format!("check {name} --org practice"));
        assert_eq!(differs.exit, 11, "{name}: {}", differs.text());
        let applied = product.run(&format!("apply {name} --org practice --yes --json"));
        assert_eq!(applied.exit, 0, "{name}: {}", applied.text());
        assert_ne!(applied.json()["requests"]["write"], json!(0), "{name}");
        let check = product.run(&format!("check {name} --org practice"));
        assert_eq!(check.exit, 0, "{name}: {}", check.text());
        let again = product.run(&format!("apply {name} --org practice --yes --json"));
        assert_eq!(again.exit, 0, "{name}: {}", again.text());
        assert_eq!(again.json()["requests"]["write"], json!(0), "{name}");
    }
}

#[test]
fn recipes_are_listed_and_checked() {
    let product = Product::new();
    let listed = product.run("recipe list");
    assert!(listed.out.starts_with("RECIPE"), "{}", listed.text());
    assert!(
        listed.out.contains("fsc/assign-permissions"),
        "{}",
        listed.text()
    );
    let checked = product.run("recipe check fsc/assign-permissions");
    assert_eq!(checked.exit, 0, "{}", checked.text());
}
