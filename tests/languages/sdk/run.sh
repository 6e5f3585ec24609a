#!/usr/bin/env bash
# The SDKs for JavaScript, Python and C without components, their types, and the files in them that are written by tools.
# What is not on this machine is fetched once into $USHER_LANGUAGES_CACHE/checks, and left out, by name, when it cannot be.
set -euo pipefail
cd "$(dirname "$0")/../../.."
languages=plugins/languages
cache=${USHER_LANGUAGES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/usher-languages}/checks
mkdir -p "$cache"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1

python3 $languages/js/contract.py --check
node --test tests/languages/sdk/sdk.test.mjs >"$folder/node" || { cat "$folder/node"; exit 1; }
python3 tests/languages/sdk/sdk_test.py

if cc=$(command -v cc); then
  "$cc" -std=gnu11 -Wall -Wextra -Werror -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
    -I $languages/c/sdk -I tests/languages/sdk tests/languages/sdk/sdk_test.c -o "$folder/sdk_test"
  # The SDK frees nothing.
  ASAN_OPTIONS=detect_leaks=0 "$folder/sdk_test" tests/languages/sdk/sameness.json
else
  echo "left out: the SDK for C, because there is no C compiler"
fi

if [ -d "$cache/node_modules/typescript" ] || npm install --silent --prefix "$cache" typescript@5.9.3; then
  node $languages/js/types.mjs "$cache/node_modules/typescript" --check
else
  echo "left out: the types of JavaScript, because TypeScript cannot be fetched"
fi

if [ -x "$cache/python/bin/mypy" ] || { python3 -m venv "$cache/python" &&
  "$cache/python/bin/pip" install --quiet mypy==2.4.1 &&
  "$cache/python/bin/pip" install --quiet --require-hashes -r $languages/python/toolchain/requirements.txt; }; then
  for plugin in $languages/python/template $languages/../examples/account-groups/python; do
    MYPYPATH=$languages/python/sdk:$languages/python/sdk/typings "$cache/python/bin/mypy" --strict \
      --cache-dir "$folder/mypy" --no-error-summary "$plugin/plugin.py"
  done
  PATH=$cache/python/bin:$PATH $languages/python/bindings.sh --check
else
  echo "left out: the types of Python, because mypy cannot be fetched"
fi

if command -v wit-bindgen >/dev/null; then
  $languages/c/bindings.sh --check
else
  echo "left out: the bindings of C, because there is no wit-bindgen"
fi
echo "the SDKs are in order"
