#!/usr/bin/env bash
# The flags that show and choose trials: --plan, --only, --shard, --schema.
#   run_plan_test.sh RUNNER SPEC
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
cp "$2" "$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

records() { find "$1" -name record.json | wc -l; }

expect "a plan without records" 0 "$run" --plan=tiny.yaml --out=a
contains "is all to do" out "6 trials in 4 configurations: 0 done, 6 to train"
contains "with the time that a few steps suggest" out "timing a few steps of each kind"
! grep -q "seed 0" out || fail "a plan lists its trials unasked"
contains "with the counts of the data" out "1 (aligned)"
contains "of all splits" out "train  validation"
[[ ! -e a ]] || fail "a plan left something"

expect "one value alone runs" 0 "$run" --spec=tiny.yaml --out=a --only=lr=0.3
[[ $(records a) == 2 ]] || fail "--only: expected 2 records"
contains "with all rows in the table" out "l2=strong"
contains "of which some are missing" out "2 missing"
expect "a plan with its trials" 0 "$run" --plan=tiny.yaml --trials --out=a
contains "lists what is done" out "completed  lr: lr=0.3, seed 1"
contains "and what is not" out "missing  lr: lr=0.1, seed 1"
expect "no list without a plan" 2 "$run" --spec=tiny.yaml --trials --out=a
contains "says how to get it" err "use it with --plan=my.yaml"
expect "the plan then knows times" 0 "$run" --plan=tiny.yaml --out=a --workers=3
contains "of the others" out "6 trials in 4 configurations: 2 done, 4 to train"
contains "with as many workers" out "with 3 workers"
expect "a choice of the plan" 0 "$run" --plan=tiny.yaml --out=a \
  --only='state=missing,axis=l2'
contains "is shown alone" out "4 trials in 3 configurations: 0 done, 4 to train"

for shard in 0/4 1/4 2/4 3/4; do
  expect "shard $shard runs" 0 "$run" --spec=tiny.yaml --out=b --shard=$shard
done
contains "the last one ends the study" err "results in b/tiny"
[[ $(records b) == 6 ]] || fail "--shard: expected 6 records"
expect "whole" 0 "$run" --spec=tiny.yaml --out=c
same "shards make the same table" b/tiny/table.md c/tiny/table.md

expect "the schema is printed" 0 "$run" --schema
contains "as JSON" out '"$schema": "http://json-schema.org/draft-07/schema#"'

# Bad input: one clear message, exit code 2, nothing on standard output.
for flags in --spec --plan; do
  expect "a filter of nothing ($flags)" 2 "$run" $flags=tiny.yaml --out=d \
    --only=lr=7
  contains "names what there is" err "(known: 0.1, 0.3)"
  expect "a shard beyond the last ($flags)" 2 "$run" $flags=tiny.yaml \
    --out=d --shard=2/2
  contains "says where numbering starts" err "numbered from 0"
  expect "missing data ($flags)" 2 "$run" $flags=tiny.yaml --out=d \
    --set=dataset=colored_mnist --data_root=nowhere
  contains "are named" err "nowhere/mnist/train-images-idx3-ubyte"
  expect "a batch beyond the data ($flags)" 2 "$run" $flags=tiny.yaml --out=d \
    --set=training.batch_size=201
  contains "is named" err "training.batch_size 201 exceeds the 200 training"
  [[ ! -s out && ! -e d ]] || fail "bad input left something"
done

finish
