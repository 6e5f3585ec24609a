//! `usher show plan.json`: from the file alone.

use expect_test::expect;

use crate::world::Product;

#[test]
fn a_saved_plan_is_shown_in_an_empty_home() {
    let product = Product::new();
    let planned = product.run("plan fsc/customer-user --org practice -o plan.json");
    assert_eq!(planned.exit, 0, "{}", planned.text());
    let elsewhere = Product::new();
    let plan = std::fs::read(product.path("plan.json")).expect("saved");
    elsewhere.write("plan.json", plan);
    let into = "--json-into p.json --markdown-into p.md --html-into p.html";
    let shown = elsewhere.run(&format!("show plan.json {into}"));
    assert_eq!(shown.exit, 0, "{}", shown.text());
    let (same, rest) = shown
        .out
        .split_at(planned.out.find("\nSaved to").expect("it says so"));
    assert!(planned.out.starts_with(same));
    expect![[r#"

        Next: `usher apply plan.json` does exactly this, or refuses when the org has moved.
    "#]]
    .assert_eq(rest);
    assert!(!elsewhere.path("home/state").exists(), "the home was used");
    let json = elsewhere.run("show plan.json --json").json();
    assert_eq!(json["saved"], "plan.json");
    assert_eq!(json["steps"].as_array().map(Vec::len), Some(6));
    let markdown = std::fs::read_to_string(elsewhere.path("p.md")).expect("written");
    assert!(markdown.contains("**Mails: 1**"), "{markdown}");
}

#[test]
fn requests_of_a_saved_plan_and_a_touched_one_are_refused() {
    let product = Product::new();
    product.run("plan fsc/assign-permissions --org practice -o plan.json");
    let ran = product.run("show plan.json --requests");
    expect![[r#"
        exit 2
        --- out
        --- err
        error: `plan.json` is a saved plan, and no run has made a request of it
        help: leave `--requests` out
        code: show/no-requests
    "#]]
    .assert_eq(&ran.text());
    let plan = std::fs::read_to_string(product.path("plan.json")).expect("saved");
    product.write("plan.json", plan.replace("Jane", "Joan"));
    assert_eq!(product.run("show plan.json").exit, 12);
}
