#!/usr/bin/env bash
# The program that runs a recorded trial again: exit codes and messages.
#   reproduce_test.sh REPRODUCE RUNNER SPEC
set -uo pipefail
source tools/testing.sh
reproduce=$PWD/$1
run=$PWD/$2
cp "$3" "$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

# Two trials: one completes, one diverges.
lr=(--set='axes={lr: {set: optimizer.lr, values: [0.1, 1.0e+30]}}'
  --set='plan={one_at_a_time: [lr]}' --set=seeds=1)
expect "a study runs" 0 "$run" --spec=tiny.yaml --out=results "${lr[@]}"
completed="$(dirname "$(grep -l completed results/tiny/trials/*/record.json)")"
diverged="$(dirname "$(grep -l diverged results/tiny/trials/*/record.json)")"
find results -type f | sort | xargs sha256sum >before

expect "a fresh record is reproduced" 0 "$reproduce" --record="$completed"
contains "and it says so" out "PASS: completed after 30 steps as recorded"
contains "to the last bit" out "all are equal to the last bit"
contains "with its history" out "3 rows of history among them"
! grep -q ": recorded" out || fail "the same program differs from itself"
expect "by its file too" 0 "$reproduce" --record "$completed/record.json"
expect "and the file of its settings" 0 "$reproduce" \
  --record "$completed/trial.yaml"
expect "relative paths start where the user is" 0 \
  env BUILD_WORKING_DIRECTORY="$PWD" \
  sh -c "cd / && exec '$reproduce' --record='$completed'"
expect "divergence is a result" 0 "$reproduce" --record="$diverged"
contains "and named" out "PASS: diverged after"
find results -type f | sort | xargs sha256sum >after
same "nothing is written" before after

# The kernels of BLAS decide the last digits. Without OpenBLAS nothing changes.
expect "a study with kernels of its own" 0 \
  env OPENBLAS_CORETYPE=Haswell "$run" --spec=tiny.yaml --out=kernels \
  --set=seeds=1
for trial in kernels/tiny/trials/*; do
  expect "its trial" 0 "$reproduce" --record="$trial"
  contains "is reproduced" out "all are equal to the last bit"
  ! grep -q ": recorded" out || fail "with other kernels: $(cat out)"
done

# tamper SED_SCRIPT: a copy of the completed trial with another record.
tamper() {
  rm -rf tampered
  cp -r "$completed" tampered
  sed -i "$1" tampered/record.json
  ! cmp -s tampered/record.json "$completed/record.json" ||
    fail "nothing was changed by $1"
}

tamper 's/"unbiased_test": [0-9.]*/"unbiased_test": 0.015625/'
expect "a changed metric is found" 1 "$reproduce" --record=tampered
contains "by name" out "accuracy.unbiased_test: recorded 0.015625, found 0."
contains "and counted" out "FAIL: 1 value differs"

tamper 's/"outcome": "completed"/"outcome": "failed"/; s/"stop": "max_steps"/"stop": null/'
expect "so is another outcome" 1 "$reproduce" --record=tampered
contains "by name" out 'outcome: recorded "failed", found "completed"'

rm -rf tampered
cp -r "$completed" tampered
sed -i '2s/,0\.[0-9]*,/,0.5,/' tampered/history.csv
expect "so is another history" 1 "$reproduce" --record=tampered
contains "by name" out "history.csv step 10, train_loss: recorded 0.5, found 0."
expect "a tolerance may be too small" 1 "$reproduce" --record=tampered \
  --tolerance=1e-9
expect "or large enough" 0 "$reproduce" --record=tampered --tolerance=0.9
contains "and the difference is shown" out "1 differ within --tolerance=0.9"

tamper 's/"commit": "[^"]*"/"commit": "0123abc+"/'
sed -i 's/"sha256": "[^"]*"/"sha256": "feed"/' tampered/record.json
expect "another program may give the same" 0 "$reproduce" --record=tampered
contains "and what differs is shown" out "commit: recorded 0123abc+, here "
contains "changes too" out "had changes of its own"
contains "the data as well" out "data: recorded feed, here "

tamper 's/"lr": 0.1/"lr": 0.2/'
expect "other settings are not those of the record" 2 "$reproduce" \
  --record=tampered
contains "as its id shows" err "they were changed after the trial"

expect "no record" 2 "$reproduce" --record=none
contains "is bad input" err "expected the folder of a trial"
expect "neither is another file" 2 "$reproduce" --record=tiny.yaml
expect "nor none" 2 "$reproduce"
contains "and says so" err "no record given"
expect "a tolerance is a share" 2 "$reproduce" --record=tampered --tolerance=1
expect "flags are checked" 2 "$reproduce" --recrod=tampered
contains "with a suggestion" err "did you mean"
expect "help is there" 0 "$reproduce" --help
contains "with exit codes" out "1 something differs"

# idx NAME MAGIC SIZES: the head of an IDX file of bytes, each size in hex.
idx() {
  printf '\x00\x00\x08%b' "$2" >"data/mnist/$1"
  for size in $3; do printf '\x00\x00\x00%b' "\\x$size" >>"data/mnist/$1"; done
}

# 20 images of 28 x 28 for training and for testing.
mkdir -p data/mnist
for part in train t10k; do
  idx $part-images-idx3-ubyte '\x03' "14 1c 1c"
  yes "the same in each" | head -c $((20 * 784)) \
    >>data/mnist/$part-images-idx3-ubyte
  idx $part-labels-idx1-ubyte '\x01' "14"
  for label in 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9; do
    printf '%b' "\\x0$label" >>data/mnist/$part-labels-idx1-ubyte
  done
done
expect "a study with data runs" 0 "$run" --spec=tiny.yaml --out=digits "${lr[@]}" \
  --set='dataset={name: mnist, validation_fraction: 0.5}' \
  --set=training.batch_size=5 --data_root=data --cache=cache
digits="$(dirname "$(grep -l completed digits/tiny/trials/*/record.json)")"
contains "its record knows the data" "$digits/record.json" '"sha256": "'
expect "it is reproduced" 0 "$reproduce" --record="$digits" --data_root=data
expect "but not without the data" 2 "$reproduce" --record="$digits" \
  --data_root=none
contains "which are named" err "none/mnist/train-images-idx3-ubyte"
printf 'X' | dd of=data/mnist/train-images-idx3-ubyte bs=1 seek=1000 \
  conv=notrunc status=none
expect "nor with others" 1 "$reproduce" --record="$digits" --data_root=data
contains "which is shown" out "data: recorded "

finish
