#!/usr/bin/env bash
# Data and weights that change between a run and the next, or a reproduction.
#   changed_inputs_test.sh RUN REPRODUCE REPORT
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
reproduce=$PWD/$2
report=$PWD/$3
cd "$TEST_TMPDIR" || exit 1

# A table of one image, a red dot: labels are all that trains.
mkdir -p data/d
base64 -d >data/d/x.png <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGPgEpEDAABoAD1UCKP3
AAAAAElFTkSuQmCC
PNG
{
  echo image,label,bias,split
  for split in train val test; do
    for pair in 0,0 1,1 0,1 1,0; do echo "x.png,$pair,$split"; done
  done
} >data/d/metadata.csv
cat >g.yaml <<'YAML'
study: g
base:
  dataset: {name: image_groups, folder: d, size: 8}
  model: {name: swin_t, depths: [1], heads: 1, patch: 4, window: 2}
  optimizer: {name: sgd, lr: 0.01}
  training: {batch_size: 4, max_steps: 1}
metrics: [accuracy]
YAML
go=("$run" --spec=g.yaml --data_root=data --cache=cache --workers=1
  --keep_weights=none)
records() { find "$1" -name record.json | wc -l; }

# --- Data. ---
expect "a study runs" 0 "${go[@]}" --out=a --set=seeds=2
cp a/g/samples_*.png before.png
cp -r a kept
first=$(sed -n 's/.*"sha256": "\(.\{12\}\).*/\1/p' a/g/trials/*/record.json | sort -u)
sed -i 's/^x.png,0,0,train/x.png,1,0,train/' data/d/metadata.csv
expect "a finished study looks at no data" 0 "${go[@]}" --out=a --set=seeds=2
expect "a further seed is not mixed with old data" 2 "${go[@]}" --out=a \
  --set=seeds=3
contains "what differs is said" err "2 done with other data (sha256 $first… / "
contains "and what to do" err "--other_data=retrain"
[[ $(records a) == 2 ]] || fail "a refused run left a record"
expect "a plan says it too" 2 "$run" --plan=g.yaml --data_root=data \
  --cache=cache --out=a --set=seeds=3
contains "below the trials" out "3 trials in 1 configuration: 2 done, 1 to train"
contains "as a run does" err "2 done with other data (sha256 $first… / "
expect "a rule has three words" 2 "${go[@]}" --out=a --other_data=mix
contains "which are named" err "expected refuse, retrain or keep, got 'mix'"

expect "the old trials are trained again" 0 "${go[@]}" --out=a --set=seeds=3 \
  --other_data=retrain
contains "all of them" err "3 trials trained, 0 reused"
[[ $(grep -h '"sha256"' a/g/trials/*/record.json | sort -u | wc -l) == 1 ]] ||
  fail "records of different data"
[[ $(find a -name record.json.old | wc -l) == 2 ]] || fail "no old records"
! grep -q Warning a/g/table.md || fail "a warning without a reason"
cmp -s a/g/samples_*.png before.png && fail "the samples show the old labels"

expect "or kept" 0 "${go[@]}" --out=kept --set=seeds=3 --other_data=keep
contains "with a warning" out "Warning: "
for file in kept/g/table.md kept/g/comparison.md kept/g/report.html; do
  contains "with a warning" $file "saw different data (sha256 "
done
contains "with counts" kept/g/table.md "$first… in 2 trials"
contains "on the terminal" err "2 done with other data (sha256 $first… / "
expect "reports without a spec warn, too" 0 "$report" --out=kept/g
contains "on the terminal" err "saw different data (sha256 "
expect "kept ones can be trained again later" 0 "${go[@]}" --out=kept \
  --set=seeds=3 --other_data=retrain
contains "though none is missing" err "2 trials trained, 1 reused"
! grep -q Warning kept/g/table.md || fail "a warning after all were trained"

