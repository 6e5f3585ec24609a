//! The bounds of a plugin: time, memory, data, log lines, reads. Every limit ends the call with a text of its own, and
//! the next call works like the first.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use usher_contract::gate::Bounds;

use crate::limit::{Limits, PoolSize};
use crate::tests::guest::{Guest, READS};
use crate::tests::pooled::SLOTTED;
use crate::tests::{call, plugin, table};
use crate::{Call, NoPlan};

/// Tight enough that a test takes no time.
fn tight() -> Limits {
    Limits {
        call: Duration::from_secs(5),
        compute: Duration::from_millis(100),
        own: Duration::from_millis(300),
        memory_bytes: 1024 * 1024,
        live_bytes: Arc::default(),
        log_lines: 10,
        pool: NO_SLOTS,
        reading: Bounds {
            reads: 3,
            rows: 20,
            bytes: 64 * 1024,
        },
    }
}

const NO_SLOTS: PoolSize = PoolSize {
    slots: 1,
    calls_before: usize::MAX,
};

/// Returns the reason why a guest with this body of `plan` gives no plan. It is the same with a slot and without.
async fn no_plan(plan: &str, call: Call, limits: Limits) -> String {
    let guest = Guest {
        extra: READS,
        plan,
        ..Guest::default()
    };
    let guest = guest.build();
    let slotted = Limits {
        pool: SLOTTED,
        ..limits.clone()
    };
    let [without, slotted] = [limits, slotted].map(|limits| plugin(guest.clone(), limits));
    let without = without.await.plan(call.clone()).await;
    let without = without.expect_err("no plan").to_string();
    let slotted = slotted.await;
    assert!(slotted.has_slot());
    let failed = slotted.plan(call).await;
    assert_eq!(failed.expect_err("no plan").to_string(), without);
    without
}

async fn check(plan: &str, expected: &str) {
    let failed = no_plan(plan, call(), tight()).await;
    assert_eq!(failed, format!("plugin `by-hand` 1.2.0: {expected}"));
}

#[tokio::test]
async fn an_endless_loop_ends() {
    let endless = "(loop $again (br $again)) unreachable";
    check(
        endless,
        "it computed for 100 ms without asking the org anything",
    )
    .await;
    let short = Limits {
        call: Duration::from_millis(50),
        ..tight()
    };
    assert_eq!(
        no_plan(endless, call(), short).await,
        "plugin `by-hand` 1.2.0: no answer after 50 ms"
    );
}

#[tokio::test]
async fn asking_what_is_refused_buys_no_time() {
    let refused = "(loop $again
      (call $look (i32.const 1032) (i32.const 7) (i32.const 1064) (i32.const 15))
      (global.set $top (i32.const 131072))
      (br $again)) unreachable";
    check(
        refused,
        "it computed for 100 ms without asking the org anything",
    )
    .await;
}

/// A clock for sleeping, and `$sleep`: sleeps for so many milliseconds.
const PACKAGES: &str = "
  package wasi:io@0.2.0 {
    interface poll { resource pollable { block: func(); } }
  }
  package wasi:clocks@0.2.0 {
    interface monotonic-clock {
      use wasi:io/poll@0.2.0.{pollable};
      subscribe-duration: func(when: u64) -> pollable;
    }
  }";
const SLEEP: &str = r#"(func $sleep (param $ms i64)
  (call $block (call $subscribe (i64.mul (local.get $ms) (i64.const 1000000)))))"#;

/// Returns the reason why a guest that can sleep gives no plan, and how long that takes.
async fn sleeper(plan: &str) -> (String, Duration) {
    sleeper_with(plan, tight()).await
}

async fn sleeper_with(plan: &str, limits: Limits) -> (String, Duration) {
    let guest = Guest {
        packages: PACKAGES,
        world: "import wasi:clocks/monotonic-clock@0.2.0; import wasi:io/poll@0.2.0;",
        imports: r#"(import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $subscribe (param i64) (result i32)))
          (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))"#,
        extra: &format!("{READS} {SLEEP}"),
        plan,
        ..Guest::default()
    };
    let plugin = plugin(guest.build(), limits).await;
    let begun = Instant::now();
    let failed = plugin.plan(call()).await.expect_err("no plan");
    (failed.to_string(), begun.elapsed())
}

