#!/usr/bin/env bash
# Writes the bindings of the contract again: sdk/step.c, sdk/step.h and sdk/step_component_type.o, with
# `cargo install wit-bindgen-cli --version 0.61.0 --no-default-features --features c`. With --check it says whether they
# are as they would be written.
set -euo pipefail
cd "$(dirname "$0")"
wit=../../../wit/step.wit
if [ "${1:-}" != --check ]; then
  exec wit-bindgen c --world step --out-dir sdk "$wit"
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
wit-bindgen c --world step --out-dir "$folder" "$wit"
for file in "$folder"/*; do
  cmp "$file" "sdk/$(basename "$file")"
done
