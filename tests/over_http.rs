//! The practice org behind a socket: the same client, the same requests, the same outcome.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use expect_test::expect;
use serde_json::Value;

use crate::world::{Product, READY};

/// A served practice org, stopped with the test.
pub(crate) struct Served {
    child: Child,
    pub(crate) url: String,
    pub(crate) token: String,
}

impl Served {
    pub(crate) fn start(product: &Product) -> Self {
        Self::start_with(product, &[])
    }

    /// Serves with more arguments.
    pub(crate) fn start_with(product: &Product, more: &[&str]) -> Self {
        let ready = product.path(READY);
        // A server that was killed has left its own.
        let _none = std::fs::remove_file(&ready);
        let child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["practice", "serve", "--port", "0", "--ready"])
            .arg(&ready)
            .args(more)
            .env("USHER_HOME", product.path("home"))
            .current_dir(product.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let patience = Instant::now() + Duration::from_secs(60);
        let json: Value = loop {
            let text = std::fs::read_to_string(&ready).unwrap_or_default();
            if let Ok(json) = serde_json::from_str(&text) {
                break json;
            }
            assert!(Instant::now() < patience, "it does not get ready");
            std::thread::sleep(Duration::from_millis(20));
        };
        let text = |name: &str| json[name].as_str().expect("a text").to_owned();
        Self {
            child,
            url: text("url"),
            token: text("token"),
        }
    }
}

impl Served {
    /// Asks the server to stop, as the system does.
    pub(crate) fn ask_to_stop(&self) {
        let id = i32::try_from(self.child.id()).expect("ids are small");
        let id = rustix::process::Pid::from_raw(id).expect("a process");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it lives");
    }

    /// Waits for its end. The exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.wait().expect("a status").code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

#[test]
fn the_same_requests_and_the_same_outcome_as_in_process() {
    let mut there = Product::new();
    let served = Served::start(&there);
    there.set("USHER_TOKEN", &served.token);
    let here = Product::new();
    for command in ["plan", "apply", "apply"] {
        let yes = if command == "apply" { "--yes" } else { "" };
        let line = |org: &str| {
            format!(
                "{command} fsc/assign-permissions --set user=jane.doe@example.com --json --org {org} {yes}"
            )
        };
        let (over_http, in_process) = (there.run(&line(&served.url)), here.run(&line("practice")));
        assert_eq!(over_http.exit, 0, "{}", over_http.text());
        let strip = |mut json: Value| {
            json["org"]["alias"] = Value::Null;
            json["run"] = Value::Null;
            json
        };
        assert_eq!(strip(over_http.json()), strip(in_process.json()));
    }
}

/// Requests as `USHER_LOG=requests` shows them, in order. The number of looks of a wait depends on two clocks, so equal
/// looks in a row count once. Calls of the Metadata API look alike whatever they read, and each counts.
fn requests(ran: &crate::world::Ran) -> Vec<String> {
    let lines = ran.err.lines();
    let mut requests: Vec<String> = lines
        .filter(|line| line.starts_with("request") || line.starts_with("    "))
        .map(str::to_owned)
        .collect();
    requests.dedup_by(|line, last| line == last && !line.contains("/Soap/"));
    requests
}

#[test]
fn the_requests_of_every_recipe_are_the_same_over_a_socket() {
    let (mut there, mut here) = (Product::new(), Product::new());
    let served = Served::start(&there);
    there.set("USHER_TOKEN", &served.token);
    there.set("USHER_LOG", "requests");
    here.set("USHER_LOG", "requests");
    // Inputs that are given: those of the example are known only when the org has said that it is a practice org.
    let inputs = [
        (
            "fsc/assign-permissions",
            "user = \"jane.doe@example.com\"\n",
        ),
        (
            "fsc/customer-user",
            "contact = \"maria.meyer@example.com\"\nowner_role = \"CEO\"\nsite = \"Client Portal\"\nactivate = true\n",
        ),
    ];
    for (recipe, inputs) in inputs {
        there.write("inputs.toml", inputs);
        here.write("inputs.toml", inputs);
        let line = |org: &str| format!("apply {recipe} --inputs inputs.toml --yes --org {org}");
        let (over_http, in_process) = (there.run(&line(&served.url)), here.run(&line("practice")));
        assert_eq!(in_process.exit, 0, "{}", in_process.text());
        assert!(!requests(&in_process).is_empty());
        // Requests that are in flight together come in any order.
        let sorted = |ran| {
            let mut all = requests(ran);
            all.sort();
            all
        };
        assert_eq!(sorted(&over_http), sorted(&in_process), "{recipe}");
        assert!(!over_http.text().contains(&served.token));
    }
}

#[test]
fn a_plan_is_carried_out_by_whom_it_was_made_for() {
    let mut product = Product::new();
    let served = Served::start(&product);
    product.set("USHER_TOKEN", &served.token);
    let plan = format!(
        "plan fsc/assign-permissions --org {} -o plan.json",
        served.url
    );
    assert_eq!(product.run(&plan).exit, 0);
    let file = std::fs::read_to_string(product.path("plan.json")).expect("the plan");
    assert!(!file.contains(&served.token));
    let other = product
        .practice()
        .token_of("nora.north@usher-practice.example");
    product.set("USHER_TOKEN", &other);
    let apply = format!("apply plan.json --yes --org {}", served.url);
    let refused = product.run(&apply);
    expect![[r#"
        exit 12
        --- out
        --- err
        error: the plan is for the user admin@practice.usher.example, and this is nora.north@usher-practice.example; nothing was changed
        help: save a new plan: `usher plan … -o FILE.json`
        code: plan/other-user
    "#]].assert_eq(&refused.text());
    product.set("USHER_TOKEN", &served.token);
    let applied = product.run(&apply);
    assert_eq!(applied.exit, 0, "{}", applied.text());
}

#[test]
fn a_wrong_token_is_told_and_not_shown() {
    let mut product = Product::new();
    let served = Served::start(&product);
    product.set("USHER_TOKEN", "00Dwrong!secret");
    let refused = product.run(&format!("plan fsc/assign-permissions --org {}", served.url));
    assert_eq!(refused.exit, 40, "{}", refused.text());
    assert!(!refused.text().contains("secret"), "{}", refused.text());
    assert!(
        refused.err.contains("code: org/signed-out"),
        "{}",
        refused.text()
    );
}
