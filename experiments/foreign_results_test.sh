#!/usr/bin/env bash
# Results, records and specs of another person, who may mean harm.
#   foreign_results_test.sh RUN REPORT REPRODUCE SPEC
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
report=$PWD/$2
reproduce=$PWD/$3
cp "$4" "$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

expect "a study runs" 0 "$run" --spec=tiny.yaml --out=clean --progress=quiet
one=$(basename "$(dirname "$(find clean -name record.json | sort | head -1)")")
two=$(basename "$(dirname "$(find clean -name record.json | sort | tail -1)")")

# The reader's own files, to which links lead.
mkdir home
fresh() {
  rm -rf t home
  mkdir -p home/folder
  echo secret >home/file
  cp clean/tiny/figures/plane.gp home/folder/kept.tmp-1
  cp -r clean t
}
untouched() {
  [[ $(cat home/file) == secret ]] || fail "$1: a file was written"
  [[ $(find home | sort | xargs) == "home home/file home/folder home/folder/kept.tmp-1" ]] ||
    fail "$1: $(find home)"
}

# linked NAME CODE TEXT SPOIL: after SPOIL, in the study's folder, which puts
# links to ../../home, the run and the report end with CODE, say TEXT if it is
# not empty, and touch nothing there.
linked() {
  local name=$1 code=$2 text=$3 spoil=$4
  fresh
  rm -r "t/tiny/trials/$one"
  (cd t/tiny && eval "$spoil")
  expect "$name: run" "$code" "$run" --spec=tiny.yaml --out=t --progress=quiet
  [[ -z $text ]] || contains "$name: run" err "$text"
  untouched "$name: run"
  rm -rf t/tiny/trials
  cp -r clean/tiny/trials t/tiny
  (cd t/tiny && eval "$spoil")
  "$report" --out=t/tiny >out 2>err
  untouched "$name: report"
}
linked "log.txt" 2 "log.txt is a symbolic link" \
  "mkdir -p trials/$one; ln -sf ../../../../home/file trials/$one/log.txt"
linked "a trial's lock" 2 "lock is a symbolic link" \
  "mkdir -p trials/$one; ln -sf ../../../../home/new trials/$one/lock"
linked "the lock of the study" 2 "tiny/lock is a symbolic link" \
  "ln -sf ../../home/new lock"
linked "a trial's folder" 2 "trials/$one is a symbolic link" \
  "rm -rf trials/$one; ln -s ../../../home/folder trials/$one"
linked "all trials" 2 "trials is a symbolic link" \
  "rm -rf trials; ln -s ../../home/folder trials"
linked "a record" 2 "record.json is a symbolic link" \
  "ln -sf ../../../../home/file trials/$two/record.json"
linked "the figures" 2 "figures is a symbolic link" \
  "rm -r figures; ln -s ../../home/folder figures"
linked "study.json" 2 "study.json is a symbolic link" \
  "ln -sf ../../home/file study.json"
linked "a figure" 0 "" "ln -sf ../../../home/file figures/plane.svg
  ln -sf ../../../home/new figures/plane.pdf
  ln -sf ../../../home/new figures/plane.png
  ln -sf ../../../home/file figures/plane.csv"
linked "tables, the page and the status" 0 "" "for name in table.md table.csv trials.csv \
  comparison.tex report.html status.json; do ln -sf ../../home/file \$name; done"
linked "a checkpoint and a leftover" 0 "" "mkdir -p trials/$one
  ln -s ../../../../home/file trials/$one/checkpoint.bigstep
  ln -s ../../../../home/file trials/$one/record.json.tmp-1"

fresh
ln -s ../../../../home/new "t/tiny/trials/$two/weights.safetensors"
printf '\x89PNGsecret' >home/picture
ln -s ../../home/picture t/tiny/samples.png
expect "a picture" 0 "$report" --out=t/tiny
! grep -q "$(printf '\x89PNGsecret' | base64)" t/tiny/report.html ||
  fail "a picture behind a link is in the page"

fresh
mv t/tiny home/study
ln -s ../home/study t/tiny
expect "the folder of a study" 2 "$run" --spec=tiny.yaml --out=t
contains "that is a link is refused" err "t/tiny is a symbolic link"
ln -s home/study named
expect "but what its user names may be one" 0 "$report" --out=named
rm -r home/study named

fresh
mkdir t/tiny/tensorboard_of_mine
rm -rf t/tiny/tensorboard
ln -s ../../home/folder t/tiny/tensorboard
expect "event files" 0 "$report" --out=t/tiny --tensorboard
untouched "event files"
[[ -d t/tiny/tensorboard && ! -L t/tiny/tensorboard ]] || fail "no event files"

