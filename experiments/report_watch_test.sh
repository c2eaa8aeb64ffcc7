#!/usr/bin/env bash
# The report of a study under way, written again when a trial ends.
#   report_watch_test.sh REPORT STUDY RECORD
set -uo pipefail
source tools/testing.sh
report=$PWD/$1
study=$PWD/$2
record=$PWD/$3
cd "$TEST_TMPDIR" || exit 1
id=$(sed -n 's/.*"id": "\([0-9a-f]*\)".*/\1/p' "$record" | head -1)

# watch FOLDER: starts to watch it; its process is $watcher.
watch() {
  "$report" --out="$1" --watch >watched 2>notes &
  watcher=$!
}

# await NAME FILE TEXT: until the file has the text, at most 30 s.
await() {
  for ((i = 0; i < 300; ++i)); do
    grep -qsF -- "$3" "$2" && return
    sleep 0.1
  done
  fail "$1: '$3' is not in $2"
  cat watched notes
}

# ended NAME CODE: that the watcher ends with it.
ended() {
  wait "$watcher"
  local found=$?
  [[ $found == "$2" ]] || fail "$1: expected exit code $2, found $found"
}

mkdir -p quickstart/trials
cp "$study" quickstart/study.json
trials=$(grep -c '"seed"' quickstart/study.json)
watch quickstart
await "nothing is done" watched "quickstart: $trials missing"
await "the page says so" quickstart/report.html \
  "0 of $trials trials finished, $trials missing."
await "and reloads itself" quickstart/report.html "reloads every 5 seconds"

mkdir "quickstart/trials/$id"
cp "$record" "quickstart/trials/$id/record.json"
await "a trial ends" watched \
  "quickstart: 1 completed, $((trials - 1)) missing"
await "the page counts it" quickstart/report.html \
  "1 of $trials trials finished, $((trials - 1)) missing."

kill -INT "$watcher"
ended "interrupted" 130
contains "the page stays" quickstart/report.html "1 of $trials trials finished"

# A study whose only trial is done.
mkdir -p done/trials
cp -r "quickstart/trials/$id" done/trials
tr -d '\n' <"$study" |
  sed -E "s/(\"trials\": *\[).*(\{[^{}]*\"id\": *\"$id\"[^{}]*\}).*/\1\2]}/" \
    >done/study.json
watch done
ended "a finished study" 0
contains "is reported once" watched "done: 1 completed"
if grep -qF "reloads every" done/report.html; then
  fail "the page of a finished study reloads itself"
fi

finish
