#!/usr/bin/env bash
# What the documentation shows is true: links lead to files, and the studies in
# it verify.
#   docs_test.sh PROGRAM
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
root=$PWD

documents=(README.md CONTRIBUTING.md docs/*.md docs/results/*.md)
((${#documents[@]} >= 8)) || fail "found only ${documents[*]}"

# Links [text](path) to files of this repository, without #anchors.
links=0
for document in "${documents[@]}"; do
  while read -r link; do
    links=$((links + 1))
    [[ -e $(dirname "$document")/$link ]] ||
      fail "$document: the link to '$link' leads nowhere"
  done < <(grep -oP '\]\(\K[^)#]+' "$document" | grep -v '^https\?:')
done
((links >= 10)) || fail "found only $links links"

# Blocks of YAML are whole studies.
cd "$TEST_TMPDIR" || exit 1
studies=0
for document in docs/spec.md docs/own_images.md; do
  rm -f study.*.yaml
  awk '/^```yaml$/ { on = 1; ++n; next } /^```$/ { on = 0 }
    on { print >("study." n ".yaml") }' "$root/$document"
  for study in study.*.yaml; do
    contains "$document shows a study" "$study" "study: "
    expect "the study in $document verifies" 0 "$run" --verify="$study"
    studies=$((studies + 1))
  done
done
((studies >= 3)) || fail "found only $studies studies"

finish
