#!/bin/bash
# Tells Bazel which version of the code is being built. Run by every build, in
# the folder of the workspace, so it must be quick and must not fail: a folder
# outside git is `unknown`. A workspace that has Bigstep as a part gets two
# versions, its own and Bigstep's.
set -uo pipefail

# Prints the commit of the folder $1, "+" appended if it has changes.
version() {
  local commit=unknown
  cd "$1" || return
  # Only a git that tracks our files may speak for them: an unpacked archive can
  # lie within somebody else's repository.
  if git ls-files --error-unmatch WORKSPACE >/dev/null 2>&1; then
    commit="$(git rev-parse --verify --quiet HEAD)" || commit=unknown
    # Untracked sources count, since they change what is built; a user's specs
    # and results do not.
    if [[ -n "$(git status --porcelain --untracked-files=no . 2>/dev/null)" ||
      -n "$(git ls-files --others --exclude-standard -- \
        '*.cc' '*.h' '*.bzl' '*.css' '*.js' '*BUILD' 2>/dev/null)" ]]; then
      commit+=+
    fi
  fi
  echo "${commit}"
}

workspace="$(pwd -P)"
bigstep="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)"
# STABLE_: Bazel rebuilds what is stamped when one of these changes.
echo "STABLE_GIT_COMMIT $(version "${bigstep}")"
if [[ "${workspace}" != "${bigstep}" ]]; then
  echo "STABLE_WORKSPACE_COMMIT $(version "${workspace}")"
fi
