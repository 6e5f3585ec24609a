//! A list that is kept true: who is new gets access, who is gone loses it, and a brake stops a list that is not whole.

use expect_test::expect;
use serde_json::json;

use crate::world::{Product, Ran};

const PEOPLE: usize = 10;

const PROFILE: &str = "Client Customer Community";

/// A home whose practice org has an account with ten contacts, none of whom is a user.
fn product() -> Product {
    let product = Product::new();
    let org = product.practice();
    let account = org.id("Account", "Name = 'Harbour Savings Club'");
    for n in 0..PEOPLE {
        let fields = json!({
            "LastName": format!("Person {n}"),
            "Email": format!("p{n}@example.com"),
            "AccountId": account,
        });
        org.create("Contact", &fields);
    }
    product.write("inputs.toml", format!("profile = \"{PROFILE}\"\n"));
    product.write("all.csv", people(0..PEOPLE));
    product.write("six.csv", people(0..6));
    product.write("empty.csv", people(0..0));
    product
}

fn people(numbers: std::ops::Range<usize>) -> String {
    let rows = numbers.map(|n| format!("p{n}@example.com\n"));
    format!("contact\n{}", rows.collect::<String>())
}

/// Runs the recipe with a list.
fn run(product: &Product, command: &str, list: &str, more: &str) -> Ran {
    product.run(&format!(
        "{command} fsc/keep-customers --org practice --inputs inputs.toml --rows {list} {more}"
    ))
}

fn active(product: &Product) -> usize {
    let soql = format!("SELECT Id FROM User WHERE IsActive = true AND Profile.Name = '{PROFILE}'");
    product.practice().query(&soql).len()
}

