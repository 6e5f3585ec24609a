//! Runs that another user of the org resumes or undoes.

use expect_test::expect;

use crate::over_http::Served;
use crate::world::Product;

/// A home with a served org and a recipe that wants an account, and the tokens of the admin and of another user.
fn product() -> (Product, Served, String) {
    let mut product = Product::new();
    product.write_recipe(
        "mine.toml",
        "title = \"Account\"\n[[steps]]\nid = \"account\"\nuse = \"ensure-record\"\n\
         with = { object = \"Account\", key = { Name = \"Brightwater\" } }\n",
    );
    let served = Served::start_with(&product, &[]);
    product.set("USHER_TOKEN", &served.token);
    let other = product
        .practice()
        .token_of("nora.north@usher-practice.example");
    (product, served, other)
}

fn owner(product: &Product) -> String {
    let soql = "SELECT Owner.Username FROM Account WHERE Name = 'Brightwater'";
    let rows = product.practice().query(soql);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].to_string()
}

#[test]
fn another_user_carries_a_run_on_only_when_a_person_says_so() {
    let (mut product, served, other) = product();
    let stopped = product.run_stopped(&format!("apply mine.toml --org {} --yes", served.url));
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    product.set("USHER_TOKEN", &other);
    let refused = product.run("resume");
    expect![[r#"
        exit 30
        --- out
        --- err
        error: run RUN belongs to admin@practice.usher.example, and the signed-in user is nora.north@usher-practice.example
        help: sign in as admin@practice.usher.example, or pass `--as-other-user` to continue as nora.north@usher-practice.example
        code: run/other-user
    "#]].assert_eq(&refused.text());
    let resumed = product.run("resume --as-other-user");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
    expect![[r#"
        Handed over from admin@practice.usher.example to nora.north@usher-practice.example: nora.north@usher-practice.example is owner and creator of the records that are made from here on, and what either of them makes counts as the run's own.
          resumed
          handed over to nora.north@usher-practice.example
          done  account  "Make the account with Name `Brightwater`"
          NOT SEEN  account  "admin@practice.usher.example owns it": `OwnerId` is `005Jca000000007IAA`, not `005Jca000000001IAA`
    "#]].assert_eq(&resumed.err);
    assert!(
        owner(&product).contains("nora.north"),
        "{}",
        owner(&product)
    );
    let runs = product.run("runs --json").json();
    assert_eq!(
        runs["runs"][0]["users"],
        serde_json::json!([
            "admin@practice.usher.example",
            "nora.north@usher-practice.example"
        ]),
        "{runs:#}"
    );
    let shown = product.run("show");
    assert!(
        shown.out.contains("handed over to nora.north"),
        "{}",
        shown.text()
    );
    // Now it is hers.
    product.set("USHER_TOKEN", &served.token);
    let refused = product.run("undo --yes");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused.err.contains(
            "belongs to nora.north@usher-practice.example, and the signed-in user is admin@"
        ),
        "{}",
        refused.text()
    );
    let undone = product.run("undo --yes --as-other-user");
    assert_eq!(undone.exit, 0, "{}", undone.text());
    expect![[r#"
        exit 0
        --- out
        Undo run RUN: Account  (mine)
          org     URL (practice org), as admin@practice.usher.example

        account  ensure-record 0.1.0
          - "Undo: Make the account with Name `Brightwater`"
              delete Account 001Jca000000007IAA for good
              only if no `Contact` is there with `AccountId` = 001Jca000000007IAA
              only if no `Opportunity` is there with `AccountId` = 001Jca000000007IAA

        Plan: 0 to create, 0 to change, 1 to delete; 1 request to send.

        Undone: 1 change. Run RUN.
        --- err
        The run was applied as nora.north@usher-practice.example and is undone as admin@practice.usher.example: admin@practice.usher.example is owner and creator of the records that are made again, and what either of them made counts as the run's own.
          done  account  "Undo: Make the account with Name `Brightwater`"
    "#]].assert_eq(&undone.text().replace(&served.url, "URL"));
}

#[test]
fn an_undo_that_was_interrupted_goes_on_as_its_own_user() {
    let (mut product, served, other) = product();
    let applied = product.run(&format!("apply mine.toml --org {} --yes", served.url));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(product.run_stopped("undo --yes").exit, 21);
    product.set("USHER_TOKEN", &other);
    for line in ["undo --yes", "resume"] {
        let refused = product.run(line);
        assert_eq!(refused.exit, 30, "{}", refused.text());
        assert!(
            refused.err.contains("code: run/other-user"),
            "{}",
            refused.text()
        );
    }
    product.set("USHER_TOKEN", &served.token);
    let undone = product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
}

#[test]
fn a_run_that_is_given_up_and_taken_back_by_another_user_is_handed_over() {
    let (mut product, served, other) = product();
    let stopped = product.run_stopped(&format!("apply mine.toml --org {} --yes", served.url));
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let run = product.newest_run();
    product.set("USHER_TOKEN", &other);
    assert_eq!(product.run(&format!("undo {run} --yes")).exit, 30);
    let undone = product.run(&format!("undo {run} --yes --as-other-user"));
    assert_eq!(undone.exit, 0, "{}", undone.text());
    let shown = product.run(&format!("show {run}"));
    assert!(
        shown.out.contains("handed over to nora.north"),
        "{}",
        shown.text()
    );
    assert!(
        shown.out.contains("Given up: 0 of 1 change done"),
        "{}",
        shown.text()
    );
}
