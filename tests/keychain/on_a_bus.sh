#!/usr/bin/env bash
# The part of `run.sh` that runs on the private session bus.
set -euo pipefail
fail() { echo "FAILED: $1" >&2; exit 1; }
code() { grep -q "^code: $1\$" "$FOLDER/said" || { cat "$FOLDER/said"; fail "no $1"; }; }
login() { printf %s "$TOKEN" | "$USHER" org login kept --token-stdin --login-host "$URL"; }
daemon() { printf %s "$1" | gnome-keyring-daemon --daemonize --replace --unlock --components=secrets >/dev/null; }

daemon password
echo "== kept, and read again"
login 2>&1 | tee "$FOLDER/said"
grep -q "in the keychain" "$FOLDER/said" || fail "not in the keychain"
[ -e "$USHER_HOME/state/secrets.json" ] && fail "there is a file with secrets"
secret-tool lookup application usher org kept | grep -q "${TOKEN#*!}" || fail "the service does not have it"
"$USHER" org query "SELECT Name FROM Organization" --org kept
grep -rq "${TOKEN#*!}" "$USHER_HOME/config" "$USHER_HOME/state" && fail "the token is in a file"

echo "== replaced: one item stays"
login >/dev/null 2>&1
[ "$(secret-tool search --all application usher 2>&1 | grep -c '^\[/')" = 1 ] || fail "not one item"

echo "== silent: a time limit"
own() { pgrep -u "$(id -u)" -f "gnome-keyring-daemon --daemonize --replace" | while read -r pid; do
  tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "FOLDER=$FOLDER" && echo "$pid"; done; }
pids=$(own)
[ -n "$pids" ] || fail "the daemon is not found"
kill -STOP $pids
"$USHER" org query "SELECT Name FROM Organization" --org kept >"$FOLDER/said" 2>&1 && fail "it answers"
code keychain/no-answer
kill -CONT $pids

echo "== locked: nobody unlocks it"
# A fresh daemon is locked until somebody gives the password.
kill $(own)
gnome-keyring-daemon --daemonize --replace --components=secrets </dev/null >/dev/null 2>&1
"$USHER" org query "SELECT Name FROM Organization" --org kept >"$FOLDER/said" 2>&1 && fail "it is not locked"
grep -Eq '^code: keychain/(locked|no-answer|failed)$' "$FOLDER/said" || { cat "$FOLDER/said"; fail "locked is not told"; }
grep -E '^(error|code)' "$FOLDER/said"
daemon password

echo "== forgotten"
"$USHER" org remove kept
secret-tool lookup application usher org kept && fail "it is still there"
kill $(own)
