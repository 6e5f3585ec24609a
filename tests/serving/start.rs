//! The start of served orgs: data of one's own, seeds, flavours; and the refusals.

use expect_test::{Expect, expect};
use serde_json::json;

use super::{ORGANIZATION, ready, send};
use crate::over_http::Served;
use crate::world::Product;

/// Compares the answer of `practice serve` to a file of data that is wrong.
#[track_caller]
fn refused(data: &str, expected: Expect) {
    let product = Product::new();
    product.write("data.toml", data);
    let refused = product.run("practice serve --in-memory --data data.toml");
    expected.assert_eq(&refused.text());
}

#[test]
fn a_mistake_in_the_data_is_shown_at_its_place() {
    refused(
        "[[records]]\nobject = \"Account\"\nfields = { Name = \"Acme\" }\n\n[[record]]\nobject = \"Contact\"\n",
        expect![[r#"
            exit 10
            --- out
            --- err
            error: a fixture knows no key `record`
             --> data.toml:5:3
              |
            5 | [[record]]
              |   ^^^^^^
              |
              = help: did you mean `records`?
            code: practice/bad-data

            error: 1 mistake in `data.toml`
        "#]],
    );
    refused(
        "[[records]\n",
        expect![[r#"
            exit 10
            --- out
            --- err
            error: unclosed array table, expected `]`
             --> data.toml:1:11
              |
            1 | [[records]
              |           ^
            code: practice/bad-data

            error: 1 mistake in `data.toml`
        "#]],
    );
    refused(
        "[[records]]\nobject = \"Account\"\nfields = { Name = \"Acme\", Nmae = \"x\" }\n",
        expect![[r#"
            exit 10
            --- out
            --- err
            error: record 1, Account: INVALID_FIELD: No such column 'Nmae' on sobject of type Account
             --> data.toml:3:27
              |
            3 | fields = { Name = "Acme", Nmae = "x" }
              |                           ^^^^
              |
              = help: did you mean `Name`?
            code: practice/bad-data

            error: 1 mistake in `data.toml`
        "#]],
    );
    refused(
        "[[records]]\nobject = \"Contact\"\nfields = { LastName = \"M\", AccountId = \"@nothing\" }\n",
        expect![[r#"
            exit 10
            --- out
            --- err
            error: record 1, Contact: INVALID_CROSS_REFERENCE_KEY: no record before this one is called `nothing`
             --> data.toml:3:40
              |
            3 | fields = { LastName = "M", AccountId = "@nothing" }
              |                                        ^^^^^^^^^^
            code: practice/bad-data

            error: 1 mistake in `data.toml`
        "#]],
    );
    refused(
        "[settings]\n\"practice.pageSize\" = 5000\n",
        expect![[r#"
            exit 10
            --- out
            --- err
            error: setting `practice.pageSize`: the setting `practice.pageSize` is a number from 1 to 2000, not 5000
             --> data.toml:2:23
              |
            2 | "practice.pageSize" = 5000
              |                       ^^^^
            code: practice/bad-data

            error: 1 mistake in `data.toml`
        "#]],
    );
}

#[test]
fn a_start_that_nobody_has_is_refused() {
    let product = Product::new();
    let refused = product.run("practice serve --start scrach");
    expect![[r#"
            exit 2
            --- out
            --- err
            error: no flavour and no start is called `scrach`
            help: did you mean `scratch`?
            code: practice/unknown-start
        "#]]
    .assert_eq(&refused.text());
}

#[test]
fn data_is_for_new_orgs() {
    let product = Product::new();
    product.write(
        "data.toml",
        "[[records]]\nobject = \"Account\"\nfields = { Name = \"Ours\", OwnerId = \"@user_standard\" }\n",
    );
    let count = |served: &Served| {
        let line = "GET /services/data/v66.0/query?q=SELECT+Id+FROM+Account+WHERE+Name='Ours'";
        send(served, "x", &served.token, line, "").1["totalSize"].clone()
    };
    {
        let served = Served::start_with(&product, &["--data", "data.toml"]);
        assert_eq!(count(&served), 1);
    }
    let again = product.run("practice serve --data data.toml");
    expect![[r#"
            exit 2
            --- out
            --- err
            error: the practice org `practice` is there already, and what it begins with is given for new ones
            help: add `--fresh` to delete it and to begin again, or `--in-memory`; leave `--data`, `--seed` and `--start` out to go on with it
            code: practice/made-already
        "#]].assert_eq(&again.text());
    {
        let served = Served::start_with(&product, &[]);
        assert_eq!(count(&served), 1, "it goes on");
    }
    let served = Served::start_with(&product, &["--fresh", "--data", "data.toml"]);
    assert_eq!(count(&served), 1);
}

#[test]
fn a_seed_decides_the_ids() {
    let ids = |arguments: &[&str]| {
        let product = Product::new();
        let _served = Served::start_with(&product, arguments);
        let orgs = ready(&product)["orgs"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        orgs.iter()
            .map(|org| org["org_id"].clone())
            .collect::<Vec<_>>()
    };
    let seven = ids(&["--seed", "7", "--orgs", "2", "--in-memory"]);
    assert_eq!(seven, ids(&["--seed", "7", "--orgs", "2"]));
    assert_ne!(seven, ids(&["--seed", "8", "--orgs", "2"]));
    assert_eq!(seven[..1], ids(&["--seed", "7", "--orgs", "1"]));
}

#[test]
fn another_seed_is_refused_and_the_same_one_goes_on() {
    let product = Product::new();
    drop(Served::start_with(&product, &["--seed", "7"]));
    drop(Served::start_with(&product, &["--seed", "7"]));
    let other = product.run("practice serve --seed 8");
    assert_eq!(other.exit, 2, "{}", other.text());
    assert!(other.text().contains("practice/made-already"));
}

#[test]
fn flavours_by_name_and_by_option() {
    let organization = |arguments: &[&str]| {
        let product = Product::new();
        let served = Served::start_with(&product, arguments);
        let line = format!("GET {ORGANIZATION}");
        let mut record = send(&served, "x", &served.token, &line, "").1["records"][0].take();
        let kept = ["IsSandbox", "TrialExpirationDate"];
        json!(kept.map(|field| record[field].take()))
    };
    let scratch = json!([true, "2099-12-31T00:00:00.000+0000"]);
    assert_eq!(organization(&["--start", "scratch"]), scratch);
    assert_eq!(
        organization(&["--start", "scratch", "--orgs", "2"]),
        scratch
    );
    assert_eq!(organization(&["scratch-of-mine"]), scratch);
    assert_eq!(
        organization(&["--start", "production"]),
        json!([false, null])
    );
}