# Values nested deep enough to use up a stack.
deep=$(head -c 100000 /dev/zero | tr '\0' '[')$(head -c 100000 /dev/zero | tr '\0' ']')
fresh
mkdir t/tiny/trials/ffff
echo "{\"format\": 1, \"id\": \"ffff\", \"trial\": $deep}" >t/tiny/trials/ffff/record.json
for mode in spec plan; do
  expect "--$mode with a deep record that is not the study's" 0 \
    "$run" --$mode=tiny.yaml --out=t
done
for key in trial metrics provenance; do
  fresh
  sed -i "s/\"$key\": {/\"$key\": {\"x\": $(printf %s "[$(printf '[%.0s' {1..3000})$(printf ']%.0s' {1..3000})]"),/" \
    "t/tiny/trials/$one/record.json"
  for command in "$run --spec=tiny.yaml --out=t" "$run --plan=tiny.yaml --out=t" \
    "$report --out=t/tiny" "$reproduce --record=t/tiny/trials/$one"; do
    expect "$command with deep $key" 2 $command
    contains "names the file" err "trials/$one/record.json"
    contains "and says why" err "nested at most 64 deep"
  done
done

# damaged SED_SCRIPT TEXT: reproduce reports the error in a record.
damaged() {
  fresh
  sed -i "$1" "t/tiny/trials/$one/record.json"
  expect "reproduce with $1" 2 "$reproduce" --record="t/tiny/trials/$one"
  contains "says" err "$2"
  ! grep -q 'json.exception' err || fail "a message for programmers: $(cat err)"
}
damaged 's/"provenance": {/"provenance": null, "x": {/' "provenance: expected an object"
damaged 's/"provenance": {/"provenance": [], "x": {/' "provenance: expected an object"
damaged 's/"data": {/"data": [], "x": {/' "data: expected an object"
damaged 's/"commit": "[^"]*"/"commit": 5/' "provenance.commit: expected text"
damaged 's/"threads": 1/"threads": 1000000000/' "provenance.threads: expected an integer"
damaged 's/"steps": 30/"steps": 1e23/' "steps: expected an integer"
fresh
printf 'step,train_loss\n10,\xff\n' >"t/tiny/trials/$one/history.csv"
expect "a history that is not UTF-8" 1 "$reproduce" --record="t/tiny/trials/$one"
contains "differs" out $'recorded "\xef\xbf\xbd"'

# Names that are commands to a terminal.
cat >escapes.yaml <<'END'
study: escapes
question: "a\e[2J\e]0;mine\a\x9b2J\0b"
base:
  dataset: {name: parity, num_train: 200, num_validation: 100, num_test: 100}
  model: {name: fcn, hidden: [8]}
  optimizer: {name: sgd, lr: 0.1}
  training: {batch_size: 20, max_steps: 30, eval_every: 10}
metrics: [accuracy]
axes:
  lr: {set: optimizer.lr, values: [0.1, 0.3], labels: ["a\e[2J\e]0;mine\a\x9b\0", "=1+1\u202e\n'\"`$(ls)"]}
plan:
  one_at_a_time: [lr]
seeds: 1
compare: {metrics: [accuracy.unbiased_test]}
END
# plain NAME FILE...: no control character but line ends and tabs, no direction.
plain() {
  local name=$1
  shift
  LC_ALL=C grep -lP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$@" |
    while read -r file; do echo "$file"; done >found
  [[ ! -s found ]] || fail "$name: control characters in $(cat found)"
}
expect "a plan" 0 "$run" --plan=escapes.yaml --trials --out=e
plain "--plan" out err
contains "shows them" out "<U+001B>[2J"
expect "a spec with all options" 0 "$run" --resolve=escapes.yaml
plain "--resolve" out
cp out resolved.yaml
expect "is the same study" 0 "$run" --verify=resolved.yaml
expect "a run" 0 "$run" --spec=escapes.yaml --out=e --progress=plain
plain "a run" out err e/escapes/trials/*/log.txt e/escapes/*.{md,csv,html,tex} e/escapes/figures/*.csv
contains "and its log show them" "$(grep -l 'a<U+001B>' e/escapes/trials/*/log.txt)" "<U+001B>]0;mine<U+0007>"
contains "a formula is text" e/escapes/trials.csv "'=1+1"
expect "a report" 0 "$report" --out=e/escapes
plain "a report" out err

finish
