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
  # Untracked files count: a new source file changes what is built.
  if [[ -n "$(git status --porcelain 2>/dev/null | head -c1)" ]]; then
    dirty=true
  fi
fi
# STABLE_: Bazel rebuilds what is stamped when one of these changes.
echo "STABLE_GIT_COMMIT ${commit}"
echo "STABLE_GIT_DIRTY ${dirty}"
