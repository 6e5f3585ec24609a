//! A session that renews its token, against a token endpoint that answers from a list.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use serde_json::json;

use super::{Keep, Now, Renewing, Turn};
use crate::session::testing::{Endpoint, Reply, at_once, grants, refuses};
use crate::session::{Access, Grant, Granted, Secret, Session, SignInError};
use crate::testing::TestClock;
use crate::wire::{Unreached, WireError};

/// A keychain that may be locked, and that another process may write to.
#[derive(Default)]
struct Chain {
    kept: Mutex<Vec<String>>,
    locked: Mutex<bool>,
    /// The refresh token of another process; empty: a person has signed out.
    newer: Mutex<Option<String>>,
    held: Arc<AtomicBool>,
}

/// The turn of one session.
struct Held(Arc<AtomicBool>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Keep for Chain {
    fn keep(&self, granted: &Granted) -> Result<(), String> {
        if *self.locked.lock().expect("no panic") {
            return Err("the keychain is locked".to_owned());
        }
        let token = granted.refresh.as_ref().unwrap_or(&granted.access);
        self.kept
            .lock()
            .expect("no panic")
            .push(token.expose().to_owned());
        Ok(())
    }

    fn turn(&self) -> Result<Turn, String> {
        let held = Arc::clone(&self.held);
        match held.swap(true, Ordering::AcqRel) {
            true => Err("another process is at it".to_owned()),
            false => Ok(Turn::holding(Held(held))),
        }
    }

    fn now(&self) -> Result<Now, String> {
        let newer = self.newer.lock().expect("no panic").clone();
        Ok(match newer.as_deref() {
            None => Now::AsBefore,
            Some("") => Now::Gone,
            Some(newer) => Now::Refresh(Secret::new(newer.to_owned())),
        })
    }
}

impl Chain {
    fn kept(&self) -> String {
        self.kept.lock().expect("no panic").join(" ")
    }
}

fn session(replies: Vec<Reply>) -> (Renewing, Arc<Endpoint>, Arc<Chain>) {
    let (endpoint, chain) = (Endpoint::answering(replies), Arc::new(Chain::default()));
    let session = Renewing::new(
        endpoint.of_app(None),
        Grant::Refresh(Secret::new("5Aep.first".to_owned())),
        Arc::<Chain>::clone(&chain),
        Arc::new(TestClock::default()),
    );
    (session, endpoint, chain)
}

fn token(number: u32, refresh: Option<&str>) -> Reply {
    grants(
        &format!("00DJca000000001!{number}"),
        &json!({ "refresh_token": refresh }),
    )
}

fn text(access: Result<Arc<Access>, SignInError>) -> String {
    match access {
        Ok(access) => access.token().to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

/// The refresh tokens that were sent.
fn sent(endpoint: &Endpoint) -> Vec<String> {
    let asked = endpoint.asked();
    let tokens = asked.lines().filter_map(|line| {
        let (_, rest) = line.split_once("refresh_token=")?;
        Some(rest.split('&').next().unwrap_or_default().to_owned())
    });
    tokens.collect()
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_again_when_it_is_refused() {
    let (session, endpoint, _) = session(vec![token(1, None), token(2, None)]);
    let first = session.access().await.expect("granted");
    assert_eq!(text(session.access().await), first.token());
    assert_eq!(text(session.renew(&first).await), "00DJca000000001!2");
    // A caller who comes later with the first one gets the second.
    assert_eq!(text(session.renew(&first).await), "00DJca000000001!2");
    assert_eq!(sent(&endpoint), ["5Aep.first", "5Aep.first"]);
}

#[tokio::test]
async fn one_request_serves_everyone_who_waits() {
    let (session, endpoint, _) = session(vec![token(1, None), token(2, None)]);
    let first = session.access().await.expect("granted");
    let waiting = (0..10).map(|_| session.renew(&first)).collect();
    for renewed in at_once(waiting).await {
        assert_eq!(text(renewed), "00DJca000000001!2");
    }
    assert_eq!(sent(&endpoint).len(), 2);
}

#[tokio::test]
async fn a_failure_serves_everyone_who_waits_and_is_tried_again_if_it_may_pass() {
    let gone = || Err(WireError::Unreachable(Unreached::silent("nothing answers")));
    let (session, endpoint, _) = session(vec![token(1, None), gone(), token(2, None)]);
    let first = session.access().await.expect("granted");
    let waiting = (0..10).map(|_| session.renew(&first)).collect();
    for renewed in at_once(waiting).await {
        assert_eq!(text(renewed), "org/unreachable");
    }
    assert_eq!(sent(&endpoint).len(), 2);
    assert_eq!(text(session.renew(&first).await), "00DJca000000001!2");
}

#[tokio::test]
async fn what_is_refused_for_good_is_not_asked_again() {
    let refusal = refuses("invalid_grant", "expired access/refresh token");
    let (session, endpoint, _) = session(vec![refusal]);
    assert_eq!(text(session.access().await), "sign-in/expired");
    assert_eq!(text(session.access().await), "sign-in/expired");
    assert_eq!(sent(&endpoint).len(), 1);
}

#[tokio::test]
async fn a_new_refresh_token_is_kept_before_it_is_used() {
    let (session, endpoint, chain) = session(vec![
        token(1, Some("5Aep.second")),
        token(2, Some("5Aep.third")),
    ]);
    let first = session.access().await.expect("granted");
    assert_eq!(chain.kept(), "5Aep.second");
    assert_eq!(text(session.renew(&first).await), "00DJca000000001!2");
    assert_eq!(chain.kept(), "5Aep.second 5Aep.third");
    assert_eq!(sent(&endpoint), ["5Aep.first", "5Aep.second"]);
}

#[tokio::test]
async fn a_new_refresh_token_that_cannot_be_kept_is_kept_later() {
    let (session, endpoint, chain) = session(vec![token(1, Some("5Aep.second"))]);
    *chain.locked.lock().expect("no panic") = true;
    assert_eq!(text(session.access().await), "sign-in/not-kept");
    *chain.locked.lock().expect("no panic") = false;
    assert_eq!(text(session.access().await), "00DJca000000001!1");
    assert_eq!(
        (chain.kept().as_str(), sent(&endpoint).len()),
        ("5Aep.second", 1)
    );
}

#[tokio::test]
async fn an_access_token_alone_need_not_be_kept() {
    let (session, _, chain) = session(vec![token(1, None)]);
    *chain.locked.lock().expect("no panic") = true;
    assert_eq!(text(session.access().await), "00DJca000000001!1");
}

#[tokio::test]
async fn a_refresh_token_that_another_process_has_replaced_is_looked_up() {
    let (session, endpoint, chain) = session(vec![token(1, None)]);
    *chain.newer.lock().expect("no panic") = Some("5Aep.newer".to_owned());
    assert_eq!(text(session.access().await), "00DJca000000001!1");
    assert_eq!(sent(&endpoint), ["5Aep.newer"]);
}

#[tokio::test]
async fn a_sign_in_that_a_person_has_ended_is_not_renewed() {
    let (session, endpoint, chain) = session(vec![token(1, None)]);
    let first = session.access().await.expect("granted");
    chain.kept.lock().expect("no panic").clear();
    *chain.newer.lock().expect("no panic") = Some(String::new());
    assert_eq!(text(session.renew(&first).await), "sign-in/no-renewal");
    assert_eq!((chain.kept().as_str(), sent(&endpoint).len()), ("", 1));
}

#[tokio::test]
async fn one_process_alone_renews_a_sign_in() {
    let (session, endpoint, chain) = session(vec![token(1, None)]);
    let other = chain.turn().expect("a turn");
    assert_eq!(text(session.access().await), "sign-in/unavailable");
    assert_eq!(sent(&endpoint).len(), 0);
    drop(other);
    assert_eq!(text(session.access().await), "00DJca000000001!1");
    // The turn ends with the round.
    chain.turn().expect("a turn");
}

#[tokio::test]
async fn a_token_of_another_user_or_org_is_not_used() {
    let of = |org: &str, user: &str| {
        let id = format!("https://login.salesforce.com/id/{org}/{user}");
        grants("opaque-token", &json!({ "id": id }))
    };
    let (ours, ada) = ("00DJca000000001MAA", "005Jca000000001IAA");
    let (one, _, chain) = session(vec![of(ours, ada), of(ours, "005Jca000000002IAA")]);
    let first = one.access().await.expect("granted");
    let error = one.renew(&first).await.expect_err("another user");
    assert_eq!(
        error.to_string(),
        "the sign-in gives a token of the user 005Jca000000002IAA of the org 00DJca000000001MAA, and this session is of \
         the user 005Jca000000001IAA of the org 00DJca000000001MAA"
    );
    assert_eq!(chain.kept(), "opaque-token");
    let (other, _, chain) = session(vec![of("00DJca000000002MAA", ada)]);
    let other = other.of_org("00DJca000000001");
    assert_eq!(text(other.access().await), "sign-in/other-user");
    assert_eq!(chain.kept(), "");
}

#[tokio::test]
async fn a_session_with_a_kept_token_is_bound_to_its_user() {
    let other = "https://login.salesforce.com/id/00DJca000000001MAA/005Jca000000002IAA";
    let reply = grants("opaque-token", &json!({ "id": other }));
    let (session, _, chain) = session(vec![reply]);
    let session = session.with_access(Secret::new("00DJca000000001!1".to_owned()));
    let kept = session.access().await.expect("kept");
    session.bind("005Jca000000001").await.expect("the first");
    assert_eq!(text(session.renew(&kept).await), "sign-in/other-user");
    assert_eq!(chain.kept(), "");
    let error = session.bind("005Jca000000002").await.expect_err("another");
    assert_eq!(error.code(), "sign-in/other-user");
}

#[tokio::test]
async fn a_caller_who_goes_away_loses_no_refresh_token() {
    let (session, endpoint, chain) = session(vec![token(1, Some("5Aep.second"))]);
    let mut asked = session.access();
    // It is asked for, and then the caller goes away.
    let polled = poll_fn(|context| Poll::Ready(asked.as_mut().poll(context).is_pending())).await;
    drop(asked);
    assert!(polled);
    assert_eq!(text(session.access().await), "00DJca000000001!1");
    assert_eq!(
        (chain.kept().as_str(), sent(&endpoint).len()),
        ("5Aep.second", 1)
    );
}

#[tokio::test]
async fn a_token_that_was_kept_is_used_first() {
    let (session, endpoint, _) = session(vec![token(2, None)]);
    let session = session.with_access(Secret::new("00DJca000000001!1".to_owned()));
    let kept = session.access().await.expect("kept");
    assert_eq!(kept.token(), "00DJca000000001!1");
    assert_eq!(text(session.renew(&kept).await), "00DJca000000001!2");
    assert_eq!(sent(&endpoint).len(), 1);
    let mut text = "5Aep.first 00DJca000000001!1".to_owned();
    kept.veil().text(&mut text);
    assert_eq!(text, "*** ***");
}