#[tokio::test]
async fn a_sleep_is_the_plugins_own_time() {
    let (said, took) = sleeper("(call $sleep (i64.const 600000)) unreachable").await;
    let expected = "plugin `by-hand` 1.2.0: it computed for 100 ms without asking the org anything";
    assert_eq!(said, expected);
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn asking_in_between_does_not_buy_time_without_an_end() {
    let naps = "(loop $again
      (call $sleep (i64.const 60))
      (call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15))
      (global.set $top (i32.const 131072))
      (br $again)) unreachable";
    let mut limits = tight();
    limits.reading.reads = 1_000;
    let (said, took) = sleeper_with(naps, limits).await;
    let expected =
        "plugin `by-hand` 1.2.0: it took 300 ms in all, without what it waited for the org";
    assert_eq!(said, expected);
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn what_the_host_does_for_a_plugin_is_its_time() {
    // Handing over two megabytes runs none of the plugin's code.
    let mut limits = tight();
    limits.memory_bytes = 8 * 1024 * 1024;
    limits.reading.bytes = 4 * 1024 * 1024;
    let begun = Instant::now();
    let said = no_plan(
        "(drop (memory.grow (i32.const 40)))
        (loop $again
          (call $emit (i32.const 0) (i32.const 200000) (i32.const 2000000))
          (br $again)) unreachable",
        call(),
        limits,
    )
    .await;
    let expected = "plugin `by-hand` 1.2.0: it computed for 100 ms without asking the org anything";
    assert_eq!(said, expected);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn waiting_for_the_org_is_not_the_plugins_time() {
    let look =
        "(call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15)) (call $told)";
    let call = Call {
        org: Arc::new(table::silent()),
        ..call()
    };
    let longer = Limits {
        call: Duration::from_millis(600),
        ..tight()
    };
    assert_eq!(
        no_plan(look, call, longer).await,
        "plugin `by-hand` 1.2.0: no answer after 600 ms"
    );
}

#[tokio::test]
async fn waiting_for_the_org_ends() {
    let look =
        "(call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15)) (call $told)";
    let call = Call {
        org: Arc::new(table::silent()),
        ..call()
    };
    let short = Limits {
        call: Duration::from_millis(50),
        ..tight()
    };
    assert_eq!(
        no_plan(look, call, short).await,
        "plugin `by-hand` 1.2.0: no answer after 50 ms"
    );
}

#[tokio::test]
async fn guests_in_a_loop_do_not_hold_up_others() {
    let endless = Guest {
        plan: "(loop $again (br $again)) unreachable",
        ..Guest::default()
    };
    let endless = plugin(endless.build(), tight()).await;
    let quick = plugin(Guest::default().build(), tight()).await;
    let ended = Mutex::new(Vec::new());
    let done = |name| ended.lock().expect("no panic while it is held").push(name);
    tokio::join!(
        async {
            endless
                .plan(call())
                .await
                .map(drop)
                .unwrap_or_else(|_| done("endless"))
        },
        async {
            endless
                .plan(call())
                .await
                .map(drop)
                .unwrap_or_else(|_| done("endless"))
        },
        async {
            quick
                .plan(call())
                .await
                .map(|_| done("quick"))
                .expect("a plan")
        },
    );
    assert_eq!(
        ended.into_inner().expect("no panic"),
        ["quick", "endless", "endless"]
    );
}

#[tokio::test]
async fn memory_ends() {
    check(
        "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable",
        "it needs more memory than 1048576 bytes",
    )
    .await;
}

#[tokio::test]
async fn tables_end() {
    let grows = Guest {
        extra: "(table $grows 1 funcref)",
        plan: "(if (i32.lt_s (table.grow $grows (ref.null func) (i32.const 1000000)) (i32.const 0)) (then unreachable))
          (drop (table.get $grows (i32.const 1000000)))
          (drop (table.grow $grows (ref.null func) (i32.const 100000))) unreachable",
        ..Guest::default()
    };
    let limits = Limits {
        pool: SLOTTED,
        ..tight()
    };
    let plugin = plugin(grows.build(), limits).await;
    assert!(!plugin.has_slot(), "a table of a slot does not grow as far");
    let failed = plugin.plan(call()).await;
    assert_eq!(
        failed.expect_err("no plan").to_string(),
        "plugin `by-hand` 1.2.0: it needs more memory than 1048576 bytes"
    );
}

#[tokio::test]
async fn recursion_ends() {
    let guest = Guest {
        extra: "(func $deep (param i32) (result i32)
          (i32.add (call $deep (local.get 0)) (i32.const 1)))",
        plan: "(drop (call $deep (i32.const 0))) unreachable",
        ..Guest::default()
    };
    for pool in [NO_SLOTS, SLOTTED] {
        let limits = Limits { pool, ..tight() };
        let plugin = plugin(guest.build(), limits).await;
        assert_eq!(plugin.has_slot(), pool.calls_before == 0);
        let failed = plugin.plan(call()).await;
        assert_eq!(
            failed.expect_err("no plan").to_string(),
            "plugin `by-hand` 1.2.0: it broke off: wasm trap: call stack exhausted"
        );
    }
}

