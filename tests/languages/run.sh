#!/usr/bin/env bash
# A new plugin in each language, from an empty folder: made, built, built again after a change, tested, used by a recipe
# on a practice org, undone, watched by `plugin dev`. A manifest that declares nothing is refused and written by the tests.
# Then the step that is written in every language (plugins/examples/account-groups): built, and tested with the rehearsals
# that all of them share.
#
#   tests/languages/run.sh BINARY [rust|js|python|c|data …]
#
# Prints a table of seconds, bytes and lines. Fails when a step fails. A language whose tools are not on this machine and
# cannot be fetched is skipped, and so is one without a template. Tools are kept in $USHER_LANGUAGES_CACHE (otherwise in
# the cache of the user); all else is removed.
set -euo pipefail
usher=$(realpath "$1")
shift
languages=("$@")
[ ${#languages[@]} -gt 0 ] || languages=(rust js python c data)
cache=${USHER_LANGUAGES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-languages}
mkdir -p "$cache"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
examples=$(realpath "$(dirname "$0")/../../plugins/examples/account-groups")
table=$folder/table
failed=0

# Runs a command; sets `seconds`. Its output is shown when it fails.
timed() {
  local began ended status=0
  began=$(date +%s.%N)
  "$@" >"$folder/output" 2>&1 || status=$?
  ended=$(date +%s.%N)
  seconds=$(awk -v a="$began" -v b="$ended" 'BEGIN { printf "%.1f", b - a }')
  return $status
}
# The same of a step of a language. When it fails, the language has failed.
step() {
  timed "$@" && return 0
  echo "$language: \`${*/#$usher/usher}\` failed:"
  sed 's/^/  /' "$folder/output"
  return 1
}
skipped() {
  echo "$language: skipped: $1"
}
# Lines of what an author writes, without blanks.
lines() {
  cat "$@" 2>/dev/null | grep -vc '^[[:space:]]*$' || true
}

# Makes and builds a new plugin; sets `first`. Ends with 2 when the language is skipped.
made() {
  if ! timed "$usher" plugin new "$1" --lang "$language"; then
    grep -q 'workshop/no-template' "$folder/output" || { cat "$folder/output"; return 1; }
    skipped "there is no template"
    return 2
  fi
  cd "$1"
}
built() {
  if ! timed "$usher" plugin build; then
    grep -qE 'build/no-tool(chain)?$' "$folder/output" || { cat "$folder/output"; return 1; }
    skipped "$(grep '^error' "$folder/output")"
    return 2
  fi
  first=$seconds
}
source_of() {
  ls src/lib.rs plugin.js plugin.py plugin.c plugin.toml 2>/dev/null | head -1
}
# A change as an author makes it: the source and its time differ.
changed() {
  local source
  source=$(source_of)
  case $source in
    *.rs | *.js | *.c) printf '\n// Saved.\n' >>"$source" ;;
    *) printf '\n# Saved.\n' >>"$source" ;;
  esac
}
row() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$language" "$@" >>"$table"
}
home() {
  export USHER_HOME=$folder/$language-$1/home
  mkdir -p "$USHER_HOME"
  ln -s "$cache" "$USHER_HOME/cache"
  cd "$folder/$language-$1"
}

# Waits until `plugin dev` has tested so many times.
tested() {
  for _ in $(seq 600); do
    [ "$(grep -c ' passed\.$' "$folder/dev")" -lt "$1" ] || return 0
    sleep 0.2
  done
  return 1
}
# `plugin dev` builds and tests at once, and again when the source is saved.
watched() {
  local dev status=0
  "$usher" plugin dev >"$folder/dev" 2>&1 &
  dev=$!
  { tested 1 && changed && tested 2; } || status=1
  kill "$dev"
  wait "$dev" || true
  [ $status -eq 0 ] && return 0
  echo "$language: \`plugin dev\` does not test after a save:"
  sed 's/^/  /' "$folder/dev"
  return 1
}
# A plugin whose manifest declares nothing is refused; `--declare` writes what the rehearsals used.
declared() {
  [ -f manifest.json ] || return 0
  python3 -c 'import json
manifest = json.load(open("manifest.json"))
manifest["reads"], manifest["writes"] = {}, {}
json.dump(manifest, open("manifest.json", "w"))'
  step "$usher" plugin build || return 1
  if timed "$usher" plugin test || ! grep -q 'which its manifest does not declare' "$folder/output"; then
    echo "$language: a read that is not declared is not refused:"
    sed 's/^/  /' "$folder/output"
    return 1
  fi
  step "$usher" plugin test --declare || return 1
  step "$usher" plugin build || return 1
  step "$usher" plugin test || return 1
}

new_plugin() {
  local first warm tests own
  home new
  made "my-$language" && built || return $?
  own=$(lines "$(source_of)")
  changed
  step "$usher" plugin build || return 1
  warm=$seconds
  step "$usher" plugin lint . --strict || return 1
  step "$usher" plugin test || return 1
  tests=$seconds
  step "$usher" allow recipe.toml --yes || return 1
  step "$usher" apply recipe.toml --org practice --yes || return 1
  local applied=$seconds
  step "$usher" check recipe.toml --org practice || return 1
  step "$usher" undo --yes || return 1
  # One toolchain takes so long that three more builds would double the time of all of this.
  [ "$language" = python ] || { watched && declared; } || return 1
  row "new" "$own" "$(lines manifest.json)" "$(wc -c <"my-$language.wasm")" "$first" "$warm" "$tests" "$applied"
}

account_groups() {
  local example=$examples/$language first warm tests own
  [ -d "$example" ] || return 0
  home groups
  made account-groups || return $?
  # The recipe and the records of the template are those of another step.
  rm -rf tests recipe.toml practice.toml
  cp -r "$example/." .
  cp -r "$examples/tests" "$examples/recipe.toml" "$examples/practice.toml" .
  # In Rust and of data, the manifest follows from the source.
  case $language in
    rust | data) rm -f manifest.json ;;
    *) cp "$examples/manifest.json" . ;;
  esac
  built || return $?
  own=$(lines "$(source_of)")
  changed
  step "$usher" plugin build || return 1
  warm=$seconds
  step "$usher" plugin test || return 1
  tests=$seconds
  row "account-groups" "$own" "$(lines manifest.json)" "$(wc -c <account-groups.wasm)" "$first" "$warm" "$tests" "-"
}

for language in "${languages[@]}"; do
  for step in new_plugin account_groups; do
    # 2: skipped.
    ($step) || [ $? -eq 2 ] || failed=1
  done
done
if [ -s "$table" ]; then
  printf 'language\tstep\tsource lines\tmanifest lines\tbytes\tfirst build s\tbuild s\ttest s\tapply s\n' |
    cat - "$table" | column -t -s $'\t'
fi
exit $failed
