//! `usher compare`: two orgs, held against one recipe.

use expect_test::expect;
use serde_json::json;

use crate::world::Product;

const APPLY: &str = "apply fsc/customer-user --yes --set contact=maria.meyer@example.com --set owner_role=COO --set activate=true --set user_values=Title=Clerk --set site=";
const INPUTS: &str = "--set contact=maria.meyer@example.com --set owner_role=COO --set activate=true --set from_maintenance=true --set user_values=Title=Clerk --set";

/// Two practice orgs in which the same customer has access.
fn two_orgs() -> Product {
    let product = Product::new();
    for org in ["a", "b"] {
        product.run(&format!("practice reset {org}"));
        let line = format!("{APPLY}Client%Portal --org practice:{org}");
        let words: Vec<String> = line.split(' ').map(|word| word.replace('%', " ")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let applied = product.run_words(&words);
        assert_eq!(applied.exit, 0, "{}", applied.text());
    }
    product
}

fn compare(product: &Product, more: &[&str]) -> crate::world::Ran {
    let line = format!("compare fsc/customer-user --org practice:a --org practice:b {INPUTS}");
    let mut words: Vec<&str> = line.split(' ').collect();
    words.push("site=Client Portal");
    words.extend(more);
    product.run_words(&words)
}

/// Makes the second org otherwise in three things: a permission set, the site, a field of the user.
fn plant(product: &Product) {
    let org = product.practice_named("b");
    let set = org.id(
        "PermissionSetAssignment",
        "PermissionSet.Label = 'Customer Community Read Only' AND Assignee.Contact.Email = 'maria.meyer@example.com'",
    );
    let path = format!("/services/data/v66.0/sobjects/PermissionSetAssignment/{set}");
    org.send("DELETE", &path, &serde_json::Value::Null);
    let site = org.id("Network", "Name = 'Client Portal'");
    org.update("Network", &site, &json!({ "Status": "DownForMaintenance" }));
    let user = org.id("User", "Contact.Email = 'maria.meyer@example.com'");
    org.update("User", &user, &json!({ "Title": "Manager" }));
}

#[test]
fn orgs_that_are_alike_have_no_difference() {
    let product = two_orgs();
    let compared = compare(&product, &[]);
    expect![[r#"
        exit 0
        --- out
        Give a customer access to Financial Services Cloud in Experience Cloud  (fsc/customer-user)
          org  practice:a (practice org), as admin@practice.usher.example: as the recipe says
          org  practice:b (practice org), as admin@practice.usher.example: as the recipe says

        The orgs are alike in what the recipe is about.
        --- err
    "#]]
    .assert_eq(&compared.text());
}

#[test]
fn three_planted_differences_are_three() {
    let product = two_orgs();
    plant(&product);
    let before = product.practice_named("b").fingerprint();
    let compared = compare(&product, &[]);
    expect![[r#"
        exit 11
        --- out
        Give a customer access to Financial Services Cloud in Experience Cloud  (fsc/customer-user)
          org  practice:a (practice org), as admin@practice.usher.example: as the recipe says
          org  practice:b (practice org), as admin@practice.usher.example: 3 changes away from the recipe

        STEP         WHAT                                   practice:a  practice:b
        user         "Set Title of                          as wanted   Title: Manager -> Clerk
                     maria.meyer@example.com.dbsvyj"
        permissions  "Assign the permission set `Customer   as wanted   missing
                     Community Read Only` to
                     maria.meyer@example.com.dbsvyj"
        live         "Activate the site `Client Portal`"    as wanted   Status: DownForMaintenance -> Live
        access       follows from `live`: the whole step    as wanted   planned later: looks at the org
                                                                        when everything before it is done

        3 differences, and 1 more that follows from them.
        --- err
    "#]].assert_eq(&compared.text());
    let full = compare(&product, &["--full"]);
    expect![[r#"
        exit 11
        --- out
        Give a customer access to Financial Services Cloud in Experience Cloud  (fsc/customer-user)
          org  practice:a (practice org), as admin@practice.usher.example: as the recipe says
          org  practice:b (practice org), as admin@practice.usher.example: 3 changes away from the recipe

        user  "Set Title of maria.meyer@example.com.dbsvyj"
            practice:a: as wanted
            practice:b: Title: Manager -> Clerk
        permissions  "Assign the permission set `Customer Community Read Only` to maria.meyer@example.com.dbsvyj"
            practice:a: as wanted
            practice:b: missing
        live  "Activate the site `Client Portal`"
            practice:a: as wanted
            practice:b: Status: DownForMaintenance -> Live
        access  follows from `live`: the whole step
            practice:a: as wanted
            practice:b: planned later: looks at the org when everything before it is done

        3 differences, and 1 more that follows from them.
        --- err
    "#]].assert_eq(&full.text());
    let json = compare(&product, &["--json"]);
    assert_eq!(json.exit, 11, "{}", json.text());
    let document = json.json();
    assert_eq!(document["count"], json!(3));
    let states = document["differences"]
        .as_array()
        .expect("differences")
        .iter();
    let states: Vec<_> = states
        .map(|one| {
            json!([
                one["step"],
                one["orgs"][0]["state"],
                one["orgs"][1]["state"]
            ])
        })
        .collect();
    assert_eq!(
        json!(states),
        json!([
            ["user", "as-wanted", "otherwise"],
            ["permissions", "as-wanted", "missing"],
            ["live", "as-wanted", "otherwise"],
            ["access", "as-wanted", "deferred"],
        ])
    );
    assert_eq!(product.practice_named("b").fingerprint(), before);
}

/// A user who is missing is one difference, with all that comes from it.
#[test]
fn what_only_follows_is_not_counted() {
    let product = Product::new();
    for org in ["a", "b"] {
        product.run(&format!("practice reset {org}"));
    }
    let words = format!("{APPLY}Client%Portal --org practice:a");
    let words: Vec<String> = words
        .split(' ')
        .map(|word| word.replace('%', " "))
        .collect();
    product.run_words(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let compared = compare(&product, &[]);
    expect![[r#"
        exit 11
        --- out
        Give a customer access to Financial Services Cloud in Experience Cloud  (fsc/customer-user)
          org  practice:a (practice org), as admin@practice.usher.example: as the recipe says
          org  practice:b (practice org), as admin@practice.usher.example: 5 changes away from the recipe

        STEP         WHAT                                   practice:a  practice:b
        owner_role   "Give                                  as wanted   UserRoleId: nothing ->
                     nora.north@usher-practice.example,                 00EIee000000003MAA
                     owner of the contact and its
                     account, the role `COO`"
        user         "Make Maria Meyer of the account       as wanted   missing
                     `Lakeside Credit Union` a user with
                     the profile `Client Customer
                     Community Plus`"
        permissions  follows from `user`: "Assign the       as wanted   missing
                     permission set `Customer Community
                     Read Only` to
                     maria.meyer@example.com.dbsvyj"
        live         "Publish the site `Client Portal`"     as wanted   to request
        live         "Activate the site `Client Portal`"    as wanted   Status: UnderConstruction -> Live
        access       follows from `live`: the whole step    as wanted   planned later: looks at the org
                                                                        when everything before it is done

        4 differences, and 2 more that follow from them.
        --- err
    "#]]
    .assert_eq(&compared.text());
}

#[test]
fn two_orgs_are_needed_and_an_error_names_its_org() {
    let product = Product::new();
    let one = product.run("compare fsc/customer-user --org practice:a");
    expect![[r#"
        exit 2
        --- out
        --- err
        error: two orgs are compared, and 1 org given
        help: pass `--org` twice: `--org acme-uat --org acme-prod`
        code: compare/two-orgs
    "#]]
    .assert_eq(&one.text());
    let nobody = product.run(
        "compare fsc/assign-permissions --org practice:a --org practice:b --set user=nobody@example.com",
    );
    expect![[r#"
        exit 10
        --- out
        --- err
        error: `practice:a`: input `user`: there is no `User` `nobody@example.com`
        help: pass an id, or what one record alone has in `Username`, `Email` and `Name`
        code: input/no-such-record

        error: `practice:a`: 1 mistake in the inputs
    "#]]
    .assert_eq(&nobody.text());
}

/// Two practice orgs as they begin.
fn two_fresh_orgs() -> Product {
    let product = Product::new();
    for org in ["a", "b"] {
        product.run(&format!("practice reset {org}"));
    }
    product
}

/// With a wrong input nothing was compared, so nothing is alike.
#[test]
fn a_wrong_input_is_an_error() {
    let product = two_fresh_orgs();
    let refused = product.run(
        "compare fsc/customer-user --org practice:a --org practice:b --set contact=maria.meyer@example.com --set owner_role=COO --set profile=Nonsense",
    );
    assert_eq!(refused.exit, 10, "{}", refused.text());
    assert!(!refused.out.contains("alike"), "{}", refused.text());
    assert!(refused.err.contains("There is no profile `Nonsense`"));
    assert!(refused.err.contains("error: `practice:a`: "));
}

/// The profile is not a member of the site in either org.
#[test]
fn what_is_not_possible_in_both_orgs_is_not_comparable() {
    let product = two_fresh_orgs();
    let words = |more: &'static str| {
        let line = "compare fsc/customer-user --org practice:a --org practice:b --set contact=maria.meyer@example.com --set owner_role=COO --set";
        let mut words: Vec<&str> = line.split(' ').collect();
        words.extend([
            "site=Client Portal",
            "--set",
            "profile=Customer Community User",
        ]);
        words.push(more);
        words
    };
    let compared = product.run_words(&words("--full"));
    assert_eq!(compared.exit, 11, "{}", compared.text());
    assert!(
        !compared.out.contains("The orgs are alike"),
        "{}",
        compared.text()
    );
    assert!(
        compared
            .out
            .contains("Not comparable: `members` is not possible in both orgs: "),
        "{}",
        compared.text()
    );
    let document = product.run_words(&words("--json")).json();
    assert_eq!(document["alike"], json!(false));
    assert_eq!(document["not_compared"][0]["step"], json!("members"));
    assert_eq!(document["not_compared"][0]["state"], json!("failed"));
}

/// Both orgs lack the user, so nothing is known of the access yet.
#[test]
fn a_step_that_is_planned_later_in_both_is_not_compared() {
    let product = two_fresh_orgs();
    let compared = compare(&product, &[]);
    assert_eq!(compared.exit, 11, "{}", compared.text());
    assert!(
        !compared.out.contains("The orgs are alike"),
        "{}",
        compared.text()
    );
    assert!(
        compared
            .out
            .contains("Not compared: 1 step planned later in both: `access`."),
        "{}",
        compared.text()
    );
}

/// One org has one permission set, and the other has the other one.
#[test]
fn two_sets_that_one_org_has_each_are_two_differences() {
    let product = two_fresh_orgs();
    let line = "apply fsc/assign-permissions --yes --set user=jane.doe@example.com";
    let apply = |org: &'static str, set: &'static str| {
        let mut words: Vec<&str> = line.split(' ').collect();
        words.extend(["--org", org, "--set", set]);
        let applied = product.run_words(&words);
        assert_eq!(applied.exit, 0, "{}", applied.text());
    };
    apply("practice:a", "permission_sets=Advisor");
    apply("practice:b", "permission_sets=Customer Community Read Only");
    let line = "compare fsc/assign-permissions --org practice:a --org practice:b --set user=jane.doe@example.com --json --set";
    let mut words: Vec<&str> = line.split(' ').collect();
    words.push("permission_sets=Advisor,Customer Community Read Only");
    let compared = product.run_words(&words);
    assert_eq!(compared.exit, 11, "{}", compared.text());
    let document = compared.json();
    let states = document["differences"].as_array().expect("differences");
    let states: Vec<_> = states
        .iter()
        .filter(|one| {
            one["address"]
                .as_str()
                .is_some_and(|it| it.starts_with("assignment/"))
        })
        .map(|one| json!([one["orgs"][0]["state"], one["orgs"][1]["state"]]))
        .collect();
    assert_eq!(
        json!(states),
        json!([["missing", "as-wanted"], ["as-wanted", "missing"]])
    );
}

/// The owner of the account has another username in each org, as in a sandbox.
#[test]
fn a_user_with_another_username_is_the_same_user() {
    let product = two_fresh_orgs();
    let org = product.practice_named("b");
    let owner = org.id("User", "Username = 'nora.north@usher-practice.example'");
    org.update(
        "User",
        &owner,
        &json!({ "Username": "nora.north@usher-practice.example.uat" }),
    );
    let compared = compare(&product, &["--json"]);
    let document = compared.json();
    assert_eq!(document["differences"], json!([]), "{}", compared.text());
}

/// `USHER_TOKEN` belongs to one org.
#[test]
fn two_orgs_by_address_would_share_a_token() {
    let product = Product::new();
    let refused = product.run(
        "compare fsc/customer-user --org http://127.0.0.1:9 --org http://127.0.0.1:10 --set contact=x",
    );
    expect![[r#"
        exit 2
        --- out
        --- err
        error: two orgs by their addresses would both get the token in USHER_TOKEN; nothing was sent
        help: give one of them a name and a token of its own, `usher org add NAME ADDRESS`, and pass `--org NAME`
        code: compare/one-token
    "#]]
    .assert_eq(&refused.text());
}
