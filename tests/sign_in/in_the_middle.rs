//! A token that somebody ends while a run is carried out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;

use crate::cases::between::{between, reply};
use crate::sign_in::{CLIENT_ID, CLIENT_SECRET};
use crate::world::{Org, Product, Ran};

const RUN: &str = "apply fsc/customer-user --yes --org uat --set contact=maria.meyer@example.com --set owner_role=COO";

/// A run, whose sessions end before the write of this number, counted from 1.
struct Ended {
    product: Product,
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Ended {
    fn before(write: usize) -> Self {
        let writes = AtomicUsize::new(0);
        Self::with(move |request, org| {
            if request.uri().path().ends_with("/composite/sobjects")
                && writes.fetch_add(1, Ordering::Relaxed) + 1 == write
            {
                end(request, org);
            }
            None
        })
    }

    /// A run with an org whose requests `answer` sees first.
    fn with(
        answer: impl Fn(&Request<Bytes>, &Org) -> Option<Response<Bytes>> + Send + Sync + 'static,
    ) -> Self {
        let mut product = Product::new();
        product.catch_up();
        let org = product.practice();
        let app = json!({
            "name": "Usher", "client_id": CLIENT_ID, "secret": CLIENT_SECRET,
            "client_credentials": true, "run_as": "admin@practice.usher.example",
        });
        org.send("POST", "/practice/apps", &app);
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&asked);
        let url = between(&mut product, org, move |request, org| {
            let path = request.uri().path();
            heard
                .lock()
                .expect("no panic")
                .push(format!("{} {path}", request.method()));
            answer(request, org)
        });
        product.set("USHER_CLIENT_ID", CLIENT_ID);
        product.set("PATH", "/usr/bin:/bin");
        product.set("USHER_KEYCHAIN", "file");
        product.unset("USHER_TOKEN");
        Self {
            product,
            url,
            asked,
        }
    }

    fn log_in(&mut self, way: &str, input: &str) {
        self.product.input(&format!("{input}\n"));
        let line = format!("org login uat {way} --login-host {}", self.url);
        let said = self.product.run(&line);
        assert_eq!(said.exit, 0, "{}", said.text());
    }

    /// The requests for a token since the last time.
    fn tokens(&self) -> usize {
        let asked = std::mem::take(&mut *self.asked.lock().expect("no panic"));
        let token = asked.iter().filter(|it| it.ends_with("/oauth2/token"));
        token.count()
    }
}

/// Ends the session of a request.
fn end(request: &Request<Bytes>, org: &Org) {
    let token = request.headers()["authorization"].to_str().expect("text");
    let token = token.trim_start_matches("Bearer ");
    org.send("POST", "/practice/tokens/end", &json!({ "token": token }));
}

fn users(ran: &Product) -> usize {
    let users = ran
        .practice()
        .query("SELECT Id FROM User WHERE Email = 'maria.meyer@example.com'");
    users.len()
}

#[test]
fn the_run_goes_on_with_another_token_that_it_asks_for_once() {
    for write in 1..=3 {
        let mut ended = Ended::before(write);
        ended.log_in("--client-credentials --client-secret-stdin", CLIENT_SECRET);
        ended.tokens();
        let applied = ended.product.run(RUN);
        assert_eq!(applied.exit, 0, "write {write}: {}", applied.text());
        assert_eq!(ended.tokens(), 1, "write {write}");
        assert_eq!(users(&ended.product), 1);
        assert!(!applied.text().contains(CLIENT_SECRET));
        let requests = ended.product.run("show --requests").text();
        let for_token = requests.matches("/services/oauth2/token").count();
        assert_eq!(for_token, 1, "{requests}");
    }
}

#[test]
fn without_another_token_the_run_stops_and_goes_on_after_a_sign_in() {
    let mut ended = Ended::before(2);
    let token = ended.product.practice().token().to_owned();
    ended.log_in("--token-stdin", &token);
    let stopped: Ran = ended.product.run(RUN);
    assert_eq!(stopped.exit, 40, "{}", stopped.text());
    let told = "run `usher org login uat --token-stdin`, then run `usher resume";
    assert!(stopped.err.contains(told), "{}", stopped.text());
    let token = ended.product.practice().token().to_owned();
    ended.log_in("--token-stdin", &token);
    let resumed = ended.product.run("resume --yes");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
    assert_eq!(users(&ended.product), 1);
}

#[test]
fn a_plan_whose_sign_in_ends_says_so_and_names_the_way_back() {
    let reads = AtomicUsize::new(0);
    let mut ended = Ended::with(move |request, org| {
        let path = request.uri().path();
        if path.ends_with("/query") && reads.fetch_add(1, Ordering::Relaxed) == 4 {
            end(request, org);
        }
        None
    });
    let token = ended.product.practice().token().to_owned();
    ended.log_in("--token-stdin", &token);
    let planned = ended
        .product
        .run(&RUN.replace("apply", "plan").replace(" --yes", ""));
    assert_eq!(planned.exit, 40, "{}", planned.text());
    for told in [
        "code: org/signed-out",
        "run `usher org login uat --token-stdin`",
    ] {
        assert!(planned.err.contains(told), "{}", planned.text());
    }
}

#[test]
fn a_busy_endpoint_is_asked_again_where_that_does_no_harm() {
    let refusals = AtomicUsize::new(0);
    let mut ended = Ended::with(move |request, _| {
        let is_token = request.uri().path().ends_with("/oauth2/token");
        (is_token && refusals.fetch_add(1, Ordering::Relaxed) < 1).then(|| {
            let mut busy = reply(503, &json!({}));
            let after = "1".parse().expect("a header");
            busy.headers_mut().insert("retry-after", after);
            busy
        })
    });
    ended.log_in("--client-credentials --client-secret-stdin", CLIENT_SECRET);
    assert_eq!(ended.tokens(), 2);
}
