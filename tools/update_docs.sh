#!/usr/bin/env bash
# Writes what is made from the registered plugins: docs/plugins.md and
# docs/bigstep.schema.json.
set -euo pipefail
runner=$PWD/$1
docs=${BUILD_WORKSPACE_DIRECTORY:?run this with: bazel run //tools:update_docs}/docs
write() { # FILE FLAG
  "$runner" "$2" >"$docs/$1.new"
  mv "$docs/$1.new" "$docs/$1"
  echo "wrote docs/$1"
}
write plugins.md --describe=all
write bigstep.schema.json --schema
