#!/usr/bin/env bash
# Writes the types of the contract again: sdk/typings, with componentize-py in the version of toolchain/requirements.txt.
# With --check it says whether they are as they would be written. A component has types of its own; these are for editors,
# type checkers and tests.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
componentize-py -q -d ../../../wit/step.wit -w step bindings "$folder/all"
mkdir "$folder/typings"
cp -r "$folder"/all/{wit_world,componentize_py_types.py} "$folder/typings"
if [ "${1:-}" = --check ]; then
  exec diff -r -x __pycache__ "$folder/typings" sdk/typings
fi
rm -rf sdk/typings
cp -r "$folder/typings" sdk/typings
