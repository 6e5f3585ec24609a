#!/usr/bin/env bash
# The practice org against clients of Salesforce that others wrote: jsforce, simple-salesforce, the Salesforce CLI and
# CumulusCI, in pinned versions from the registries.
#
#   tests/clients/run.sh BINARY [jsforce|simple-salesforce|sf|cumulusci …]
#
# Prints what passed, what failed and what was refused rightly. Fails when a check fails. Skips what the registries do
# not give. Clients are kept in $USHER_CLIENTS_CACHE (otherwise in the cache of the user); all else is removed.
set -euo pipefail
usher=$(realpath "$1")
shift
here=$(dirname "$(realpath "$0")")
clients=("$@")
[ ${#clients[@]} -gt 0 ] || clients=(jsforce simple-salesforce sf cumulusci)
cache=${USHER_CLIENTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-clients}
mkdir -p "$cache"
folder=$(mktemp -d)
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here

orgs=()
stop() {
  for org in "${orgs[@]:-}"; do [ -z "$org" ] || kill "$org" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT

for needed in python3 openssl git; do
  command -v "$needed" >/dev/null || { echo "skipped: there is no $needed"; exit 0; }
done

# Installs once for each list of versions: into another folder first, so that half an installation is never used.
# Arguments: kind, file with the versions, command. Prints the folder; fails when the registry does not answer.
installed() {
  local place made
  place=$cache/$1-$(sha256sum "$2" | cut -c1-16)
  if [ ! -e "$place/complete" ]; then
    rm -rf "$place"
    made=$place
    mkdir -p "$made"
    "$3" "$made" "$2" >"$folder/$1.install" 2>&1 || { rm -rf "$made"; return 1; }
    touch "$made/complete"
  fi
  echo "$place"
}
npm_install() {
  cp "$2" "$1/package.json"
  (cd "$1" && npm install --no-audit --no-fund --no-package-lock --loglevel error)
}
pip_install() {
  python3 -m venv "$1"
  "$1/bin/pip" install -q --disable-pip-version-check --no-deps -r "$2"
}

# An org for one client, prepared. Sets `room`, the folder of the client.
serve() {
  room=$folder/$1
  mkdir -p "$room/usher"
  USHER_HOME=$room/usher "$usher" practice serve --tls --port 0 --ready "$room/ready.json" --log "$room/requests" \
    >"$room/serve" 2>&1 &
  orgs+=($!)
  for _ in $(seq 600); do [ -s "$room/ready.json" ] && break; sleep 0.1; done
  [ -s "$room/ready.json" ] || { echo "FAILED: the practice org does not start"; cat "$room/serve"; exit 1; }
  CLIENTS_FOLDER=$room python3 "$here/prepare.py"
}

# Ten minutes are far more than any client takes on two cores: nothing may hang.
checks() {
  local authority
  authority=$room/usher/state/practice-tls/authority.pem
  CLIENTS_FOLDER=$room CLIENTS_USHER=$usher NODE_EXTRA_CA_CERTS=$authority REQUESTS_CA_BUNDLE=$authority CURL_CA_BUNDLE=$authority \
    timeout 600 "$@" >"$room/out" 2>&1 &
}

skipped() {
  echo "skipped: $1 cannot be installed"
  tail -n 3 "$folder/$2.install"
}

waited=()
for client in "${clients[@]}"; do
  case $client in
  jsforce | sf)
    command -v npm >/dev/null || { echo "skipped: $client needs npm"; continue; }
    node=$(installed node "$here/node/package.json" npm_install) || { skipped "$client" node; continue; }
    serve "$client"
    if [ "$client" = sf ]; then
      CLIENTS_NODE=$node checks python3 "$here/sf/run.py"
    else
      CLIENTS_NODE=$node checks "$node/node_modules/.bin/node" --no-warnings "$here/jsforce/run.mjs"
    fi
    ;;
  simple-salesforce)
    python=$(installed simple-salesforce "$here/simple_salesforce/requirements.txt" pip_install) ||
      { skipped "$client" simple-salesforce; continue; }
    serve "$client"
    checks "$python/bin/python" "$here/simple_salesforce/run.py"
    ;;
  cumulusci)
    python=$(installed cumulusci "$here/cumulusci/requirements.txt" pip_install) || { skipped "$client" cumulusci; continue; }
    serve "$client"
    CLIENTS_CCI=$python/bin checks python3 "$here/cumulusci/run.py"
    ;;
  *)
    echo "there is no client $client" >&2
    exit 2
    ;;
  esac
  waited+=("$client:$!")
done

for one in "${waited[@]:-}"; do
  [ -n "$one" ] || continue
  wait "${one#*:}" || { echo "FAILED: the checks of ${one%:*} ended early"; tail -n 40 "$folder/${one%:*}/out"; }
done
# shellcheck disable=SC2046
python3 "$here/table.py" $(printf "$folder/%s\n" "${waited[@]%:*}")
