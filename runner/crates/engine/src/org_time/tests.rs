use bytes::Bytes;

use crate::org_time::{Moment, OrgTime, milliseconds};
use crate::port::{Boxed, Clock};

/// A clock that shows what a test wants.
struct Says {
    now_ms: i64,
    ticks_ms: u64,
}

impl Clock for Says {
    fn now_ms(&self) -> i64 {
        self.now_ms
    }

    fn ticks_ms(&self) -> u64 {
        self.ticks_ms
    }

    fn sleep(&self, _ms: u64) -> Boxed<'_, ()> {
        Box::pin(async {})
    }
}

const NOON: i64 = 1_795_953_600_000;

fn dated(date: &str) -> http::Response<Bytes> {
    let answer = http::Response::builder().header("date", date);
    answer.body(Bytes::new()).expect("an answer")
}

#[test]
fn without_an_answer_it_is_our_time_and_a_clock_that_is_set_moves_nothing() {
    let time = OrgTime::new(&Says {
        now_ms: NOON,
        ticks_ms: 1_000,
    });
    let later = Says {
        now_ms: NOON + 86_400_000,
        ticks_ms: 3_000,
    };
    let moment = Moment {
        ms: NOON + 2_000,
        is_told: false,
    };
    assert_eq!(time.now(&later), moment);
}

#[test]
fn the_org_tells_its_time_and_it_goes_on() {
    let clock = Says {
        now_ms: NOON + 3_600_000,
        ticks_ms: 1_000,
    };
    let time = OrgTime::new(&clock);
    time.hear(&dated("Sun, 29 Nov 2026 12:00:00 GMT"), &clock);
    let later = Says {
        now_ms: 0,
        ticks_ms: 6_000,
    };
    let moment = Moment {
        ms: NOON + 5_000,
        is_told: true,
    };
    assert_eq!(time.now(&later), moment);
}

#[test]
fn one_answer_that_lies_counts_for_nothing() {
    let clock = Says {
        now_ms: NOON,
        ticks_ms: 0,
    };
    let time = OrgTime::new(&clock);
    for date in [
        "Sun, 29 Nov 2026 12:00:00 GMT",
        "Mon, 30 Nov 2026 12:00:00 GMT",
        "Sun, 29 Nov 2026 12:00:01 GMT",
    ] {
        time.hear(&dated(date), &clock);
        let now = time.now(&clock);
        assert!(now.is_told && now.ms.abs_diff(NOON) <= 1_000, "{now:?}");
    }
}

#[test]
fn a_date_that_is_none_is_not_heard() {
    let clock = Says {
        now_ms: NOON,
        ticks_ms: 0,
    };
    let time = OrgTime::new(&clock);
    for date in [
        "",
        "yesterday",
        "2026-11-29T12:00:00Z",
        "Sun, 99 Nov 2026 12:00:00 GMT",
    ] {
        time.hear(&dated(date), &clock);
        assert_eq!(milliseconds(date), None, "{date}");
    }
    assert!(!time.now(&clock).is_told);
}
