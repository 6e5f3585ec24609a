//! Plans of many changes and lookups of many values: the time must grow with their number, and not with the number of
//! pairs. `USHER_MANY=6000` tries as many as fit into a recipe.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::conformance::component;
use crate::world::Product;

/// The number of changes that are tried without `USHER_MANY`.
const MANY: usize = 400;

/// The time for planning and applying one change, on a machine that others use, too. Thousands would take more if it
/// grew with the square of their number.
const EACH_MAX: Duration = Duration::from_millis(50);

/// The time that a command may take besides.
const BESIDES_MAX: Duration = Duration::from_secs(20);

/// A plugin that reads and plans what its script says.
fn scripted(script: &str) -> Product {
    let product = Product::new();
    let manifest = json!({
        "format": 1, "name": "conformance", "version": "1.0.0", "summary": "Does what it is told", "kind": "changing",
        "input": {"type": "object", "properties": {"script": {"type": "object"}}},
        "output": {"type": "object"},
        "reads": {"records": {"Account": ["CreatedDate", "Name"]}},
        "writes": {"create": {"Account": ["Name"]}}
    });
    let plugin = component::under(&manifest.to_string());
    product.write("plugin.wasm", plugin);
    let step = "title = \"Many\"\n\n[[steps]]\nid = \"s\"\nuse = \"./plugin.wasm\"\n";
    product.write(
        "many.toml",
        format!("{step}with = {{ script = {script} }}\n"),
    );
    product.allow("plan ./many.toml --org practice");
    product
}

fn timed(product: &Product, line: &str, most: Duration) {
    let begun = Instant::now();
    let ran = product.run(line);
    let took = begun.elapsed();
    assert_eq!(ran.exit, 0, "{line}: {}", ran.text());
    assert!(took < most, "{line}: {took:?}");
}

#[test]
fn many_changes_are_planned_applied_and_undone() {
    let many = std::env::var("USHER_MANY").map_or(MANY, |text| text.parse().expect("a number"));
    let change = |account: usize| {
        let name = format!("{{ text = \"A{account}\" }}");
        format!(
            "{{ address = \"{account}\", undo = {{ possible = {{ way = \"restore\" }} }}, operation = {{ create = {{ \
             object = \"Account\", fields = [{{ name = \"Name\", value = {name} }}], key = {{ conditions = [\
             {{ field = \"Name\", any-of = [{name}] }}] }} }} }} }}"
        )
    };
    let changes: Vec<String> = (0..many).map(change).collect();
    let changes = changes.join(",\n");
    let product = scripted(&format!(
        "{{ answer = {{ ok = {{ changes = [{changes}] }} }} }}"
    ));
    let most = BESIDES_MAX + EACH_MAX * u32::try_from(many).expect("a few thousand");
    timed(&product, "plan ./many.toml --org practice", most);
    timed(&product, "apply ./many.toml --org practice --yes", most);
    timed(&product, "undo --yes", most);
}

#[test]
fn a_lookup_of_ten_thousand_values_takes_seconds() {
    let texts = |at: usize| format!("{{ text = \"Account {at}\" }}");
    let times = |at: usize| {
        let (hour, minute, second) = (at / 3600 % 24, at / 60 % 60, at % 60);
        format!("{{ date-time = \"2026-11-22T{hour:02}:{minute:02}:{second:02}Z\" }}")
    };
    for (field, value) in [
        ("Name", texts as fn(usize) -> String),
        ("CreatedDate", times),
    ] {
        let values: Vec<String> = (0..10_000).map(value).collect();
        let values = values.join(",\n");
        let product = scripted(&format!(
            "{{ reads = [{{ find = {{ what = {{ object = \"Account\", fields = [\"Name\"], conditions = [\
             {{ field = \"{field}\", any-of = [{values}] }}] }} }} }}] }}"
        ));
        timed(&product, "plan ./many.toml --org practice", BESIDES_MAX);
    }
}
