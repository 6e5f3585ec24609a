//! Reads that do not depend on each other, in flight together.

use std::future::poll_fn;
use std::task::Poll;

use usher_core::limit;

use crate::port::Boxed;

/// Runs all futures, at most [`limit::READS_IN_FLIGHT_MAX`] at a time. The answers are in the order of the futures, and
/// the futures begin in it.
pub(crate) async fn together<T>(futures: Vec<Boxed<'_, T>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    let mut waiting = futures.into_iter().enumerate();
    let mut flying: Vec<(usize, Boxed<'_, T>)> = Vec::new();
    poll_fn(|context| {
        loop {
            let free = limit::READS_IN_FLIGHT_MAX.saturating_sub(flying.len());
            flying.extend(waiting.by_ref().take(free));
            if flying.is_empty() {
                return Poll::Ready(());
            }
            let before = flying.len();
            flying.retain_mut(|(place, future)| match future.as_mut().poll(context) {
                Poll::Ready(answer) => {
                    done[*place] = Some(answer);
                    false
                }
                Poll::Pending => true,
            });
            // One of them wakes this when it goes on; a free place is filled at once.
            if flying.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
    let answers = done.into_iter();
    answers
        .map(|answer| answer.expect("every future was polled until it was ready"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use usher_core::limit;

    use super::together;
    use crate::port::Boxed;

    #[tokio::test]
    async fn a_few_are_in_flight_and_answers_keep_their_order() {
        let (flying, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let futures = (0..11_usize).map(|number| -> Boxed<'_, usize> {
            let (flying, most) = (&flying, &most);
            Box::pin(async move {
                most.fetch_max(flying.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..(11 - number) {
                    tokio::task::yield_now().await;
                }
                flying.fetch_sub(1, Ordering::SeqCst);
                number
            })
        });
        let answers = together(futures.collect()).await;
        assert_eq!(answers, (0..11).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), limit::READS_IN_FLIGHT_MAX);
    }
}
