//! Groups of steps with rounds of their own, at the same time: each read is sent once, and nobody waits for ever.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use usher_core::operation::Lookup;
use usher_core::read::ReadError;

use super::many::{contact, user_of, users};
use super::scripted::{Script, reader};
use crate::port::{Boxed, Reads};
use crate::reads::{Reader, Rounds};

/// Far longer than any of this takes.
const LONG: Duration = Duration::from_secs(60);

/// Steps of a group, each of which wants one user that all want, and one of its own. Returns the answers.
fn group(reader: &Reader, number: usize) -> Boxed<'_, Vec<Result<usize, ReadError>>> {
    let rounds = Arc::new(Rounds::default());
    let steps = (0..3).map(|nth| {
        let beside = reader.beside(&rounds, nth);
        let mut both = user_of(1);
        if number == 1 {
            // Another form of the same.
            both.conditions.reverse();
            both.fields = ["username", "ContactId"].map(str::to_owned).to_vec();
        }
        let own = user_of(10 * (number + 1) + nth);
        async move { beside.find_all(vec![both, own]).await }
    });
    let steps = join_all(steps.collect::<Vec<_>>());
    Box::pin(async move {
        let answers = reader.drive(&rounds, steps).await;
        let answers = answers.into_iter().flatten();
        answers
            .map(|answer| answer.map(|records| records.len()))
            .collect()
    })
}

/// The queries since the last call that name the contact of the user that all want, and all of them.
fn asked(script: &Script) -> (usize, usize) {
    let asked = script.asked();
    let of_all = asked.iter().filter(|query| query.contains(&contact(1)));
    (of_all.count(), asked.len())
}

#[tokio::test]
async fn what_two_groups_want_is_read_once() {
    let (reader, script) = reader(users);
    let both = join_all([group(&reader, 0), group(&reader, 1)]);
    let answers = tokio::time::timeout(LONG, both).await.expect("an end");
    assert_eq!(answers.concat(), vec![Ok(1); 12]);
    assert_eq!(asked(&script), (1, 2));
}

#[tokio::test]
async fn an_org_that_does_not_answer_two_groups_is_waited_for_once() {
    let (reader, script) = reader(|_| (503, "down for maintenance".to_owned()));
    let both = join_all([group(&reader, 0), group(&reader, 1)]);
    let answers = tokio::time::timeout(LONG, both).await.expect("an end");
    let mut answers = answers.concat().into_iter();
    assert!(answers.all(|answer| matches!(answer, Err(ReadError::Unavailable(_)))));
    assert_eq!(asked(&script), (1, 2));
}

#[tokio::test]
async fn a_group_reads_itself_what_another_one_gave_up() {
    let (reader, script) = reader(users);
    let (mut first, mut second) = (group(&reader, 0), group(&reader, 1));
    assert!(
        (&mut first).now_or_never().is_none(),
        "an answer takes time"
    );
    assert!(
        (&mut second).now_or_never().is_none(),
        "an answer takes time"
    );
    assert_eq!(asked(&script).0, 1);
    drop(first);
    let answers = tokio::time::timeout(LONG, second).await.expect("an end");
    assert_eq!(answers, vec![Ok(1); 6]);
    assert_eq!(asked(&script).0, 1);
}

#[tokio::test]
async fn lookups_that_only_look_different_have_one_print() {
    let (reader, _) = reader(users);
    let snapshot = reader.today.snapshot();
    let print = |change: fn(&mut Lookup)| {
        let mut lookup = user_of(1);
        change(&mut lookup);
        snapshot.print(&lookup)
    };
    let print_of_all = print(|_| {});
    assert_eq!(print(|one| one.object = "user".into()), print_of_all);
    assert_eq!(print(|one| one.conditions.reverse()), print_of_all);
    assert_ne!(print(|one| one.object = "Contact".into()), print_of_all);
    assert_ne!(print(|one| one.fields.push("Email".into())), print_of_all);
    assert_ne!(print(|one| drop(one.conditions.pop())), print_of_all);
}
