//! Orgs by name, and to whom a token goes: to the org that it belongs to, and to none that a file names.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;
use rusqlite::Connection;
use serde_json::json;

use crate::over_http::Served;
use crate::world::Product;

const PLAN: &str = "plan fsc/assign-permissions";

/// The requests that a served org has answered.
fn requests(product: &Product, log: &str) -> usize {
    let log = std::fs::read_to_string(product.path(log)).unwrap_or_default();
    log.lines().count()
}

/// A practice org of another name, served, with a log of its requests.
fn serve(product: &Product, name: &str) -> Served {
    Served::start_with(product, &[name, "--log", &format!("{name}.jsonl")])
}

#[test]
fn orgs_have_names() {
    let mut product = Product::new();
    product.set("ACME", "00D!secret");
    let mut told = String::new();
    for line in [
        "org list",
        "org add uat http://127.0.0.1:8080/",
        "org add acme-dev http://localhost:81 --token-env ACME",
        "org list",
        "org list --json",
        "org remove uat",
        "org remove uat",
        "org add uat http://127.0.0.1:8080 --json",
        "org remove uat --json",
    ] {
        told.push_str(&format!("$ usher {line}\n{}", product.run(line).text()));
    }
    expect![[r#"
        $ usher org list
        exit 0
        --- out
        No org has a name yet.
        --- err
        `usher org login NAME` signs in to one; `practice` is always there.
        $ usher org add uat http://127.0.0.1:8080/
        exit 0
        --- out
        `uat` is the org at http://127.0.0.1:8080.
        --- err
        Its access token is taken from USHER_TOKEN_UAT. Usher remembers the id that it answers with at first.
        $ usher org add acme-dev http://localhost:81 --token-env ACME
        exit 0
        --- out
        `acme-dev` is the org at http://localhost:81.
        --- err
        Its access token is taken from ACME. Usher remembers the id that it answers with at first.
        $ usher org list
        exit 0
        --- out
        NAME      ADDRESS                SIGN-IN                    ORG
        acme-dev  http://localhost:81    ACME                       (not asked yet)
        uat       http://127.0.0.1:8080  USHER_TOKEN_UAT (not set)  (not asked yet)
        --- err
        $ usher org list --json
        exit 0
        --- out
        {
          "default": null,
          "format": 1,
          "orgs": [
            {
              "address": "http://localhost:81",
              "default": false,
              "name": "acme-dev",
              "org_id": null,
              "secrets": null,
              "sign_in": "token",
              "token_env": "ACME",
              "token_is_set": true
            },
            {
              "address": "http://127.0.0.1:8080",
              "default": false,
              "name": "uat",
              "org_id": null,
              "secrets": null,
              "sign_in": "token",
              "token_env": "USHER_TOKEN_UAT",
              "token_is_set": false
            }
          ]
        }
        --- err
        $ usher org remove uat
        exit 0
        --- out
        `uat` is the name of no org any more.
        --- err
        $ usher org remove uat
        exit 2
        --- out
        --- err
        error: there is no org `uat` in the registry
        help: `usher org list` lists those that are
        code: org/unknown
        $ usher org add uat http://127.0.0.1:8080 --json
        exit 0
        --- out
        {
          "added": {
            "address": "http://127.0.0.1:8080",
            "default": false,
            "name": "uat",
            "org_id": null,
            "secrets": null,
            "sign_in": "token",
            "token_env": "USHER_TOKEN_UAT",
            "token_is_set": false
          },
          "format": 1
        }
        --- err
        $ usher org remove uat --json
        exit 0
        --- out
        {
          "format": 1,
          "removed": "uat",
          "secrets_left": false
        }
        --- err
    "#]].assert_eq(&told);
    let file = std::fs::read_to_string(product.path("home/config/orgs.toml"));
    expect![[r##"
        # Usher writes this file: `usher org add`, `usher org login`, `usher org remove`. It holds no secret.

        [orgs.acme-dev]
        address = "http://localhost:81"
        token_env = "ACME"
    "##]]
    .assert_eq(&file.expect("the registry"));
}

#[test]
fn what_cannot_be_a_name_or_an_address_is_refused() {
    let product = Product::new();
    assert_eq!(product.run("org add uat http://127.0.0.1:8080").exit, 0);
    let mut told = String::new();
    for line in [
        "org add practice http://127.0.0.1:1",
        "org add practice:x http://127.0.0.1:1",
        "org add ../../x http://127.0.0.1:1",
        "org add x http://example.com",
        "org add x 127.0.0.1:1",
        "org add uat http://127.0.0.1:1",
        "org add x http://127.0.0.1:1 --token-env USHER_TOKEN",
        "org add x http://127.0.0.1:1 --token-env USHER_TOKEN_UAT",
        "org add x http://127.0.0.1:1 --token-env A=B",
        "plan fsc/assign-permissions --org nobody",
        "plan fsc/assign-permissions --org uat",
    ] {
        told.push_str(&format!("$ usher {line}\n{}", product.run(line).text()));
    }
    expect![[r#"
        $ usher org add practice http://127.0.0.1:1
        exit 2
        --- out
        --- err
        error: `practice` is the practice org in the box
        help: give the org another name
        code: org/bad-name
        $ usher org add practice:x http://127.0.0.1:1
        exit 2
        --- out
        --- err
        error: `practice:x` is not a valid name of an org
        help: write lower-case letters, digits and single hyphens, as in `acme-uat`
        code: org/bad-name
        $ usher org add ../../x http://127.0.0.1:1
        exit 2
        --- out
        --- err
        error: `../../x` is not a valid name of an org
        help: write lower-case letters, digits and single hyphens, as in `acme-uat`
        code: org/bad-name
        $ usher org add x http://example.com
        exit 2
        --- out
        --- err
        error: `http://example.com` is not on this machine: over plain HTTP everyone on the way could read the access token
        help: write `https://` before the host
        code: org/not-loopback
        $ usher org add x 127.0.0.1:1
        exit 2
        --- out
        --- err
        error: `127.0.0.1:1` is not a valid address of an org: it is `https://HOST`, or `http://127.0.0.1:PORT` on this machine, without path or query
        code: org/bad-address
        $ usher org add uat http://127.0.0.1:1
        exit 2
        --- out
        --- err
        error: `uat` is the org at http://127.0.0.1:8080
        help: give another name, or forget this one with `usher org remove uat`
        code: org/exists
        $ usher org add x http://127.0.0.1:1 --token-env USHER_TOKEN
        exit 2
        --- out
        --- err
        error: `USHER_TOKEN` holds the token of the org that a command names, not that of an org of the registry
        help: name a variable that only this org has, or leave the variable out for the usual one
        code: org/bad-variable
        $ usher org add x http://127.0.0.1:1 --token-env USHER_TOKEN_UAT
        exit 2
        --- out
        --- err
        error: `USHER_TOKEN_UAT` holds the token of the org `uat`, and a token belongs to one org
        help: name a variable that no other org has
        code: org/shared-variable
        $ usher org add x http://127.0.0.1:1 --token-env A=B
        exit 2
        --- out
        --- err
        error: `A=B` is not a valid name of an environment variable
        help: write letters, digits and underscores, a letter or underscore first
        code: org/bad-variable
        $ usher plan fsc/assign-permissions --org nobody
        exit 2
        --- out
        --- err
        error: there is no org `nobody`
        help: pass `practice`, `practice:<name>`, an address such as `https://HOST`, or a name of `usher org list`
        code: org/unknown
        $ usher plan fsc/assign-permissions --org uat
        exit 40
        --- out
        --- err
        error: the org `uat` has no access token: USHER_TOKEN_UAT is not set
        help: set USHER_TOKEN_UAT to an access token of `uat`
        code: org/no-token
    "#]].assert_eq(&told);
    product.write(
        "home/config/orgs.toml",
        "[orgs.uat]\naddress = \"http://127.0.0.1:1\"\ntoken = \"00D!canary\"\n",
    );
    let refused = product.run("org list");
    expect![[r#"
        exit 10
        --- out
        --- err
        error: org `uat` has a token in it, and no file may hold one
         --> FOLDER/home/config/orgs.toml:1:7
          |
        1 | [orgs.uat]
          |       ^^^
          |
          = help: take it out, and set the variable that `token_env` names
        code: orgs/token

        error: 1 mistake in `FOLDER/home/config/orgs.toml`
    "#]]
    .assert_eq(&refused.text());
}

#[test]
fn an_org_has_a_token_of_its_own() {
    let mut product = Product::new();
    let served = Served::start(&product);
    assert_eq!(product.run(&format!("org add uat {}", served.url)).exit, 0);
    // Its own comes first.
    product.set("USHER_TOKEN", "00Dwrong!nobody");
    product.set("USHER_TOKEN_UAT", &served.token);
    let plan = product.run(&format!("{PLAN} --org uat -o plan.json"));
    assert_eq!(plan.exit, 0, "{}", plan.text());
    // The one of the org that a person names is its token when it has none.
    product.unset("USHER_TOKEN");
    product.unset("USHER_TOKEN_UAT");
    product.set("USHER_TOKEN", &served.token);
    let plan = product.run(&format!("{PLAN} --org uat"));
    assert_eq!(plan.exit, 0, "{}", plan.text());
    // A plan file is not a person.
    let refused = product.run("apply plan.json --yes");
    expect![[r#"
        exit 40
        --- out
        --- err
        error: the org `uat` has no access token: USHER_TOKEN_UAT is not set
        help: set USHER_TOKEN_UAT to an access token of `uat`, or pass `--org uat` to use that in USHER_TOKEN
        code: org/no-token
    "#]]
    .assert_eq(&refused.text());
    product.set("USHER_TOKEN_UAT", &served.token);
    let applied = product.run("apply plan.json --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    // A run of this home was made on it.
    product.unset("USHER_TOKEN_UAT");
    let undone = product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
    product.unset("USHER_TOKEN");
    product.set("USHER_TOKEN_UAT", "00Dwrong!nobody");
    let signed_out = product.run(&format!("{PLAN} --org uat"));
    expect![[r#"
        exit 40
        --- out
        --- err
        error: the org does not accept the sign-in: Bad_OAuth_Token
        help: set USHER_TOKEN_UAT to a valid access token of `uat`; then `usher resume` continues a run that stopped
        code: org/signed-out
    "#]]
    .assert_eq(&signed_out.text());
}

#[test]
fn a_token_goes_to_its_own_org_only() {
    let mut product = Product::new();
    let first = serve(&product, "first");
    let second = serve(&product, "second");
    product.set("USHER_TOKEN", &first.token);
    let apply = format!("apply fsc/assign-permissions --yes --org {}", first.url);
    let applied = product.run(&apply);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let plan = product.run(&format!("{PLAN} --org {} -o plan.json", first.url));
    assert_eq!(plan.exit, 0, "{}", plan.text());
    assert_eq!(product.run(&format!("org add uat {}", first.url)).exit, 0);
    let plan = product.run(&format!("{PLAN} --org uat"));
    assert_eq!(plan.exit, 0, "{}", plan.text());
    // The token is of the other org: it is refused before anything is sent.
    product.unset("USHER_TOKEN");
    product.set("USHER_TOKEN", &second.token);
    let before = requests(&product, "first.jsonl");
    let mut told = BTreeSet::new();
    let saved = format!("apply plan.json --yes --org {}", first.url);
    for line in [
        "undo --yes",
        "plan fsc/assign-permissions --org uat",
        &saved,
    ] {
        let refused = product.run(line);
        assert_eq!(refused.exit, 30, "{}", refused.text());
        told.insert(refused.text());
    }
    expect![[r#"
        exit 30
        --- out
        --- err
        error: USHER_TOKEN holds an access token of the org 00DzaJ000000001EBA, and the command is for the org 00DQAK0000000012BA; nothing was sent
        help: set USHER_TOKEN to an access token of the org 00DQAK0000000012BA
        code: org/other-token
    "#]].assert_eq(&Vec::from_iter(told).join("\n"));
    // A token without the id of an org, while the user works with another org.
    product.unset("USHER_TOKEN");
    product.set("USHER_TOKEN", "another-token");
    product.set("USHER_ORG", &second.url);
    let refused = product.run("undo --yes");
    expect![[r#"
        exit 30
        --- out
        --- err
        error: USHER_ORG names another org than that of the run, `URL`, and USHER_TOKEN may be a token of that other org; nothing was sent
        help: pass `--org URL` to use USHER_TOKEN for the org of the run
        code: org/other-token
    "#]].assert_eq(&refused.text().replace(&first.url, "URL"));
    assert_eq!(requests(&product, "first.jsonl"), before);
    // The org of the run is named in the help, and so is what to pass.
    let other = product.run("undo --yes --org practice --json");
    assert_eq!(other.exit, 2, "{}", other.text());
    let error = &other.json()["error"];
    assert_eq!(error["code"], json!("run/other-org"));
    assert_eq!(error["help"], json!("pass `--org` with the org of the run"));
    for command in ["undo", "resume"] {
        let help = product.run(&format!("{command} --help"));
        let help: Vec<&str> = help.out.split_whitespace().collect();
        assert!(help.join(" ").contains("Default: the org of the run"));
    }
    // A token of the org of the run is one for it.
    product.unset("USHER_TOKEN");
    product.set("USHER_TOKEN", &first.token);
    let undone = product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
}

#[test]
fn a_variable_holds_a_token_and_nothing_else() {
    let mut product = Product::new();
    let served = serve(&product, "first");
    assert_eq!(product.run(&format!("org add uat {}", served.url)).exit, 0);
    let plan = format!("{PLAN} --org uat");
    // White space around the token is not part of it.
    product.set("USHER_TOKEN_UAT", &format!(" {}\n", served.token));
    let planned = product.run(&plan);
    assert_eq!(planned.exit, 0, "{}", planned.text());
    let before = requests(&product, "first.jsonl");
    product.unset("USHER_TOKEN_UAT");
    product.set("USHER_TOKEN_UAT", &format!("Bearer {}", served.token));
    let mut told = product.run(&plan).text();
    // An own variable that is empty is not replaced.
    product.unset("USHER_TOKEN_UAT");
    product.set("USHER_TOKEN_UAT", " ");
    product.set("USHER_TOKEN", &served.token);
    told.push_str(&product.run(&plan).text());
    product.unset("USHER_TOKEN_UAT");
    product.set("USHER_TOKEN_UAT", "");
    told.push_str(&product.run(&plan).text());
    expect![[r#"
        exit 2
        --- out
        --- err
        error: USHER_TOKEN_UAT is not an access token: it has white space in it, or a letter that no token has
        help: set USHER_TOKEN_UAT to the token alone
        code: org/bad-token
        exit 40
        --- out
        --- err
        error: the org `uat` has no access token: USHER_TOKEN_UAT is empty
        help: set USHER_TOKEN_UAT to an access token of `uat`
        code: org/no-token
        exit 40
        --- out
        --- err
        error: the org `uat` has no access token: USHER_TOKEN_UAT is empty
        help: set USHER_TOKEN_UAT to an access token of `uat`
        code: org/no-token
    "#]].assert_eq(&told);
    assert_eq!(requests(&product, "first.jsonl"), before);
}

#[test]
fn a_token_in_a_wrong_place_is_not_repeated() {
    let product = Product::new();
    for line in [
        "org add x http://me:canary@127.0.0.1:1",
        "org add x http://me:canary@example.com",
        "org add 00D!canary http://127.0.0.1:1",
        "org add x http://127.0.0.1:1 --token-env 00D!canary",
        "org remove 00D!canary",
        "plan fsc/assign-permissions --org 00D!canary",
        "plan fsc/assign-permissions --org http://me:canary@127.0.0.1:1",
    ] {
        let refused = product.run(line);
        assert_eq!(refused.exit, 2, "{line}: {}", refused.text());
        assert!(!refused.text().contains("canary"), "{}", refused.text());
    }
    let mut told = String::new();
    for registry in [
        "[orgs.uat]\naddress = \"http://127.0.0.1:1\"\ntoken_env = \"00D!canary\"\n",
        "[orgs.uat]\naddress = \"http://127.0.0.1:1\"\ntokn = \"00D!canary\"\n",
        "[orgs.uat]\n00D!canary\n",
        "[orgs.uat]\naddress = 00D!canary\n",
        "[orgs.uat]\naddress = \"x\"\norg_id = \"00D!canary\" # canary\n",
    ] {
        product.write("home/config/orgs.toml", registry);
        let refused = product.run("org list");
        assert_eq!(refused.exit, 10, "{}", refused.text());
        told.push_str(&refused.err);
    }
    expect![[r#"
        error: `***` is not a valid name of an environment variable
         --> FOLDER/home/config/orgs.toml:3:13
          |
        3 | token_env = ************
          |             ^^^^^^^^^^^^
          |
          = help: write letters, digits and underscores, a letter or underscore first
        code: orgs/bad-variable

        error: 1 mistake in `FOLDER/home/config/orgs.toml`
        error: org `uat` knows no key `tokn`
         --> FOLDER/home/config/orgs.toml:3:1
          |
        3 | tokn = ************
          | ^^^^
          |
          = help: there is `address`, `sign_in`, `token_env`, `secrets`, `ca_file` and `org_id`
        code: orgs/unknown-key

        error: 1 mistake in `FOLDER/home/config/orgs.toml`
        error: not TOML: key with no value, expected `=`
         --> FOLDER/home/config/orgs.toml:2:11
          |
        2 | **********
          |           ^
          |
          = help: the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
        code: orgs/syntax

        error: 1 mistake in `FOLDER/home/config/orgs.toml`
        error: not TOML: string values must be quoted, expected literal string
         --> FOLDER/home/config/orgs.toml:2:11
          |
        2 | address = **********
          |           ^^^^^^^^^^
          |
          = help: the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
        code: orgs/syntax

        error: 1 mistake in `FOLDER/home/config/orgs.toml`
        error: `***` is not a valid id of an org
         --> FOLDER/home/config/orgs.toml:3:10
          |
        3 | org_id = *********************
          |          ^^^^^^^^^^^^
          |
          = help: write the 18 characters of its id, which begin with 00D, or leave the id out
        code: orgs/bad-id

        error: 1 mistake in `FOLDER/home/config/orgs.toml`
    "#]]
    .assert_eq(&told);
    assert!(!told.contains("canary"), "{told}");
}

/// Answers every request as the org with this id. The number counts them.
fn impostor(org_id: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _request = stream.read(&mut [0; 4096]).expect("a request");
            counted.fetch_add(1, Ordering::SeqCst);
            let who = json!({
                "organization_id": org_id,
                "user_id": "005Jca000000001IAA",
                "preferred_username": "x@example.com",
            });
            let who = who.to_string();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let length = who.len();
            write!(stream, "{head}\r\ncontent-length: {length}\r\n\r\n{who}").expect("written");
        }
    });
    (url, count)
}

#[test]
fn an_org_stays_the_org_that_it_was() {
    let mut product = Product::new();
    let first = serve(&product, "first");
    let (second, count) = impostor("00DzaJ000000001EBA");
    assert_eq!(product.run(&format!("org add uat {}", first.url)).exit, 0);
    product.set("USHER_TOKEN_UAT", &first.token);
    let asked = product.run_words(&[
        "org",
        "query",
        "--org",
        "uat",
        "SELECT Id FROM Organization",
    ]);
    assert_eq!(asked.exit, 0, "{}", asked.text());
    let list = product.run("org list --json");
    let first_id = list.json()["orgs"][0]["org_id"].clone();
    assert!(
        asked.out.contains(first_id.as_str().expect("an id")),
        "{}",
        asked.text()
    );
    let file = product.path("home/config/orgs.toml");
    let text = std::fs::read_to_string(&file).expect("the registry");
    std::fs::write(&file, text.replace(&first.url, &second)).expect("written");
    for line in [
        "plan fsc/assign-permissions --org uat",
        "org query Nonsense --org uat",
    ] {
        let before = count.load(Ordering::SeqCst);
        let refused = product.run(line);
        assert_eq!(refused.exit, 30, "{}", refused.text());
        let said = refused.err.replace(&second, "URL");
        expect![[r#"
            error: the org `uat` is 00DQAK0000000012BA, and URL answers as the org 00DzaJ000000001EBA; nothing else was asked
            help: see what answers there; if `uat` is to be the other org, `usher org remove uat` and add it again
            code: org/other-org
        "#]].assert_eq(&said);
        assert_eq!(count.load(Ordering::SeqCst), before + 1);
    }
    assert_eq!(
        product.run("org list --json").json()["orgs"][0]["org_id"],
        first_id
    );
    // Named again, it is the other one.
    let second = serve(&product, "second");
    product.unset("USHER_TOKEN_UAT");
    product.set("USHER_TOKEN_UAT", &second.token);
    assert_eq!(product.run("org remove uat").exit, 0);
    assert_eq!(product.run(&format!("org add uat {}", second.url)).exit, 0);
    let plan = product.run(&format!("{PLAN} --org uat"));
    assert_eq!(plan.exit, 0, "{}", plan.text());
}

#[test]
fn no_file_says_where_a_token_goes() {
    let mut product = Product::new();
    let served = serve(&product, "first");
    product.set("USHER_TOKEN", &served.token);
    let plan = product.run(&format!("{PLAN} --org {} -o plan.json", served.url));
    assert_eq!(plan.exit, 0, "{}", plan.text());
    let before = requests(&product, "first.jsonl");
    let refused = product.run("apply plan.json --yes");
    expect![[r#"
        exit 12
        --- out
        --- err
        error: the plan names its org by the address `URL`, and no file decides where a token goes; nothing was sent
        help: pass `--org` with the org that you mean; `usher org add NAME ADDRESS` gives an org a name that a plan can have
        code: plan/names-address
    "#]].assert_eq(&refused.text().replace(&served.url, "URL"));
    assert_eq!(requests(&product, "first.jsonl"), before);
    // A name that another home knows.
    assert_eq!(product.run(&format!("org add uat {}", served.url)).exit, 0);
    assert_eq!(
        product.run(&format!("{PLAN} --org uat -o named.json")).exit,
        0
    );
    assert_eq!(product.run("org remove uat").exit, 0);
    let refused = product.run("apply named.json --yes --json");
    assert_eq!(refused.exit, 12, "{}", refused.text());
    assert_eq!(refused.json()["error"]["code"], json!("plan/unknown-org"));
    // A person may say it, in the command or for all commands.
    product.set("USHER_ORG", &served.url);
    let applied = product.run("apply plan.json --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
}

#[test]
fn a_practice_org_in_a_plan_file_is_one_of_this_home() {
    let product = Product::new();
    let plan = product.run(&format!("{PLAN} --org practice:mine -o plan.json"));
    assert_eq!(plan.exit, 0, "{}", plan.text());
    let applied = product.run("apply plan.json --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
}

#[test]
fn only_the_id_of_an_org_names_a_file() {
    let product = Product::new();
    let stopped = product.run_stopped("apply fsc/assign-permissions --org practice --yes");
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    product.write("victim.json", "mine");
    let org_id = product.practice().id("Organization", "Id != null");
    let journal = Connection::open(product.path("home/state/journal.db")).expect("a journal");
    let sql = "UPDATE event SET json = replace(json, ?1, '../../../victim')";
    assert!(journal.execute(sql, [&org_id]).expect("updated") > 0);
    drop(journal);
    let refused = product.run("resume --yes");
    expect![[r#"
        exit 20
        --- out
        --- err
        error: `../../../victim` is not a valid id of an org; no file is named by it
        code: org/malformed
    "#]]
    .assert_eq(&refused.text());
    let victim = std::fs::read_to_string(product.path("victim.json"));
    assert_eq!(victim.expect("it is there"), "mine");
}
