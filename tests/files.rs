//! The files of a home: other users cannot read them, and Usher refuses them when they are not as they should be.

use std::os::unix::fs::PermissionsExt;

use crate::world::Product;

#[test]
fn folders_are_private() {
    let product = Product::new();
    assert_eq!(
        product
            .run("apply fsc/assign-permissions --org practice --yes")
            .exit,
        0
    );
    for folder in ["home/state", "home/state/practice", "home/cache"] {
        let mode = std::fs::metadata(product.path(folder))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
}

#[test]
fn a_journal_or_a_practice_org_that_is_none_is_refused() {
    let product = Product::new();
    let garbage = "this is no database, whatever its name says, and long enough to be looked at";
    product.write("home/state/journal.db", garbage);
    let runs = product.run("runs");
    assert_eq!(runs.exit, 41, "{}", runs.text());
    product.write("home/state/practice/practice.db", garbage);
    let plan = product.run("plan fsc/assign-permissions --org practice");
    assert_eq!(plan.exit, 41, "{}", plan.text());
    assert!(
        plan.err.contains("usher practice reset practice"),
        "{}",
        plan.text()
    );
    assert_eq!(product.run("practice reset").exit, 0);
    assert_eq!(
        product
            .run("plan fsc/assign-permissions --org practice")
            .exit,
        0
    );
}
