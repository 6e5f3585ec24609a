#!/usr/bin/env bash
# A new plugin in each language, from an empty folder: made, built, built again after a change, tested, used by a recipe
# on a practice org, undone.
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

try() {
  local home first warm tests recipe wasm source manifest
  home=$folder/home-$language
  mkdir -p "$home"
  ln -s "$cache" "$home/cache"
  export USHER_HOME=$home
  cd "$folder"
  if ! timed "$usher" plugin new "my-$language" --lang "$language"; then
    grep -q 'workshop/no-template' "$folder/output" && { skipped "there is no template"; return 0; }
    cat "$folder/output"
    return 1
  fi
  cd "my-$language"
  if ! timed "$usher" plugin build; then
    grep -qE 'build/no-tool(chain)?$' "$folder/output" && { skipped "$(grep '^error' "$folder/output")"; return 0; }
    cat "$folder/output"
    return 1
  fi
  first=$seconds
  # A change as an author makes it: the source and its time differ.
  source=$(ls src/lib.rs plugin.js plugin.py plugin.c plugin.toml 2>/dev/null | head -1)
  case $source in
    *.rs | *.js | *.c) printf '\n// Saved.\n' >>"$source" ;;
    *) printf '\n# Saved.\n' >>"$source" ;;
  esac
  step "$usher" plugin build || return 1
  warm=$seconds
  step "$usher" plugin lint . --strict || return 1
  step "$usher" plugin test || return 1
  tests=$seconds
  step "$usher" allow recipe.toml --yes || return 1
  step "$usher" apply recipe.toml --org practice --yes || return 1
  recipe=$seconds
  step "$usher" check recipe.toml --org practice || return 1
  step "$usher" undo --yes || return 1
  wasm=$(wc -c <"my-$language.wasm")
  manifest=$(lines manifest.json)
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
    "$language" "$(lines "$source")" "$manifest" "$wasm" "$first" "$warm" "$tests" "$recipe" >>"$table"
}

for language in "${languages[@]}"; do
  (try) || failed=1
done
if [ -s "$table" ]; then
  printf 'language\tsource lines\tmanifest lines\tbytes\tfirst build s\tbuild s\ttest s\tapply s\n' |
    cat - "$table" | column -t -s $'\t'
fi
exit $failed
