#!/usr/bin/env bash
# The keychain against a real Secret Service (GNOME Keyring) on a private session bus: kept, read, replaced, forgotten;
# locked; silent; missing. Needs `usher` as the first argument. Skipped where the service is not installed.
set -euo pipefail
usher=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
for needed in dbus-run-session gnome-keyring-daemon secret-tool curl; do
  command -v "$needed" >/dev/null || {
    echo "SKIPPED: there is no $needed (apt-get install gnome-keyring dbus libsecret-tools curl)" >&2
    exit 0
  }
done
folder=$(mktemp -d)
trap 'kill "$served" 2>/dev/null || true; rm -rf "$folder"' EXIT
export USHER_HOME=$folder/home HOME=$folder XDG_RUNTIME_DIR=$folder/run XDG_DATA_HOME=$folder/data
mkdir -m 700 "$USHER_HOME" "$XDG_RUNTIME_DIR" "$XDG_DATA_HOME"
unset DBUS_SESSION_BUS_ADDRESS USHER_KEYCHAIN
"$usher" practice serve --port 0 --ready "$folder/ready.json" >"$folder/serve.out" 2>&1 &
served=$!
for _ in $(seq 600); do [ -s "$folder/ready.json" ] && break; sleep 0.1; done
url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$folder/ready.json")
token=$(sed -n 's/.*"token": *"\([^"]*\)".*/\1/p' "$folder/ready.json")
export URL=$url TOKEN=$token USHER=$usher FOLDER=$folder
dbus-run-session -- bash "$here/on_a_bus.sh"
echo "== a bus without a service: the file, and it is said"
cat >"$folder/bus.conf" <<CONF
<busconfig>
  <type>session</type>
  <listen>unix:path=$folder/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
CONF
dbus-daemon --config-file="$folder/bus.conf" --nofork >/dev/null 2>&1 &
bus=$!
for _ in $(seq 100); do [ -S "$folder/bus" ] && break; sleep 0.1; done
export DBUS_SESSION_BUS_ADDRESS=unix:path=$folder/bus
printf %s "$token" | "$usher" org login none --token-stdin --login-host "$url" >"$folder/said" 2>&1 || {
  cat "$folder/said"
  kill "$bus"
  exit 1
}
cat "$folder/said"
kill "$bus"
grep -q "No keychain of this system holds them" "$folder/said" || { echo "FAILED: the file is not told" >&2; exit 1; }
[ "$(stat -c %a "$USHER_HOME/state/secrets.json")" = 600 ] || { echo "FAILED: others can read the file" >&2; exit 1; }

echo "== a person who wants a keychain gets no file"
printf %s "$token" | USHER_KEYCHAIN=system "$usher" org login wanted --token-stdin --login-host "$url" >"$folder/said" 2>&1 &&
  { echo "FAILED: it signs in" >&2; exit 1; }
grep -q '^code: keychain/missing$' "$folder/said" || { cat "$folder/said"; exit 1; }
echo "the keychain works"
