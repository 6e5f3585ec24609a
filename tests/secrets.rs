//! Secrets: a plan names the places where each goes, nothing else shows or keeps one. The plugin is the one of the
//! conformance suite, which answers as its input says.

use expect_test::expect;
use serde_json::{Value, json};

use crate::conformance::{case, component};
use crate::world::{CTRL_C, Product, Ran};

/// A text that is long enough to be found in every place.
pub(crate) const SECRET: &str = "Corr3ct/Horse&Battery";

/// A product whose plugin updates Jane with the fields of `set`, and may send the secret to these places.
fn product(secrets: &Value, set: &Value) -> Product {
    product_with(secrets, |product| {
        let jane = product.practice().id("User", "Username LIKE 'jane.doe@%'");
        json!({
            "address": "jane",
            "summary": "Give Jane what the recipe says",
            "operation": { "update": { "object": "User", "id": { "text": jane }, "fields": [set] } },
            "undo": { "impossible": "what was there is not kept" },
        })
    })
}

/// A product whose plugin makes an account that the secret is in.
pub(crate) fn product_that_creates() -> Product {
    product_with(&json!(["create Account.Description"]), |_| {
        let by_name = json!({ "field": "Name", "any-of": [{ "text": "Vault" }] });
        let fields =
            json!([{ "name": "Name", "value": { "text": "Vault" } }, secret_in("Description")]);
        json!({
            "address": "vault",
            "summary": "Make the vault",
            "operation": { "create": { "object": "Account", "fields": fields, "key": { "conditions": [by_name] } } },
            "undo": { "possible": { "way": "restore" } },
        })
    })
}

/// A product whose plugin makes one change, and may send the secret to these places.
fn product_with(secrets: &Value, change: impl Fn(&Product) -> Value) -> Product {
    let product = Product::new();
    let mut manifest: Value = serde_json::from_str(case::MANIFEST).expect("JSON");
    manifest["input"]["properties"]["pw"] = json!({ "type": "string", "x-usher-secret": true });
    manifest["secrets"] = json!({ "pw": secrets });
    manifest["writes"]["requests"] = json!(["POST connect/communities"]);
    manifest["writes"]["update"]["User"] = json!(["Title", "TimeZoneSidKey"]);
    manifest["writes"]["create"]["Account"] = json!(["Name", "Description"]);
    manifest["reads"]["records"]["User"] = json!(["Username"]);
    let bytes = component::under(&manifest.to_string());
    product.write("guest.wasm", bytes);
    let answer = json!({ "ok": { "changes": [change(&product)] } });
    product.write(
        "mine.toml",
        format!(
            "title = \"Mine\"\n[inputs.pw]\ntype = \"secret\"\n[[steps]]\nid = \"s\"\nuse = \"./guest.wasm\"\n\
             with = {{ pw = \"${{inputs.pw}}\", script = {} }}\n",
            toml_of(&json!({ "answer": answer }))
        ),
    );
    product
}

