//! What goes wrong on demand: `practice serve --latency --faults --log`, and the same in process.

use bytes::Bytes;
use expect_test::expect;
use serde_json::{Value, json};
use usher_engine::org::HttpWire;
use usher_engine::port::{Wire, WireError};

use crate::over_http::Served;
use crate::world::Product;

/// Sends one request to a served org: status and body, or why there is no answer.
async fn send(served: &Served, line: &str, body: &Value) -> Result<(u16, Value), WireError> {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", served.token))
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    let wire = HttpWire::new(&served.url).expect("loopback");
    let answer = wire.send(request).await?;
    let json = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    Ok((answer.status().as_u16(), json))
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work)
}

const ACCOUNTS: &str = "POST /services/data/v66.0/sobjects/Account";

#[test]
fn lost_answers_over_a_socket_and_the_log_of_it() {
    let product = Product::new();
    product.write(
        "faults.toml",
        r#"
[[faults]]
kind = "fail-before"
on = "write"

[[faults]]
kind = "lose-answer"
on = "write"
nth = 2

[[faults]]
kind = "throttle"
status = 503
path = "/services/data/*/limits"
"#,
    );
    let served = Served::start_with(&product, &["--faults", "faults.toml", "--log", "log.jsonl"]);
    block_on(async {
        for name in ["Before", "After"] {
            let lost = send(&served, ACCOUNTS, &json!({ "Name": name })).await;
            assert!(matches!(lost, Err(WireError::Lost(_))), "{name}: {lost:?}");
        }
        let path = "GET /services/data/v66.0/query?q=SELECT+Name+FROM+Account+WHERE+Name+IN+('Before','After')";
        let (_, found) = send(&served, path, &Value::Null).await.expect("an answer");
        assert_eq!(found["totalSize"], 1, "{found}");
        assert_eq!(found["records"][0]["Name"], "After");
        let limits = "GET /services/data/v66.0/limits";
        let (status, _) = send(&served, limits, &Value::Null)
            .await
            .expect("an answer");
        assert_eq!(status, 503);
    });
    let log = std::fs::read_to_string(product.path("log.jsonl")).expect("a log");
    assert!(!log.contains(&served.token));
    let mut plain = String::new();
    for line in log.lines() {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        for (name, is_number) in [("time", false), ("ms", true)] {
            let value = line[name].take();
            assert!(
                value.is_number() == is_number && !value.is_null(),
                "{name}: {value}"
            );
        }
        plain.push_str(&format!("{line}\n"));
    }
    expect![[r#"
        {"fault":"fail-before","method":"POST","ms":null,"n":1,"path":"/services/data/v66.0/sobjects/Account","status":null,"time":null}
        {"fault":"lose-answer","method":"POST","ms":null,"n":2,"path":"/services/data/v66.0/sobjects/Account","status":null,"time":null}
        {"fault":null,"method":"GET","ms":null,"n":3,"path":"/services/data/v66.0/query","status":200,"time":null}
        {"fault":"throttle","method":"GET","ms":null,"n":4,"path":"/services/data/v66.0/limits","status":503,"time":null}
    "#]].assert_eq(&plain);
}

#[test]
fn two_at_once_on_one_account_meet_a_locked_row() {
    let product = Product::new();
    let org = product.practice();
    let profile = org.id("Profile", "Name = 'Customer Community Plus User'");
    let owner = org.id("User", "Alias = 'ssales'");
    let account = |name: &str| org.create("Account", &json!({ "Name": name, "OwnerId": owner }));
    let user = |name: &str, account: &str| {
        let contact = org.create(
            "Contact",
            &json!({ "LastName": name, "AccountId": account }),
        );
        json!({
            "Username": format!("{name}@at-once.example"), "LastName": name, "Email": "x@at-once.example",
            "Alias": "x", "CommunityNickname": name, "TimeZoneSidKey": "Europe/Berlin",
            "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
            "ProfileId": profile, "ContactId": contact,
        })
    };
    let (one, other) = (account("One"), account("Other"));
    let users = [
        user("first", &one),
        user("second", &one),
        user("elsewhere", &other),
    ];
    drop(org);
    let served = Served::start_with(&product, &["--latency", "1500"]);
    let path = "POST /services/data/v66.0/sobjects/User";
    let answers = block_on(async {
        let late = |index: usize| {
            let (served, users) = (&served, &users);
            async move {
                tokio::time::sleep(std::time::Duration::from_millis(200 * index as u64)).await;
                send(served, path, &users[index]).await.expect("an answer")
            }
        };
        let (first, second, elsewhere) = tokio::join!(late(0), late(1), late(2));
        // Once the first has its answer, the row is free.
        let again = send(&served, path, &users[1]).await.expect("an answer");
        [first, second, elsewhere, again]
    });
    let told = answers.map(|(status, body)| {
        let code = body[0]["errorCode"].as_str().unwrap_or("-").to_owned();
        format!("{status} {code}")
    });
    assert_eq!(told, ["201 -", "400 UNABLE_TO_LOCK_ROW", "201 -", "201 -"]);
}

#[test]
fn mistakes_in_a_faults_file_are_told_at_their_places() {
    let mut product = Product::new();
    product.write(
        "faults.toml",
        "[[faults]]\nkind = \"lose-anser\"\nnht = 3\n",
    );
    product.set("USHER_PRACTICE_FAULTS", "faults.toml");
    let refused = product.run("plan fsc/assign-permissions --org practice");
    expect![[r#"
        exit 10
        --- out
        --- err
        error: `kind` cannot be `lose-anser`
         --> faults.toml:2:8
          |
        2 | kind = "lose-anser"
          |        ^^^^^^^^^^^^
          |
          = help: did you mean `lose-answer`?
        code: faults/unknown-kind

        error: fault 1 knows no key `nht`
         --> faults.toml:3:1
          |
        3 | nht = 3
          | ^^^
          |
          = help: did you mean `nth`?
        code: faults/unknown-key

        error: 2 mistakes in `faults.toml`
    "#]]
    .assert_eq(&refused.text());
    product.set("USHER_PRACTICE_FAULTS", "none.toml");
    let missing = product.run("plan fsc/assign-permissions --org practice");
    assert_eq!(missing.exit, 41, "{}", missing.text());
    let served = product.run("practice serve --faults none.toml");
    assert_eq!(served.exit, 41, "{}", served.text());
}

#[test]
fn an_answer_lost_in_process_is_looked_for() {
    let mut product = Product::new();
    product.write(
        "faults.toml",
        "[[faults]]\nkind = \"lose-answer\"\non = \"write\"\n",
    );
    product.set("USHER_PRACTICE_FAULTS", "faults.toml");
    let applied = product.run("apply fsc/assign-permissions --org practice --yes --json");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let outcome = &applied.json()["steps"][0]["changes"][0]["outcome"];
    assert_eq!(outcome["how"], "found", "{outcome}");
}
