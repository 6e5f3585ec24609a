//! Calls with slots: each begins as if it were the first, whatever those before it have done there, and plans the same as
//! without a slot.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;

use crate::limit::{Limits, PoolSize};
use crate::tests::guest::{Guest, READS};
use crate::tests::{call, plugin, table};
use crate::{Call, Host};

/// Each call has the only slot.
pub(super) const SLOTTED: PoolSize = PoolSize {
    slots: 1,
    calls_before: 0,
};

fn limits(pool: PoolSize) -> Limits {
    Limits {
        pool,
        ..Limits::usual()
    }
}

/// Answers with an empty plan when memory, globals and the table are as they are in a new instance. Writes all over them
/// first thing after that.
const DIRTY: &str = "
  (if (i32.ne (memory.size) (i32.const 4)) (then unreachable))
  (if (i32.ne (global.get $calls) (i32.const 0)) (then unreachable))
  (if (i32.ne (i32.load8_u (i32.const 3000)) (i32.const 55)) (then unreachable))
  (if (i32.ne (i32.load (i32.const 200000)) (i32.const 0)) (then unreachable))
  (if (i32.eqz (ref.is_null (table.get $kept (i32.const 3)))) (then unreachable))
  (global.set $calls (i32.const 1))
  (i32.store8 (i32.const 3000) (i32.const 1))
  (memory.fill (i32.const 196608) (i32.const 7) (i32.const 65536))
  (table.set $kept (i32.const 3) (ref.func $told))
  (if (i32.lt_s (memory.grow (i32.const 40)) (i32.const 0)) (then unreachable))
  (if (i32.ne (i32.load (i32.const 2800000)) (i32.const 0)) (then unreachable))
  (memory.fill (i32.const 262144) (i32.const 7) (i32.const 2600000))";

fn dirty(end: &str) -> Vec<u8> {
    let guest = Guest {
        extra: &format!(
            r#"{READS}
            (global $calls (mut i32) (i32.const 0))
            (table $kept 8 8 funcref)
            (elem declare func $told)
            (data (i32.const 3000) "7")"#
        ),
        plan: &format!("{DIRTY} {end}"),
        ..Guest::default()
    };
    guest.build()
}

#[tokio::test]
async fn a_call_finds_nothing_of_the_one_before() {
    let plugin = plugin(
        dirty("(call $empty (i32.const 512) (i32.const 2))"),
        limits(SLOTTED),
    );
    let plugin = plugin.await;
    for _ in 0..20 {
        plugin.plan(call()).await.expect("a plan");
    }
    assert!(plugin.has_slot());
}

#[tokio::test]
async fn a_call_finds_nothing_of_one_that_broke_off() {
    let breaks_off = "
      (if (i32.eq (i32.load8_u offset=9 (local.get $in)) (i32.const 50)) (then unreachable))
      (call $empty (i32.const 512) (i32.const 2))";
    let plugin = plugin(dirty(breaks_off), limits(SLOTTED)).await;
    assert!(plugin.has_slot());
    for times in [1, 2, 2, 1, 2, 1] {
        let mut call = call();
        call.input.insert("times".to_owned(), times.into());
        let planned = plugin.plan(call).await;
        assert_eq!(planned.is_ok(), times == 1, "{planned:?}");
    }
}

#[tokio::test]
async fn a_call_finds_nothing_of_one_that_nobody_waited_for() {
    let looks = "
      (call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15))
      (call $empty (i32.const 512) (i32.const 2))";
    let plugin = plugin(dirty(looks), limits(SLOTTED)).await;
    assert!(plugin.has_slot());
    for _ in 0..4 {
        let org = Arc::new(table::silent());
        let waits = plugin.plan(Call {
            org: Arc::clone(&org) as _,
            ..call()
        });
        let asks = async {
            while org.asked.load(Ordering::Relaxed) == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = waits => panic!("the org does not answer"),
            () = asks => {}
        }
        plugin.plan(call()).await.expect("a plan");
    }
}

#[tokio::test]
async fn who_finds_no_slot_plans_without_one() {
    let looks = Guest {
        extra: READS,
        plan: "(call $look (i32.const 1024) (i32.const 4) (i32.const 1064) (i32.const 15)) (call $told)",
        ..Guest::default()
    };
    let size = PoolSize {
        slots: 2,
        ..SLOTTED
    };
    let plugin = plugin(looks.build(), limits(size)).await;
    assert!(plugin.has_slot());
    for _ in 0..3 {
        let org = Arc::new(table::gathering(8));
        let calls = (0..8).map(|_| {
            plugin.plan(Call {
                org: Arc::clone(&org) as _,
                ..call()
            })
        });
        let said = tokio::time::timeout(Duration::from_secs(60), join_all(calls));
        let said = said.await.expect("all of them ask").into_iter();
        let said: Vec<String> = said
            .map(|said| said.expect_err("what it read").to_string())
            .collect();
        assert!(said[0].contains("005000000000002AAA"), "{}", said[0]);
        assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
        assert_eq!(org.asked.load(Ordering::Relaxed), 8);
    }
}

#[tokio::test]
async fn two_plugins_find_nothing_of_each_other() {
    let host = Host::with_limits(None, limits(SLOTTED)).expect("an engine");
    let other = dirty("(call $empty (i32.const 512) (i32.const 2)) (drop (i32.const 1))");
    let plain = dirty("(call $empty (i32.const 512) (i32.const 2))");
    let [plain, other] = [plain, other].map(|bytes| host.load(bytes.into()));
    let (plain, other) = (
        plain.await.expect("a plugin"),
        other.await.expect("a plugin"),
    );
    for _ in 0..5 {
        for plugin in [&plain, &other] {
            assert!(plugin.has_slot());
            plugin.plan(call()).await.expect("a plan");
        }
    }
}

#[tokio::test]
async fn what_fits_into_no_slot_plans_without_one() {
    let tables = "(table 1 1 funcref) (table 1 1 funcref) (table 1 1 funcref) (table 1 1 funcref)";
    let odd = Guest {
        extra: &format!("(table $odd 4 4 funcref) {tables}"),
        plan: "(drop (table.get $odd (i32.const 3))) (call $empty (i32.const 512) (i32.const 2))",
        ..Guest::default()
    };
    let host = Host::with_limits(None, limits(SLOTTED)).expect("an engine");
    let odd = host.load(odd.build().into()).await.expect("a plugin");
    for _ in 0..3 {
        odd.plan(call()).await.expect("a plan");
    }
    assert!(!odd.has_slot());
    let usual = host.load(Guest::default().build().into());
    assert!(usual.await.expect("a plugin").has_slot());
}

#[tokio::test]
async fn the_first_calls_need_no_slot() {
    let size = PoolSize {
        calls_before: 2,
        ..SLOTTED
    };
    let plugin = plugin(Guest::default().build(), limits(size)).await;
    assert_eq!([false, false, true], [(); 3].map(|()| plugin.has_slot()));
}