# --- Weights. ---
"${go[@]}" --out=w --save_weights >out 2>err
mkdir work
cp w/g/trials/*/weights.safetensors work/start.safetensors
start=(--set=model.weights=start.safetensors --out="$PWD/b"
  --data_root="$PWD/data" --cache="$PWD/cache" --workers=1)
(cd work && "$run" --spec=../g.yaml "${start[@]}" >../out 2>../err) ||
  fail "no start from weights: $(cat err)"
record=$(echo b/g/trials/*)
sum=$(sha256sum <work/start.safetensors | cut -d' ' -f1)
contains "a record has their checksum" "$record/record.json" \
  "\"weights_sha256\": \"$sum\""
again() {
  (cd "$1" && "$reproduce" --record="$TEST_TMPDIR/$record" \
    --data_root="$TEST_TMPDIR/data")
}
expect "they are reproduced where they lie" 0 again work
expect "not elsewhere" 2 again .
contains "and the file is named" err "no such file: start.safetensors"
[[ $(wc -l <err) == 1 ]] || fail "more than a line: $(cat err)"
cp work/start.safetensors "$record/"
expect "but from beside the record" 0 again .
contains "to the bit" out "all are equal to the last bit"
for place in "$record" .; do
  cp work/start.safetensors changed
  printf '\x01' | dd of=changed bs=1 seek=5000 conv=notrunc status=none
  mv changed "$place/start.safetensors"
done
expect "other weights are not those of the record" 2 again .
contains "as their checksum shows" err "SHA-256 $sum; "
[[ $(wc -l <err) == 1 ]] || fail "more than a line: $(cat err)"
expect "they are another trial's" 0 "$run" --spec=g.yaml "${start[@]}"
contains "which is trained" err "1 trial trained, 0 reused"
[[ $(records b) == 2 ]] || fail "expected two records"
expect "a missing file is bad input" 2 "$run" --verify=g.yaml \
  --set=model.weights=none.safetensors
contains "and named" err "cannot read none.safetensors"
expect "unless its checksum is given" 0 "$run" --verify=g.yaml \
  --set=model.weights=none.safetensors --set=model.weights_sha256="$sum"
expect "which the file must have" 2 "$run" --spec=g.yaml "${start[@]}" \
  --set=model.weights_sha256=feed
contains "before anything is trained" err "SHA-256 feed (weights_sha256), found"

# --- Numbers. ---
cat >wide.yaml <<'YAML'
study: wide
base:
  dataset: {name: parity, num_train: 100, num_validation: 50, num_test: 50}
  model: {name: fcn, hidden: [4]}
  optimizer: {name: sgd, lr: 0.1}
  training: {batch_size: 20, max_steps: 5}
metrics: [accuracy]
axes:
  lr: {set: optimizer.lr, values: [1.0e-310, 0.1, 3.0e+38]}
plan: {one_at_a_time: [lr]}
YAML
expect "extreme rates are results" 0 "$run" --spec=wide.yaml --out=wide \
  --workers=1
contains "which diverge" out "1 diverged"
if command -v gnuplot >/dev/null; then
  ! grep -q "not drawn" err || fail "no figures: $(cat err)"
fi
expect "none of them is lost" 0 "$run" --spec=wide.yaml --out=wide
contains "in its record" err "0 trials trained, 3 reused"
expect "a rate beyond the range of float" 2 "$run" --spec=wide.yaml --out=wide \
  --set='axes.lr.values=[0.1, 1.0e+300]'
contains "is refused" err "the range of float32, got 1.0e+300"
sed 's/values: .*}/range: {low: 1.0e-308, high: 1, scale: log}}/
  s/one_at_a_time: \[lr\]/random: {axes: [lr], draws: 2, seed: 0}/' \
  wide.yaml >denormal.yaml
expect "a number may be denormal" 0 "$run" --verify=denormal.yaml

# --- Losses. ---
cat >focal.yaml <<'YAML'
study: focal
base:
  dataset: {name: parity, num_train: 505, num_validation: 200, num_test: 200}
  model: {name: fcn, hidden: [16], bias: true}
  optimizer: {name: sgd, lr: 0.1}
  training: {batch_size: 50, max_steps: 60, eval_every: 7}
metrics: [accuracy]
axes:
  loss: {set: loss, values: [cross_entropy, {name: focal, gamma: 0}], labels: [ce, focal0]}
plan: {one_at_a_time: [loss]}
YAML
expect "two losses" 0 "$run" --spec=focal.yaml --out=focal --workers=1
same "are one to the bit" focal/focal/trials/*/history.csv

finish
