//! A production org is changed only when it is clear that this org is meant.

use expect_test::expect;

use crate::world::{Product, Ran};

const ORG: &str = "--org practice:production";

/// A line of a command on the production org, with the input of its recipe.
fn line(command: &str) -> String {
    format!("{command} fsc/assign-permissions {ORG} --set user=jane.doe@example.com")
}

/// The ending of a command.
fn ending(ran: &Ran) -> String {
    let error = ran.err.lines();
    let error = error.skip_while(|line| !line.starts_with("error: "));
    let error: Vec<&str> = error.collect();
    format!("exit {}\n{}\n", ran.exit, error.join("\n"))
}

fn org_id(product: &Product) -> String {
    let doctored = product.run(&format!("org doctor {ORG} --json"));
    let id = doctored.json()["org"]["id"].as_str().map(str::to_owned);
    id.expect("an id")
}

/// The org as a text without the one part that differs from seed to seed.
fn cleaned(text: &str, id: &str) -> String {
    text.replace(id, "00D…")
}

#[test]
fn a_flag_alone_does_not_change_a_production_org() {
    let product = Product::new();
    let id = org_id(&product);
    let refused = product.run(&line("apply --yes"));
    expect![[r#"
        exit 30
        error: `practice:production` is a production org, and nothing says that this org is meant
        help: run the command in a terminal without `--yes` and type the name of the org, or pass `--org-id 00D…` as well
        code: org/production
    "#]]
    .assert_eq(&cleaned(&ending(&refused), &id));
    assert!(product.runs().is_empty());
    let wrong = product.run(&line("apply --yes --org-id 00D000000000001AAA"));
    expect![[r#"
        exit 30
        error: `practice:production` is the org 00D…, and `--org-id` names another one
        help: see which org you mean: `usher org doctor` shows id, name and kind
        code: org/wrong-id
    "#]]
    .assert_eq(&cleaned(&ending(&wrong), &id));
    let applied = product.run(&line(&format!("apply --yes --org-id {id}")));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    // A plan, a check and a second apply change nothing, so that they ask for nothing.
    assert_eq!(product.run(&line("check")).exit, 0);
    let undone = product.run("undo --yes");
    assert_eq!(
        (undone.exit, undone.err.contains("org/production")),
        (30, true)
    );
    // Fifteen characters are the same id.
    let undone = product.run(&format!("undo --yes --org-id {}", &id[..15]));
    assert_eq!(undone.exit, 0, "{}", undone.text());
}

#[test]
fn a_person_types_the_name_of_the_org() {
    let mut product = Product::new();
    product.answer(vec![Box::new(|| "yes")]);
    let declined = product.run(&line("apply"));
    assert_eq!(declined.exit, 0, "{}", declined.text());
    expect![[r#"
        This is a PRODUCTION org.
        Apply these changes? Type the name of the org, Acme or practice:production:
        Nothing was changed.
    "#]]
    .assert_eq(&declined.err);
    assert!(product.runs().is_empty());
    product.answer(vec![Box::new(|| "Acme")]);
    let applied = product.run(&line("apply"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    product.answer(vec![Box::new(|| "practice:production")]);
    let undone = product.run("undo");
    assert_eq!(undone.exit, 0, "{}", undone.text());
}

#[test]
fn a_run_goes_on_in_production_when_the_org_is_named() {
    let mut product = Product::new();
    let id = org_id(&product);
    let stopped = product.run_stopped(&line(&format!("apply --yes --org-id {id}")));
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let nobody = product.run("resume");
    assert_eq!(
        (nobody.exit, nobody.err.contains("org/production")),
        (30, true),
        "{}",
        nobody.text()
    );
    product.answer(vec![Box::new(|| "acme")]);
    let declined = product.run("resume");
    assert_eq!(declined.exit, 0, "{}", declined.text());
    product.answer(vec![Box::new(|| "Acme")]);
    let resumed = product.run("resume");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
}

#[test]
fn an_id_is_compared_in_every_org() {
    let product = Product::new();
    let line = "apply fsc/assign-permissions --org practice --yes --org-id 00D000000000001AAA";
    let wrong = product.run(line);
    assert_eq!((wrong.exit, wrong.err.contains("org/wrong-id")), (30, true));
}

#[test]
fn a_live_check_writes_nothing_that_nobody_has_named() {
    let mut product = Product::new();
    let refused = product.run(&format!("org doctor {ORG} --live-check-writes"));
    expect![[r#"
        exit 30
        error: `practice:production` is a production org, and the live check changes none
        help: use a sandbox or a developer org; leave `--live-check-writes` out
        code: doctor/no-writes
    "#]]
    .assert_eq(&ending(&refused));
    let nobody = product.run("org doctor --org practice --live-check-writes");
    assert_eq!(
        (nobody.exit, nobody.err.contains("doctor/no-writes")),
        (30, true)
    );
    product.answer(vec![Box::new(|| "Usher Practice")]);
    let checked = product.run("org doctor --org practice --live-check-writes");
    assert_eq!(checked.exit, 0, "{}", checked.text());
    assert!(checked.out.contains("| `long-role` |"), "{}", checked.out);
}
