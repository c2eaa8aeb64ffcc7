#!/usr/bin/env bash
# Habits of prose that a native technical writer does not have, in pages, comments
# and messages. Reads the source tree itself, where the links of the test's files
# lead.
#
# Each line of HABITS: a Perl regular expression, a tab, what to write instead.
# Each line of EXCEPTIONS: a fixed text that may stand on a line although a habit
# matches it, a tab, the reason.
set -uo pipefail
source tools/testing.sh
root=$(dirname "$(dirname "$(readlink -f tools/testing.sh)")")

HABITS=$(cat <<'END'
(?<![Tt]here )\bis no (?!longer\b|more\b|better\b|worse\b|larger\b|such\b)[a-z]	"is not a"
\banew\b	"again"
\bgoes on\b	"continues"
\ball the same\b	"still"
\bmend(s|ed|ing)?\b	"fix"
\bfor want of\b	"for lack of"
\bbelongs? into\b	"belongs in"
\bshall\b	"must"
\bby itself\b	"on its own"
\b(it|that|which|label|digit|page|report|program|message|table|block|study|file) tells?\b	"says", "shows" or "predicts"
\bhears?\b	"learns"
\bobeys?\b	"follows"
\bwhat is wrong\b	"the error"
\bwhat came\b	name the thing
\bstands there\b	"is there", or "duplicate"
(^|[.:] )Of (a|an|the|several|all|each) [^.,]*, [a-z]	begin with the subject
END
)

# Names, quotations and what only looks like a habit.
EXCEPTIONS=$(cat <<'END'
tools/english_test.sh	this file
END
)


while IFS=$'\t' read -r habit instead; do
  grep -qP -- "$habit" </dev/null
  (($? < 2)) || fail "bad expression: $habit"
  while read -r line; do
    allowed=false
    while IFS=$'\t' read -r text _; do
      [[ $line != *"$text"* ]] || allowed=true
    done <<<"$EXCEPTIONS"
    $allowed || fail "${line:0:160}
    /$habit/: write $instead"
  done < <(cd "$root" && find . -regextype posix-extended \
    \( -path './bazel-*' -o -path '*/.*' -o -path './examples/external/bazel-*' \) -prune -o \
    -type f -regex '.*\.(md|h|cc|sh|py|bzl|yaml|bazelrc)|.*/BUILD|.*/tools/bazel' -print0 |
    xargs -0 grep -nP -- "$habit")
done <<<"$HABITS"
files=$(cd "$root" && find . -name '*.md' -not -path './bazel-*' | wc -l)
((files > 20)) || fail "found only $files pages below $root"
finish