#[test]
fn a_list_with_forty_percent_fewer_people_is_stopped_by_the_brake() {
    let product = product();
    let ran = run(&product, "apply", "all.csv", "--yes");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(active(&product), PEOPLE);
    let before = product.practice().fingerprint();
    let ran = run(&product, "apply", "six.csv", "--yes");
    assert_eq!(ran.exit, 31, "{}", ran.text());
    expect![[r#"
        error: 4 of 10 `User` records of the set are not in `six.csv`, more than 10 %; nothing was changed
        help: check that the list is whole; to let them go, pass `--let-go 4`
        code: keep/brake
    "#]].assert_eq(&ran.err);
    let ran = run(&product, "check", "six.csv", "");
    assert_eq!(ran.exit, 31, "{}", ran.text());
    let ran = run(&product, "plan", "six.csv", "");
    assert_eq!(ran.exit, 31, "{}", ran.text());
    expect![[r#"
        Keep a list of customers true: who is new gets access, who is gone loses it  (fsc/keep-customers)
          org     practice (practice org), as admin@practice.usher.example
          input   people = 6 rows of six.csv
          input   profile = Client Customer Community (00eJca00000000BIAQ)
          keep    10 `User` records, of which 4 have no row; the brake allows 1, so that nobody is let go

        owner_role  assign-role 0.1.0
          for each of 6 rows of six.csv: 6 as wanted
          owner_role["p0@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          owner_role["p1@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          owner_role["p2@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          owner_role["p5@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          … 2 more items (`--full` shows all)

        user  enable-user 0.1.0
          for each of 6 rows of six.csv: 6 as wanted
          user["p0@example.com"]
            as wanted, nothing to do
          user["p1@example.com"]
            as wanted, nothing to do
          user["p2@example.com"]
            as wanted, nothing to do
          user["p5@example.com"]
            as wanted, nothing to do
          … 2 more items (`--full` shows all)

        permissions  assign-permission-sets 0.1.0
          for each of 6 rows of six.csv: 6 as wanted
          permissions["p0@example.com"]
            as wanted, nothing to do
          permissions["p1@example.com"]
            as wanted, nothing to do
          permissions["p2@example.com"]
            as wanted, nothing to do
          permissions["p5@example.com"]
            as wanted, nothing to do
          … 2 more items (`--full` shows all)

        gone  disable-user 0.1.0
          for each of 4 records without a row: 4 change User
          gone["005Jca00000000IIAQ"]
            ~ "Deactivate p6@example.com.hicnjz"
                update User 005Jca00000000IIAQ { IsActive: true -> false }
                undo: as it was before
            As a result, Salesforce will:
              > "The user cannot sign in any more; the contact and the account `Harbour Savings Club` stay"
              > "A seat of the license `Client Customer Community` is free again"
            note: "Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in"
                help: "If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again"
          gone["005Jca00000000JIAQ"]
            ~ "Deactivate p7@example.com.jyxfad"
                update User 005Jca00000000JIAQ { IsActive: true -> false }
                undo: as it was before
            As a result, Salesforce will:
              > "The user cannot sign in any more; the contact and the account `Harbour Savings Club` stay"
              > "A seat of the license `Client Customer Community` is free again"
            note: "Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in"
                help: "If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again"
          gone["005Jca00000000KIAQ"]
            ~ "Deactivate p8@example.com.fddypn"
                update User 005Jca00000000KIAQ { IsActive: true -> false }
                undo: as it was before
            As a result, Salesforce will:
              > "The user cannot sign in any more; the contact and the account `Harbour Savings Club` stay"
              > "A seat of the license `Client Customer Community` is free again"
            note: "Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in"
                help: "If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again"
          gone["005Jca00000000LIAQ"]
            ~ "Deactivate p9@example.com.cwnrbr"
                update User 005Jca00000000LIAQ { IsActive: true -> false }
                undo: as it was before
            As a result, Salesforce will:
              > "The user cannot sign in any more; the contact and the account `Harbour Savings Club` stay"
              > "A seat of the license `Client Customer Community` is free again"
            note: "Salesforce refuses to deactivate a user whom a setting needs: as default owner of cases or leads, or in a custom hierarchy field of another user; the user can then still sign in"
                help: "If Salesforce refuses, freeze the user in Setup > Users, change the setting, and apply again"

        Plan: 0 to create, 4 to change, 0 to delete; 1 request to send.
    "#]].assert_eq(&ran.out);
    assert_eq!(product.practice().fingerprint(), before);
    // One less than are gone is not enough.
    let ran = run(&product, "apply", "six.csv", "--let-go 3 --yes");
    assert_eq!(ran.exit, 31, "{}", ran.text());
    assert_eq!(active(&product), PEOPLE);
    let ran = run(&product, "apply", "six.csv", "--let-go 4 --yes");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(active(&product), 6);
    let ran = run(&product, "check", "six.csv", "");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let ran = product.run(&format!("undo {} --yes", product.newest_run()));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(active(&product), PEOPLE);
}

#[test]
fn an_empty_list_and_one_with_a_wrong_row_let_nobody_go() {
    let product = product();
    let ran = run(&product, "apply", "all.csv", "--yes");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let ran = run(&product, "apply", "empty.csv", "--yes");
    expect![[r#"
        10
        error: the file has no rows
          --> empty.csv
        help: write one row for each item below the header; when nobody is on the list any more, pass `--let-go` with the most that are let go
        code: rows/no-rows

        error: 1 mistake in the inputs
    "#]]
    .assert_eq(&format!("{}\n{}", ran.exit, ran.err));
    product.write(
        "none.toml",
        format!("profile = \"{PROFILE}\"\npeople = []\n"),
    );
    let ran = product.run("apply fsc/keep-customers --org practice --inputs none.toml --yes");
    expect![[r#"
        31
        error: `none.toml` has no rows, and 10 of 10 `User` records of the set are not in `none.toml`; nothing was changed
        help: check that the list is whole; to let them go, pass `--let-go 10`
        code: keep/brake
    "#]].assert_eq(&format!("{}\n{}", ran.exit, ran.err));
    product.write("wrong.csv", people(0..9) + "nobody@example.com\n");
    let ran = run(&product, "apply", "wrong.csv", "--continue-on-error --yes");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![[r#"
        Keep a list of customers true: who is new gets access, who is gone loses it  (fsc/keep-customers)
          org     practice (practice org), as admin@practice.usher.example
          input   people = 9 rows of wrong.csv
          input   profile = Client Customer Community (00eJca00000000BIAQ)
          keep    nobody is let go, since 1 row of `people` is left out

        ! 1 row is left out
          line 11: there is no `Contact` `nobody@example.com`; pass an id, or what one record alone has in `Email` and `Name`

        owner_role  assign-role 0.1.0
          for each of 9 rows of wrong.csv: 9 as wanted
          owner_role["p0@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          owner_role["p1@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          owner_role["p2@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          owner_role["p8@example.com"]
            as wanted, nothing to do
            note: "admin@practice.usher.example, owner of the contact, has no role; Salesforce asks for a role of the account's owner only, and the document names the contact's"
                help: "Set the input `owner_role` when this user needs one, too"
          … 5 more items (`--full` shows all)

        user  enable-user 0.1.0
          for each of 9 rows of wrong.csv: 9 as wanted
          user["p0@example.com"]
            as wanted, nothing to do
          user["p1@example.com"]
            as wanted, nothing to do
          user["p2@example.com"]
            as wanted, nothing to do
          user["p8@example.com"]
            as wanted, nothing to do
          … 5 more items (`--full` shows all)

        permissions  assign-permission-sets 0.1.0
          for each of 9 rows of wrong.csv: 9 as wanted
          permissions["p0@example.com"]
            as wanted, nothing to do
          permissions["p1@example.com"]
            as wanted, nothing to do
          permissions["p2@example.com"]
            as wanted, nothing to do
          permissions["p8@example.com"]
            as wanted, nothing to do
          … 5 more items (`--full` shows all)

        gone  disable-user 0.1.0
          skipped: a row is left out, and Usher cannot know for whom it stands: nobody is let go

        Nothing to change: the org is as the recipe says.
    "#]].assert_eq(&ran.out);
    assert_eq!(active(&product), PEOPLE);
}

#[test]
fn a_file_without_rows_lets_as_many_go_as_are_named() {
    let product = product();
    run(&product, "apply", "all.csv", "--yes");
    let ran = run(&product, "apply", "empty.csv", "--let-go 9 --yes");
    expect![[r#"
        31
        error: 10 of 10 `User` records of the set are not in `empty.csv`, more than the 9 of `--let-go`; nothing was changed
        help: check that the list is whole; to let them go, pass `--let-go 10`
        code: keep/brake
    "#]].assert_eq(&format!("{}\n{}", ran.exit, ran.err));
    assert_eq!(active(&product), PEOPLE);
    let ran = run(&product, "apply", "empty.csv", "--let-go 10 --yes");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(active(&product), 0);
    let ran = run(&product, "check", "empty.csv", "--let-go 0");
    assert_eq!(ran.exit, 0, "{}", ran.text());
}

#[test]
fn a_saved_plan_remembers_how_many_were_let_go() {
    let product = product();
    run(&product, "apply", "all.csv", "--yes");
    let ran = run(&product, "plan", "six.csv", "--let-go 4 -o plan.json");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let ran = product.run("apply plan.json --org practice --yes");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(active(&product), 6);
}

#[test]
fn nobody_outside_the_set_is_touched_and_nobody_locks_themselves_out() {
    let product = product();
    // A set of internal users, whose `by` has a value.
    product.write_recipe("self.toml", SELF);
    product.write("names.csv", "name\nnobody\n");
    let ran = product.run("plan self.toml --org practice --rows names.csv --let-go 1000");
    assert_eq!(ran.exit, 20, "{}", ran.text());
    expect![[r#"
        error: step `gone[005Jca000000001IAA]`: admin@practice.usher.example is the signed-in user, whom Usher never lets go
          --> self.toml:15:8
           |
        15 | with = { user = "${item.id}" }
           |        ^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: Narrow the set with `where`, or add a row for this user
        code: keep/signed-in-user

        error: the org is not ready; nothing was changed
    "#]].assert_eq(&ran.err);
    // Nor does the run go on with the others.
    let line =
        "apply self.toml --org practice --rows names.csv --let-go 1000 --yes --continue-on-error";
    let ran = product.run(line);
    assert_eq!(ran.exit, 20, "{}", ran.text());
    assert!(
        ran.err.contains("code: keep/signed-in-user"),
        "{}",
        ran.text()
    );
    let ran = product.run("plan fsc/customer-user --org practice --let-go 3");
    assert_eq!(ran.exit, 2, "{}", ran.text());
    expect![[r#"
        error: recipe `fsc/customer-user` keeps no list true and lets nobody go
        help: leave `--let-go` out
        code: keep/no-list
    "#]]
    .assert_eq(&ran.err);
}

const SELF: &str = r#"title = "Keep admins"
[inputs.people]
type = "rows"
key = "name"
[inputs.people.columns.name]
type = "string"
[inputs.people.keep]
object = "User"
by = "Username"
where = { IsActive = true, Username = "admin@practice.usher.example" }
[[steps]]
id = "gone"
for_each = "${gone.people}"
use = "disable-user"
with = { user = "${item.id}" }
"#;
