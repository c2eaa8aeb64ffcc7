#!/usr/bin/env bash
# What shells and schedulers hand to the programs: names of files in any bytes,
# standard outputs that are full, closed or read in part, no home folder, and
# flags whose variable is not set.
#   environment_test.sh RUN REPORT REPRODUCE SHOW_DATASET FETCH_DATA FAKE_DATA SPEC
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
report=$PWD/$2
reproduce=$PWD/$3
show=$PWD/$4
fetch=$PWD/$5
data=$("$6")
cp "$7" "$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

expect "a study runs" 0 "$run" --spec=tiny.yaml --out=plain --cache=cache

# Names of files are bytes.
shown=("r<0xE9>sultats" " two<U+000A>lines '\"\`%20&<b>" -dash)
names=($'r\xe9sultats' $' two\nlines \'"`%20&<b>' -dash)
for i in "${!names[@]}"; do
  name=${names[i]}
  mkdir work && cd work || exit 1
  expect "a folder named ${shown[i]}" 0 "$run" --spec=../tiny.yaml \
    --out="$name" --cache="$name/cache" --workers=2
  contains "is named so" err "results in ${shown[i]}/tiny"
  same "has the table" "./$name/tiny/table.md" ../plain/tiny/table.md
  same "and the records" <(cd ../plain/tiny/trials && ls) \
    <(cd -- "$name/tiny/trials" && ls)
  [[ $(find . -mindepth 1 -maxdepth 1 -printf x) == xxx ]] || fail "${shown[i]}: another folder was made"
  cp -- ../tiny.yaml "$name/spec.yaml"
  expect "a spec there" 0 "$run" --verify="$name/spec.yaml"
  contains "is named" out "${shown[i]}/spec.yaml: ok, 6 trials"
  expect "its plan" 0 "$run" --plan="$name/spec.yaml" --out="$name"
  contains "finds the records" out "6 done, 0 to train (records in ${shown[i]}/"
  expect "its report" 0 "$report" --out="$name"
  contains "is named" out "${shown[i]}/tiny: 6 completed"
  same "and has the table" "./$name/tiny/table.md" ../plain/tiny/table.md
  if command -v gnuplot >/dev/null; then
    [[ -s "$name/tiny/figures/plane.svg" ]] || fail "no figure in ${shown[i]}"
  fi
  trial=$(ls -- "$name/tiny/trials" | head -1)
  expect "a trial" 0 "$reproduce" --record="$name/tiny/trials/$trial"
  expect "a picture" 0 "$show" --dataset=parity --out="$name/x.png"
  contains "is named" out "wrote ${shown[i]}/x.png"
  cp -r -- "$data" "$name/data"
  expect "data there" 0 "$run" --spec=../tiny.yaml --out=digits \
    --set='dataset={name: mnist, validation_fraction: 0.5}' \
    --set=training.batch_size=5 --set=seeds=1 --data_root="$name/data"
  expect "or not there" 2 "$run" --spec=../tiny.yaml --out=digits \
    --set=dataset=mnist --data_root="$name/none"
  contains "are named" err "/none/mnist/train-images"
  expect "a list of data" 0 "$fetch" --list --data_root="$name/data"
  contains "names the folder" out "state in ${shown[i]}/data"
  cd .. && rm -rf work
done

# writes CODE TEXT COMMAND...: with the standard output of this call.
writes() {
  local code=$1 text=$2
  shift 2
  "$@" 2>"$TEST_TMPDIR/err"
  local found=$?
  [[ $found == "$code" ]] || fail "$*: expected exit code $code, found $found"
  contains "$*" "$TEST_TMPDIR/err" "$text"
}

trial=$(ls plain/tiny/trials | head -1)
for command in "$run --resolve=tiny.yaml" "$run --plan=tiny.yaml --out=plain" \
  "$run --verify=tiny.yaml" "$run --schema" "$run --list" "$run --help" \
  "$run --describe=all" "$run --spec=tiny.yaml --out=plain" \
  "$report --out=plain" "$report --help" \
  "$reproduce --record=plain/tiny/trials/$trial" "$reproduce --help" \
  "$show --dataset=parity --out=x.png" "$show --help" \
  "$fetch --list --data_root=none" "$fetch --help"; do
  writes 3 "cannot write standard output: " $command >/dev/full
  writes 3 "cannot write standard output: Bad file descriptor" $command >&-
  # A reader that has seen enough ends it without a word.
  $command 2>err | head -c 1 >/dev/null
  code=${PIPESTATUS[0]}
  [[ $code == 0 || $code == 141 ]] || fail "$command | head: exit code $code"
  ! grep -q "standard output" err || fail "$command | head: $(cat err)"
done
writes 2 "cannot read none.yaml" "$run" --verify=none.yaml >/dev/full
# No file of the study takes the place of the closed streams.
"$run" --spec=tiny.yaml --out=closed <&- >&- 2>&-
[[ $? == 3 ]] || fail "closed streams"
for file in plain/tiny/table.* plain/tiny/trials/*/history.csv; do
  same "closed streams" "$file" "closed${file#plain}"
done

# No home. (As root without HOME, "~/" must not become the root folder.)
before=$(ls -Ad /.cache 2>&1)
for home in "-u HOME" "HOME=" "HOME=/"; do
  expect "a study with $home" 0 env $home "$run" --spec=tiny.yaml --out=home
  rm -rf home
  env $home "$fetch" --list >out 2>err ||
    contains "no home" err "name the datasets' folder with --data_root"
  ! grep -q "state in /.cache" out || fail "the data root is the root folder"
done
[[ $(ls -Ad /.cache 2>&1) == "$before" ]] || fail "/.cache was made"
expect "a home that is not there" 2 "$run" --spec=tiny.yaml --out=~no-such-user
contains "is named" err "no home folder is known for user 'no-such-user'"

# empty FLAG COMMAND...
empty() {
  expect "$*=" 2 "${@:2}" "$1="
  contains "$*=" err "flag '$1' is empty"
  [[ ! -s out ]] || fail "$*=: printed something"
}

for flag in --shard --only --out --spec --set --data_root --cache --device \
  --progress --list --describe --verify --resolve --plan; do
  empty $flag "$run" --resolve=tiny.yaml
done
for flag in --out --compare; do empty $flag "$report" --out=plain; done
for flag in --record --data_root --cache --device; do
  empty $flag "$reproduce" --tolerance=0
done
for flag in --dataset --out --split --data_root; do empty $flag "$show"; done
for flag in --data_root --mirror; do empty $flag "$fetch" mnist; done
for flag in --shard=/4 --shard=1/ --shard=0/0 --shard=3/2 --shard=1/0; do
  expect "$flag" 2 "$run" --spec=tiny.yaml --out=c $flag
  contains "$flag" err "--shard: "
done
expect "an empty name to compare" 2 "$report" --compare=plain,,plain --out=c
contains "is named" err "--compare: the name of a folder is empty"
[[ ! -e c ]] || fail "a bad flag left something"

finish