#[tokio::test]
async fn a_trap_ends_one_call_only() {
    // The second byte of the input decides: `{}` traps, `{"…` does not. The counter in the guest's own memory must
    // begin at zero each time.
    let guest = Guest {
        extra: "(global $calls (mut i32) (i32.const 0))",
        plan: r#"
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          (if (i32.ne (global.get $calls) (i32.const 1)) (then unreachable))
          (if (i32.eq (i32.load8_u offset=9 (local.get $in)) (i32.const 50)) (then unreachable))
          (call $empty (i32.const 512) (i32.const 2))"#,
        ..Guest::default()
    };
    let plugin = plugin(guest.build(), tight()).await;
    for times in [1, 2, 1, 2, 1] {
        let mut call = call();
        call.input.insert("times".to_owned(), times.into());
        let planned = plugin.plan(call).await;
        match times {
            1 => drop(planned.expect("a plan")),
            _ => {
                let failed = planned.expect_err("a trap");
                assert_eq!(failed.why.code(), "plugin/trap");
                assert_eq!(
                    failed.to_string(),
                    "plugin `by-hand` 1.2.0: it broke off: wasm trap: wasm `unreachable` instruction \
                     executed"
                );
            }
        }
    }
}

#[tokio::test]
async fn log_lines_end() {
    let guest = Guest {
        extra: r#"(data (i32.const 1024) "line\1b[2J\nand more")"#,
        plan: "(local $i i32)
          (loop $again
            (call $emit (i32.const 3) (i32.const 1024) (i32.const 17))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 25))))
          (call $empty (i32.const 512) (i32.const 2))",
        ..Guest::default()
    };
    let planned = plugin(guest.build(), tight()).await.plan(call()).await;
    let log = planned.expect("a plan").log;
    assert_eq!(log.len(), 11);
    assert_eq!(log[0].text, "line\\u{1b}[2J and more");
    assert_eq!(log[0].level, crate::Level::Warn);
    assert_eq!(log[10].text, "15 more lines were dropped");
}

#[tokio::test]
async fn reads_end() {
    check(
        "(local $i i32)
        (loop $again
          (call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $i) (i32.const 4))))
        (call $told)",
        "it is at fault itself: more than 3 reads in one call",
    )
    .await;
}

#[tokio::test]
async fn rows_and_answers_end() {
    let look =
        "(call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15)) (call $told)";
    let with = |count| Call {
        org: Arc::new(table::many(count)),
        ..call()
    };
    assert_eq!(
        no_plan(look, with(21), tight()).await,
        "plugin `by-hand` 1.2.0: it is at fault itself: more than 20 rows in one call"
    );
    let mut rows = tight();
    rows.reading.rows = 5000;
    assert_eq!(
        no_plan(look, with(2000), rows).await,
        "plugin `by-hand` 1.2.0: it is at fault itself: an answer of 114001 bytes is larger than 65536"
    );
}

#[tokio::test]
async fn what_is_handed_over_ends() {
    let expected = "it handed over more than 65536 bytes at once";
    check("(call $empty (i32.const 0) (i32.const 100000))", expected).await;
    check(
        "(call $emit (i32.const 0) (i32.const 0) (i32.const 100000)) unreachable",
        expected,
    )
    .await;
}

#[tokio::test]
async fn an_answer_beyond_the_memory_is_none() {
    let guest = Guest {
        plan: "(call $empty (i32.const 0x7fffffff) (i32.const 100))",
        ..Guest::default()
    };
    let failed = plugin(guest.build(), tight()).await.plan(call()).await;
    let why = failed.expect_err("no plan").why;
    assert!(matches!(why, NoPlan::Trap { .. }), "{why}");
    let guest = Guest {
        plan: "(i32.const -4)",
        ..Guest::default()
    };
    let failed = plugin(guest.build(), tight()).await.plan(call()).await;
    let why = failed.expect_err("no plan").why;
    assert!(matches!(why, NoPlan::Trap { .. }), "{why}");
}
