#!/usr/bin/env bash
# Writes what is made from the registered plugins: docs/plugins.md.
set -euo pipefail
runner=$PWD/$1
docs=${BUILD_WORKSPACE_DIRECTORY:?run this with: bazel run //tools:update_docs}/docs
"$runner" --describe=all >"$docs/plugins.md.new"
mv "$docs/plugins.md.new" "$docs/plugins.md"
echo "wrote docs/plugins.md"
