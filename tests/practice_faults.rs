//! Faults on demand: `practice serve --latency --faults --log`, and the same in process.

use bytes::Bytes;
use expect_test::expect;
use serde_json::{Value, json};
use usher_engine::wire::{HttpWire, Trust};
use usher_engine::wire::{Wire, WireError};
use usher_practice::FaultKind;

use crate::over_http::Served;
use crate::world::Product;

/// Sends one request to a served org. Returns status and body, or the reason why there is no answer.
async fn send(served: &Served, line: &str, body: &Value) -> Result<(u16, Value), WireError> {
    let answer = exchange(served, line, body).await?;
    let json = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    Ok((answer.status().as_u16(), json))
}

async fn exchange(
    served: &Served,
    line: &str,
    body: &Value,
) -> Result<http::Response<Bytes>, WireError> {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", served.token))
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    let wire = HttpWire::new(&served.url, &Trust::default()).expect("loopback");
    wire.send(request).await
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
        let answered = line["status"].is_number();
        assert_eq!(line["bytes"].take().is_number(), answered, "{line}");
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
        {"bytes":null,"fault":"fail-before","method":"POST","ms":null,"n":1,"org":"practice","path":"/services/data/v66.0/sobjects/Account","status":null,"time":null}
        {"bytes":null,"fault":"lose-answer","method":"POST","ms":null,"n":2,"org":"practice","path":"/services/data/v66.0/sobjects/Account","status":null,"time":null}
        {"bytes":null,"fault":null,"method":"GET","ms":null,"n":3,"org":"practice","path":"/services/data/v66.0/query","status":200,"time":null}
        {"bytes":null,"fault":"throttle","method":"GET","ms":null,"n":4,"org":"practice","path":"/services/data/v66.0/limits","status":503,"time":null}
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

#[test]
fn every_kind_stands_in_one_group_of_the_document() {
    let document = include_str!("../docs/practice-faults.md");
    let rows = document.lines().filter_map(|line| {
        let (kind, rest) = line.strip_prefix("| `")?.split_once('`')?;
        (rest.matches('|').count() == 4).then_some(kind)
    });
    let mut told: Vec<&str> = rows.collect();
    let mut kinds = FaultKind::NAMES.to_vec();
    told.sort_unstable();
    kinds.sort_unstable();
    assert_eq!(told, kinds);
}

/// Answers that are cut, garbled or of something on the way, and an ended session.
const BETWEEN: [&str; 15] = [
    "kind = \"half-answer\"",
    "kind = \"half-answer\"\nafter = \"headers\"",
    "kind = \"garbled\"\nshape = \"empty\"\nacts = true",
    "kind = \"garbled\"\nshape = \"empty\"\nacts = false",
    "kind = \"garbled\"\nshape = \"fewer\"\nacts = true",
    "kind = \"garbled\"\nshape = \"no-code\"\nacts = true",
    "kind = \"bad-gateway\"\nacts = true",
    "kind = \"bad-gateway\"\nstatus = 500\nacts = false",
    "kind = \"bad-gateway\"\nstatus = 504\nacts = true",
    "kind = \"html\"\nacts = true",
    "kind = \"html\"\nacts = false",
    "kind = \"redirect\"",
    "kind = \"too-long\"",
    "kind = \"headers-too-large\"",
    "kind = \"sign-out\"",
];

#[test]
fn what_stands_between_answers_over_a_socket() {
    let product = Product::new();
    let mut file = String::new();
    for (place, fault) in BETWEEN.iter().enumerate() {
        let nth = place + 1;
        file.push_str(&format!(
            "[[faults]]\n{fault}\non = \"write\"\nnth = {nth}\n\n"
        ));
    }
    // Every fault counts every request that fits it: the collections here, which are the only writes.
    product.write("faults.toml", file);
    let served = Served::start_with(&product, &["--faults", "faults.toml"]);
    let mut told = String::new();
    block_on(async {
        for (place, fault) in BETWEEN.iter().enumerate() {
            let row =
                json!({ "attributes": { "type": "Account" }, "Name": format!("Between {place}") });
            let body = json!({ "allOrNone": false, "records": [row] });
            let line = "POST /services/data/v66.0/composite/sobjects";
            let answer = match exchange(&served, line, &body).await {
                Ok(answer) => {
                    let header = |name: &str| {
                        let value = answer.headers().get(name)?.to_str().ok()?;
                        Some(format!(" {value}"))
                    };
                    let [kind, location] =
                        ["content-type", "location"].map(|name| header(name).unwrap_or_default());
                    let body = String::from_utf8_lossy(answer.body());
                    let body = body.lines().last().unwrap_or_default();
                    format!("{}{kind}{location} {body}", answer.status().as_u16())
                }
                Err(WireError::Lost(_)) => "lost".to_owned(),
                Err(other) => format!("{other:?}"),
            };
            let path = format!(
                "GET /services/data/v66.0/query?q=SELECT+Id+FROM+Account+WHERE+Name='Between+{place}'"
            );
            let (_, found) = send(&served, &path, &Value::Null).await.expect("an answer");
            let fault = fault.replace('\n', ", ");
            told.push_str(&format!("{fault}: {answer}; made {}\n", found["totalSize"]));
        }
    });
    expect![[r#"
        kind = "half-answer": lost; made 1
        kind = "half-answer", after = "headers": lost; made 1
        kind = "garbled", shape = "empty", acts = true: 200 application/json;charset=UTF-8 {}; made 1
        kind = "garbled", shape = "empty", acts = false: 200 application/json;charset=UTF-8 {}; made 0
        kind = "garbled", shape = "fewer", acts = true: 200 application/json;charset=UTF-8 []; made 1
        kind = "garbled", shape = "no-code", acts = true: 200 application/json;charset=UTF-8 [{"errors":[{"message":"failed"}],"success":false}]; made 1
        kind = "bad-gateway", acts = true: 502 text/html; charset=utf-8 <html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>; made 1
        kind = "bad-gateway", status = 500, acts = false: 500 text/html; charset=utf-8 <html><head><title>Internal Server Error</title></head><body><h1>Internal Server Error</h1></body></html>; made 0
        kind = "bad-gateway", status = 504, acts = true: 504 text/html; charset=utf-8 <html><head><title>Gateway Time-out</title></head><body><h1>Gateway Time-out</h1></body></html>; made 1
        kind = "html", acts = true: 200 text/html; charset=utf-8 <html><head><title>Welcome to the network of the hotel</title></head><body><h1>Welcome to the network of the hotel</h1></body></html>; made 1
        kind = "html", acts = false: 200 text/html; charset=utf-8 <html><head><title>Welcome to the network of the hotel</title></head><body><h1>Welcome to the network of the hotel</h1></body></html>; made 0
        kind = "redirect": 302 text/html; charset=utf-8 http://portal.example/login <html><head><title>Found</title></head><body><h1>Found</h1></body></html>; made 0
        kind = "too-long": 414 text/html; charset=utf-8 <html><head><title>Request-URI Too Large</title></head><body><h1>Request-URI Too Large</h1></body></html>; made 0
        kind = "headers-too-large": 431 text/html; charset=utf-8 <html><head><title>Request Header Fields Too Large</title></head><body><h1>Request Header Fields Too Large</h1></body></html>; made 0
        kind = "sign-out": 401 application/json;charset=UTF-8 [{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]; made 0
    "#]].assert_eq(&told);
}

#[test]
fn in_process_a_cut_answer_is_lost_and_a_page_is_a_page() {
    let mut product = Product::new();
    product.set("USHER_PRACTICE_FAULTS", "faults.toml");
    let told = |fault: &str| {
        let faults = format!("[[faults]]\n{fault}\ntimes = \"always\"\n");
        product.write("faults.toml", faults);
        let soql = "SELECT Name FROM Organization";
        let ran = product.run_words(&["org", "query", "--org", "practice", soql]);
        assert_ne!(ran.exit, 0, "{}", ran.text());
        ran.err
    };
    let lost = told("kind = \"half-answer\"");
    assert!(
        lost.contains("the connection to the practice org broke"),
        "{lost}"
    );
    let page = told("kind = \"html\"\nacts = false");
    assert!(
        page.contains("Welcome to the network of the hotel"),
        "{page}"
    );
    let out = told("kind = \"sign-out\"");
    assert!(out.contains("code: org/signed-out"), "{out}");
}

#[test]
fn every_answer_has_a_date_and_a_fault_makes_it_wrong() {
    let product = Product::new();
    product.write(
        "faults.toml",
        "[[faults]]\nkind = \"date\"\nseconds = -86_400\nnth = 2\n[[faults]]\nkind = \"too-long\"\nnth = 3\n",
    );
    let served = Served::start_with(&product, &["--faults", "faults.toml"]);
    let dates = block_on(async {
        let mut dates = Vec::new();
        for _ in 0..3 {
            let line = "GET /services/data/v66.0/limits";
            let answer = exchange(&served, line, &Value::Null).await;
            let answer = answer.expect("an answer");
            let date = answer.headers()["date"]
                .to_str()
                .expect("a text")
                .to_owned();
            dates.push(http_ms(&date));
        }
        dates
    });
    let now_ms = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("after 1970");
    let now_ms = now_ms.as_millis() as i64;
    let off: Vec<i64> = dates
        .iter()
        .map(|ms| (ms - now_ms).div_euclid(3_600_000))
        .collect();
    // Rounded down to hours: this hour began before now.
    assert_eq!(off, [-1, -25, -1]);
}

/// The time of an HTTP date.
fn http_ms(date: &str) -> i64 {
    let parsed = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", date);
    let civil = parsed.and_then(|time| time.to_datetime()).expect("a date");
    let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).expect("a time");
    zoned.timestamp().as_millisecond()
}

#[test]
fn somebody_else_is_in_the_org_and_in_the_log() {
    let product = Product::new();
    product.write(
        "faults.toml",
        r#"
[[faults]]
kind = "rival"
on = "write"
[faults.request]
method = "POST"
path = "sobjects/Account"
body = '{ "Name": "Theirs" }'

[[faults]]
kind = "rival"
on = "write"
nth = 2
[faults.request]
method = "POST"
path = "sobjects/Account"
body = '{ "Name": null }'
by = "sam.sales@practice.usher.example"
"#,
    );
    let served = Served::start_with(&product, &["--faults", "faults.toml", "--log", "log.jsonl"]);
    let authors = block_on(async {
        for _ in 0..2 {
            let made = send(&served, ACCOUNTS, &json!({ "Name": "Ours" })).await;
            assert_eq!(made.expect("an answer").0, 201);
        }
        let path = "GET /services/data/v66.0/query?q=SELECT+Name,CreatedBy.Username+FROM+Account+WHERE+Name+IN+('Ours','Theirs')+ORDER+BY+Name";
        let (_, found) = send(&served, path, &Value::Null).await.expect("an answer");
        let records = found["records"].as_array().cloned().unwrap_or_default();
        let told = records
            .iter()
            .map(|record| format!("{} {}\n", record["Name"], record["CreatedBy"]["Username"]));
        told.collect::<String>()
    });
    expect![[r#"
        "Ours" "admin@practice.usher.example"
        "Ours" "admin@practice.usher.example"
        "Theirs" "second.admin@practice.usher.example"
    "#]]
    .assert_eq(&authors);
    let log = std::fs::read_to_string(product.path("log.jsonl")).expect("a log");
    let rivals = log.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        format!("{} {}\n", line["fault"], line["rival"])
    });
    expect![[r#"
        "rival" "201"
        "rival" "400 REQUIRED_FIELD_MISSING"
        null null
    "#]]
    .assert_eq(&rivals.collect::<String>());
}