/// JSON as an inline value of TOML.
fn toml_of(json: &Value) -> String {
    match json {
        Value::Object(object) => {
            let entries = object.iter();
            let entries = entries.map(|(key, value)| format!("{key:?} = {}", toml_of(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Array(values) => {
            let values = values.iter().map(toml_of);
            format!("[{}]", values.collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}

fn run(product: &Product, command: &str) -> Ran {
    let ran = product.run(&format!(
        "{command} mine.toml --org practice --set pw={SECRET}"
    ));
    assert!(!ran.text().contains(SECRET), "{}", ran.text());
    ran
}

fn allow(product: &Product) {
    product.allow(&format!("plan mine.toml --org practice --set pw={SECRET}"));
}

/// Looks for the secret in every file of the home but the org itself.
fn is_nowhere_in_the_home(product: &Product) {
    let mut folders = vec![product.path("home/state")];
    let mut looked = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.to_string_lossy().contains("practice") {
                let bytes = std::fs::read(&path).expect("read");
                let found = bytes
                    .windows(SECRET.len())
                    .any(|it| it == SECRET.as_bytes());
                assert!(!found, "{}", path.display());
                looked += 1;
            }
        }
    }
    assert!(looked > 0, "there is a journal");
}

fn secret_in(field: &str) -> Value {
    json!({ "name": field, "value": { "reference": { "given": "inputs:pw" } } })
}

#[test]
fn a_plan_names_the_secret_and_where_it_goes() {
    let product = product(&json!(["update User.Title"]), &secret_in("Title"));
    let refused = run(&product, "plan");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused
            .err
            .contains("send the secret `pw` to `update User.Title`"),
        "{}",
        refused.text()
    );
    allow(&product);
    let planned = run(&product, "plan");
    assert_eq!(planned.exit, 0, "{}", planned.text());
    assert!(
        planned.out.contains("{ Title ← the secret `pw` }"),
        "{}",
        planned.text()
    );
    let applied = run(&product, "apply --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let jane = product.practice().id("User", "Username LIKE 'jane.doe@%'");
    let title = product
        .practice()
        .id("User", &format!("Title = '{SECRET}'"));
    assert_eq!(jane, title, "the secret was sent");
    is_nowhere_in_the_home(&product);
    // The present value is not read into a plan.
    run(&product, "plan --json");
}

#[test]
fn no_file_of_results_and_no_event_holds_a_secret() {
    let product = product(&json!(["update User.Title"]), &secret_in("Title"));
    allow(&product);
    let into = "--json-into r.json --markdown-into r.md --html-into r.html";
    let applied = run(&product, &format!("apply --yes --events r.events {into}"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    for file in ["r.json", "r.md", "r.html", "r.events"] {
        let text = std::fs::read_to_string(product.path(file)).expect("written");
        assert!(
            text.contains("pw") && !text.contains(SECRET),
            "{file}: {text}"
        );
    }
    let next = applied.out.lines().last().expect("what to do next");
    assert_eq!(
        next,
        "Next: run `usher check mine.toml --org practice` any time to see whether the org still matches the recipe."
    );
}

#[test]
fn a_request_names_the_secret_in_its_body() {
    let product = product(&json!(["POST connect/communities"]), &secret_in("Title"));
    let recipe = std::fs::read_to_string(product.path("mine.toml")).expect("read");
    let (before, rest) = recipe.split_once("\"update\" = ").expect("an update");
    let (_, after) = rest.split_once(" }, \"summary\"").expect("its end");
    let request = toml_of(&json!({
        "method": "post",
        "path": { "segments": [{ "text": "connect" }, { "text": "communities" }] },
        "body": "{\"name\": {\"$ref\": \"inputs:pw\"}}",
        "repetition": "never",
    }));
    product.write(
        "mine.toml",
        format!("{before}\"request\" = {request} }}, \"summary\"{after}"),
    );
    allow(&product);
    let planned = run(&product, "plan");
    assert!(
        planned
            .out
            .contains("POST connect/communities ← the secret `pw`\n"),
        "{}",
        planned.text()
    );
}

#[test]
fn a_secret_that_the_manifest_sends_elsewhere_is_refused() {
    let product = product(&json!(["POST connect/communities"]), &secret_in("Title"));
    allow(&product);
    let refused = run(&product, "plan");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused
            .err
            .contains("sends the secret `pw` to `update User.Title` (change `jane`)"),
        "{}",
        refused.text()
    );
}

#[test]
fn an_error_of_the_org_does_not_repeat_a_secret() {
    let places = json!(["update User.TimeZoneSidKey"]);
    let product = product(&places, &secret_in("TimeZoneSidKey"));
    allow(&product);
    let failed = run(&product, "apply --yes");
    assert_eq!(failed.exit, 20, "{}", failed.text());
    assert!(failed.err.contains("***"), "{}", failed.text());
    is_nowhere_in_the_home(&product);
    let runs = product.run("runs --json");
    assert!(!runs.text().contains(SECRET));
}

/// A run with a secret that was stopped before it sent anything.
fn stopped() -> Product {
    let product = product(&json!(["update User.Title"]), &secret_in("Title"));
    allow(&product);
    let stopped = product.run_stopped(&format!(
        "apply --yes mine.toml --org practice --set pw={SECRET}"
    ));
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    is_nowhere_in_the_home(&product);
    product
}

fn is_sent(product: &Product) -> bool {
    let soql = format!("SELECT Id FROM User WHERE Title = '{SECRET}'");
    !product.practice().query(&soql).is_empty()
}

#[test]
fn a_run_that_is_resumed_asks_for_its_secret_again() {
    let product = stopped();
    let refused = product.run("resume");
    expect![[r#"
        exit 2
        --- out
        --- err
        error: run RUN needs the secret `pw` again, and no file holds it
        help: write `usher resume RUN --set pw=…`, or resume the run in a terminal, where Usher asks
        code: run/no-secret
    "#]]
    .assert_eq(&refused.text());
    for (set, exit, code) in [
        ("pw=wr0ng", 10, "input/other-secret"),
        ("user=wr0ng", 2, "run/has-inputs"),
        (SECRET, 2, "input/bad-set"),
    ] {
        let refused = product.run(&format!("resume --set {set}"));
        assert_eq!(refused.exit, exit, "{}", refused.text());
        assert!(
            refused.err.contains(&format!("code: {code}")),
            "{}",
            refused.text()
        );
        let text = refused.text();
        assert!(!text.contains("wr0ng") && !text.contains(SECRET), "{text}");
    }
    assert!(!is_sent(&product));
    let resumed = product.run(&format!("resume --set pw={SECRET}"));
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
    assert!(!resumed.text().contains(SECRET), "{}", resumed.text());
    assert!(is_sent(&product));
    is_nowhere_in_the_home(&product);
    // Nothing is left that needs it.
    let undone = product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
}

#[test]
fn a_person_types_the_secret_unseen() {
    let mut product = stopped();
    product.answer(vec![Box::new(|| "mistyped")]);
    let refused = product.run("resume");
    expect![[r#"
        exit 10
        --- out
        --- err
        Run RUN needs the secret `pw` again. Type it; it is not shown:
        error: this `pw` is not the secret that run RUN began with; nothing was sent
        help: give the same secret; to use another one, undo the run and apply the recipe again
        code: input/other-secret
    "#]]
    .assert_eq(&refused.text());
    product.answer(vec![Box::new(|| SECRET)]);
    // Output for a program asks no question.
    assert_eq!(product.run("resume --json").exit, 2);
    let resumed = product.run("resume");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
    assert!(is_sent(&product));
    is_nowhere_in_the_home(&product);
}

#[test]
fn a_secret_that_nothing_needs_any_more_is_not_asked_for() {
    let product = product(&json!(["update User.Title"]), &secret_in("Title"));
    // A manual step comes after the one that needs the secret.
    let recipe = std::fs::read_to_string(product.path("mine.toml")).expect("read");
    let by_hand =
        "[[steps]]\nid = \"click\"\nmanual = { title = \"Click\", text = [\"Click it\"] }\n";
    product.write("mine.toml", format!("{recipe}{by_hand}"));
    allow(&product);
    let waiting = run(&product, "apply --yes");
    assert_eq!(waiting.exit, 23, "{}", waiting.text());
    let resumed = product.run_words(&["resume", "--confirm", "click=done"]);
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
}

/// Applies the recipe; the process dies after the request was sent, and before the answer is written down.
fn in_doubt(product: &Product) {
    allow(product);
    assert_eq!(product.run("runs").exit, 0);
    let journal = rusqlite::Connection::open(product.path("home/state/journal.db"));
    let journal = journal.expect("opens");
    let full = "CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.number = 4 \
                BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    journal.execute_batch(full).expect("a trigger");
    assert_eq!(run(product, "apply --yes").exit, 41);
    journal.execute_batch("DROP TRIGGER full").expect("dropped");
}

#[test]
fn an_undo_asks_for_the_secret_of_what_is_in_doubt() {
    let product = product(&json!(["update User.Title"]), &secret_in("Title"));
    in_doubt(&product);
    assert!(is_sent(&product));
    let wrong = product.run("undo --yes --set pw=wr0ng");
    assert_eq!(wrong.exit, 10, "{}", wrong.text());
    let copy = product.fork();
    let unseen = copy.run("undo --yes");
    expect![[r#"
        Without the secret `pw` Usher cannot see what became of everything that was sent. `--set` gives it.
          resumed
          IN DOUBT  s  "Give Jane what the recipe says": no answer came, and looking for it failed, too: the org's answer makes no sense: the value of `inputs:pw` is not known yet
    "#]].assert_eq(&unseen.err);
    let seen = product.run(&format!("undo --yes --set pw={SECRET}"));
    assert_eq!(
        seen.err,
        "  resumed\n  done  s  \"Give Jane what the recipe says\"  (the answer was lost; it is there)\n"
    );
    is_nowhere_in_the_home(&product);
}

#[test]
fn an_undo_neither_asks_for_nor_keeps_the_secret_of_a_record_that_it_finds_by_its_key() {
    let product = product_that_creates();
    in_doubt(&product);
    let vaults = "SELECT Id FROM Account WHERE Name = 'Vault'";
    assert_eq!(product.practice().query(vaults).len(), 1);
    for line in [
        "undo --yes",
        &format!("undo --yes --json --set pw={SECRET}"),
    ] {
        let copy = product.fork();
        let undone = copy.run(line);
        assert_eq!(undone.exit, 0, "{}", undone.text());
        assert!(!undone.text().contains(SECRET), "{}", undone.text());
        assert!(
            !undone.err.contains("Without the secret"),
            "{}",
            undone.text()
        );
        is_nowhere_in_the_home(&copy);
        assert_eq!(copy.practice().query(vaults).len(), 0);
    }
}

#[test]
fn ctrl_c_at_the_question_for_a_secret_ends_the_command() {
    let mut product = product(&json!(["update User.Title"]), &secret_in("Title"));
    in_doubt(&product);
    let run = product.newest_run();
    let before = product.run(&format!("show {run}")).text();
    let mut texts = vec![];
    for command in ["undo --yes", "resume"] {
        product.answer(vec![Box::new(|| CTRL_C)]);
        texts.push(product.run(command).text());
        assert_eq!(product.run(&format!("show {run}")).text(), before);
    }
    assert_eq!(texts[0], texts[1]);
    expect![[r#"
        exit 21
        --- out
        --- err
        Run RUN needs the secret `pw` again. Type it; it is not shown:
        error: interrupted while Usher asked for the secret `pw`; nothing was sent
        code: run/interrupted
    "#]]
    .assert_eq(&texts[0]);
}

#[test]
fn an_undo_that_was_interrupted_takes_the_secrets_of_the_run_again() {
    let product = product_that_creates();
    allow(&product);
    assert_eq!(run(&product, "apply --yes").exit, 0);
    assert_eq!(product.run_stopped("undo --yes").exit, 21);
    let undoing = product.run(&format!("undo --yes --set pw={SECRET}"));
    assert_eq!(undoing.exit, 0, "{}", undoing.text());
}
