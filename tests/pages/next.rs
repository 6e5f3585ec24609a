//! `Next: usher check …` repeats the inputs that it needs, and no secret.

use expect_test::expect;

use crate::world::Product;

/// The line that says what to do next.
fn next(out: &str) -> &str {
    let line = out.lines().find(|line| line.starts_with("Next:"));
    line.unwrap_or_else(|| panic!("{out}"))
}

#[test]
fn inputs_are_repeated_as_a_shell_takes_them() {
    let product = Product::new();
    let ran = product.run_words(&[
        "apply",
        "fsc/assign-permissions",
        "--org",
        "practice",
        "--yes",
        "--set",
        "user=jane.doe@example.com",
        "--set",
        "permission_sets=Customer Community Read Only",
    ]);
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect!["Next: run `usher check fsc/assign-permissions --org practice --set 'permission_sets=Customer Community Read Only' --set user=jane.doe@example.com` any time to see whether the org still matches the recipe."].assert_eq(next(&ran.out));
    let shown = product.run("show");
    assert_eq!(next(&shown.out), next(&ran.out));
    let checked = product.run_words(&[
        "check",
        "fsc/assign-permissions",
        "--org",
        "practice",
        "--set",
        "permission_sets=Customer Community Read Only",
        "--set",
        "user=jane.doe@example.com",
    ]);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

/// A recipe that makes an account with its inputs.
const RECIPE: &str = r#"title = "An account"

[inputs.name]
type = "string"

[inputs.tags]
type = "list"
default = []

[[steps]]
id = "account"
use = "ensure-record"
with = { object = "Account", key = { Name = "${inputs.name}" } }
"#;

#[test]
fn what_a_shell_would_take_for_something_else_is_quoted() {
    let product = Product::new();
    product.write_recipe("an account.toml", RECIPE);
    let names = ["O'Brien & $(Sons)", "`id`; rm", "two\u{202e}ways", "*"];
    let mut told = String::new();
    for (index, name) in names.iter().enumerate() {
        let ran = product.run_words(&[
            "apply",
            "./an account.toml",
            "--org",
            "practice",
            "--yes",
            "--set",
            &format!("name={name}"),
            "--set",
            &format!("tags=[\"a, b\", \"{index}\"]"),
        ]);
        assert_eq!(ran.exit, 0, "{}", ran.text());
        told.push_str(next(&ran.out));
        told.push('\n');
    }
    expect![[r#"
        Next: run `usher check './an account.toml' --org practice --set 'name=O'\''Brien & $(Sons)' --set 'tags=["a, b","0"]'` any time to see whether the org still matches the recipe.
        Next: run `usher check './an account.toml' --org practice --set 'name=`id`; rm' --set 'tags=["a, b","1"]'` any time to see whether the org still matches the recipe.
        Next: run `usher check './an account.toml' --org practice --set $'name=two\U0000202eways' --set 'tags=["a, b","2"]'` any time to see whether the org still matches the recipe.
        Next: run `usher check './an account.toml' --org practice --set 'name=*' --set 'tags=["a, b","3"]'` any time to see whether the org still matches the recipe.
    "#]].assert_eq(&told);
}
