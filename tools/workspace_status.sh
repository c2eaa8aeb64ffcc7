#!/bin/bash
# Tells Bazel which version of the code is being built. Run by every build, so
# it must be quick and must not fail: a folder outside git is `unknown`.
set -uo pipefail

commit=unknown
dirty=false
# Only a git that tracks our files may speak for them: an unpacked archive can
# lie within somebody else's repository.
if git ls-files --error-unmatch WORKSPACE >/dev/null 2>&1; then
  if sha="$(git rev-parse --verify --quiet HEAD)"; then
    commit="${sha}"
  fi
  # Of untracked files, sources count: they change what is built. A user's
  # specs and results do not.
  if [[ -n "$(git status --porcelain --untracked-files=no 2>/dev/null)" ||
    -n "$(git ls-files --others --exclude-standard -- \
      '*.cc' '*.h' '*.bzl' '*.css' '*.js' '*BUILD' 2>/dev/null)" ]]; then
    dirty=true
  fi
fi
# STABLE_: Bazel rebuilds what is stamped when one of these changes.
echo "STABLE_GIT_COMMIT ${commit}"
echo "STABLE_GIT_DIRTY ${dirty}"
