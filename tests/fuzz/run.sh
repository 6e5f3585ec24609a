#!/bin/sh
# Fuzzes the practice org: every target for some seconds (5 when none are given), one after the other.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# With USHER_FUZZ_RUNS=N each target has N executions from the seed 1 instead: the same ones each time.
#
# Needs a C++ compiler. Coverage comes from the compiler itself, so that a stable one will do. What is found stays in
# `target/fuzz/found/TARGET`, and the script ends with an error; inputs that reach new code are kept in
# `target/fuzz/corpus/TARGET`.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
seconds=${1:-5}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- soql router soap zip bulk

out=${CARGO_TARGET_DIR:-$here/../../target/fuzz}
host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR="$out"
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
# The flags are for the target alone: build scripts run without the fuzzer.
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --target "$host"

case ${USHER_FUZZ_RUNS:-} in
"") length=-max_total_time=$seconds ;;
*) length="-seed=1 -runs=$USHER_FUZZ_RUNS" ;;
esac

failed=0
for target in "$@"; do
  corpus="$out/corpus/$target"
  found="$out/found/$target"
  mkdir -p "$corpus" "$found"
  log="$out/$target.log"
  # No input of a client is worth more than 64 KiB here. One that takes two minutes is a finding: the time is that of the
  # wall, and others may use the machine.
  # shellcheck disable=SC2086
  if "$out/$host/release/$target" $length -max_len=65536 -timeout=120 -rss_limit_mb=1024 \
    -print_final_stats=1 -dict="$here/words/$target" -artifact_prefix="$found/" "$corpus" "$here/seeds/$target" >"$log" 2>&1; then
    result=ok
  else
    result="FOUND SOMETHING, see $log"
    failed=1
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  echo "$target: ${executions:-?} executions, $result"
done
exit "$failed"
