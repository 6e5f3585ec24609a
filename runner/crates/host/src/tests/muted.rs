//! The muted WASI: the imports of stock toolchains are linked and give nothing.

use crate::limit::Limits;
use crate::tests::guest::Guest;
use crate::tests::{call, plan, plugin};
use crate::{Call, Source};

const PACKAGES: &str = "
  package wasi:io@0.2.0 {
    interface error { resource error; }
    interface streams {
      use error.{error};
      variant stream-error { last-operation-failed(error), closed }
      resource output-stream {
        blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
      }
    }
  }
  package wasi:cli@0.2.0 {
    interface stdout {
      use wasi:io/streams@0.2.0.{output-stream};
      get-stdout: func() -> output-stream;
    }
    interface environment { get-environment: func() -> list<tuple<string, string>>; }
    interface exit { exit: func(status: result); }
  }
  package wasi:clocks@0.2.0 {
    interface wall-clock {
      record datetime { seconds: u64, nanoseconds: u32 }
      now: func() -> datetime;
    }
    interface monotonic-clock { now: func() -> u64; }
  }
  package wasi:random@0.2.0 {
    interface random { get-random-u64: func() -> u64; }
  }
  package wasi:filesystem@0.2.0 {
    interface types { resource descriptor; }
    interface preopens {
      use types.{descriptor};
      get-directories: func() -> list<tuple<descriptor, string>>;
    }
  }";

/// The decimal digits of `$number` as the reason of a failure.
const DIGITS: &str = "(func $digits (param $number i64) (result i32)
  (local $at i32)
  (local.set $at (i32.const 1100))
  (loop $again
    (local.set $at (i32.sub (local.get $at) (i32.const 1)))
    (i32.store8 (local.get $at)
      (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $number) (i64.const 10)))))
    (local.set $number (i64.div_u (local.get $number) (i64.const 10)))
    (br_if $again (i64.ne (local.get $number) (i64.const 0))))
  (call $broken (local.get $at) (i32.sub (i32.const 1100) (local.get $at))))";

#[tokio::test]
async fn the_clock_stands_at_the_planning_time() {
    let guest = Guest {
        packages: PACKAGES,
        world: "import wasi:clocks/wall-clock@0.2.0; import wasi:clocks/monotonic-clock@0.2.0;",
        imports: r#"(import "wasi:clocks/wall-clock@0.2.0" "now" (func $wall (param i32)))
          (import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $mono (result i64)))"#,
        extra: DIGITS,
        plan: "(call $wall (i32.const 128))
          (call $digits (i64.add (i64.load (i32.const 128)) (call $mono)))",
        ..Guest::default()
    };
    let failed = plan(guest.build()).await.expect_err("told as a failure");
    assert_eq!(
        failed.to_string(),
        "plugin `by-hand` 1.2.0: it is at fault itself: 1795341600"
    );
}

#[tokio::test]
async fn randomness_is_the_seeds() {
    let guest = Guest {
        packages: PACKAGES,
        world: "import wasi:random/random@0.2.0;",
        imports: r#"(import "wasi:random/random@0.2.0" "get-random-u64" (func $random (result i64)))"#,
        extra: DIGITS,
        plan: "(call $digits (call $random))",
        ..Guest::default()
    };
    let plugin = plugin(guest.build(), Limits::usual()).await;
    let mut said = Vec::new();
    for seed in [[1; 32], [1; 32], [2; 32]] {
        let failed = plugin.plan(Call { seed, ..call() }).await;
        said.push(failed.expect_err("told as a failure").to_string());
    }
    assert_eq!(said[0], said[1]);
    assert_ne!(said[0], said[2]);
}

#[tokio::test]
async fn there_is_no_environment_and_no_folder() {
    let guest = Guest {
        packages: PACKAGES,
        world: "import wasi:cli/environment@0.2.0; import wasi:filesystem/preopens@0.2.0;",
        imports: r#"(import "wasi:cli/environment@0.2.0" "get-environment" (func $env (param i32)))
          (import "wasi:filesystem/preopens@0.2.0" "get-directories" (func $dirs (param i32)))"#,
        extra: DIGITS,
        plan: "(call $env (i32.const 128)) (call $dirs (i32.const 136))
          (call $digits (i64.extend_i32_u
            (i32.add (i32.load (i32.const 132)) (i32.load (i32.const 140)))))",
        ..Guest::default()
    };
    let failed = plan(guest.build()).await.expect_err("told as a failure");
    assert_eq!(
        failed.to_string(),
        "plugin `by-hand` 1.2.0: it is at fault itself: 0"
    );
}

#[tokio::test]
async fn standard_output_is_kept_and_an_exit_is_told() {
    let guest = Guest {
        packages: PACKAGES,
        world: "import wasi:cli/stdout@0.2.0; import wasi:cli/exit@0.2.0;",
        imports: r#"(import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
          (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
            (func $write (param i32 i32 i32 i32)))
          (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))"#,
        extra: r#"(data (i32.const 1024) "one\ntwo\1b[0m\n")"#,
        plan: "(call $write (call $stdout) (i32.const 1024) (i32.const 12) (i32.const 128))
          (call $exit (i32.const 1)) unreachable",
        ..Guest::default()
    };
    let failed = plan(guest.build()).await.expect_err("an exit");
    let said: Vec<_> = failed
        .log
        .iter()
        .map(|it| (it.source, it.text.as_str()))
        .collect();
    let two = "two\\u{1b}[0m";
    assert_eq!(said, [(Source::Stdout, "one"), (Source::Stdout, two)]);
    assert_eq!(
        failed.to_string(),
        "plugin `by-hand` 1.2.0: it broke off: Exited with i32 exit status 1"
    );
}
