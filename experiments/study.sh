#!/usr/bin/env bash
# Runs a study: study.sh RUNNER SPEC [flags for the runner].
set -euo pipefail
runner=$PWD/$1
# Under `bazel run` the spec in the source tree, so that messages name the file
# the user can edit.
spec=${BUILD_WORKSPACE_DIRECTORY:-$PWD}/$2
exec "$runner" --spec="$spec" "${@:3}"
