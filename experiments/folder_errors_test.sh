#!/usr/bin/env bash
# A results folder that is not as the program left it, or cannot be written.
#   folder_errors_test.sh RUNNER SPEC
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
cp "$2" "$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

expect "a study runs" 0 "$run" --spec=tiny.yaml --out=a
cp out first.md

# refused NAME CODE TEXT COMMAND [CURE]: on a copy of a's results with one trial
# missing, COMMAND (in the study's folder) spoils something; the run must end
# with CODE and one message with TEXT, and leave every record as it is. After
# CURE, if there is one, it must finish the study with the same result.
one=$(basename "$(dirname "$(find a -name record.json | sort | head -1)")")
two=$(basename "$(dirname "$(find a -name record.json | sort | tail -1)")")
refused() {
  local name=$1 code=$2 text=$3 spoil=$4 cure=${5:-}
  rm -rf t
  cp -r a t
  rm -r "t/tiny/trials/$one"
  (cd t/tiny && eval "$spoil")
  find t -name record.json -type f -exec sha256sum {} + >sums
  expect "$name" "$code" "$run" --spec=tiny.yaml --out=t --workers=1
  [[ $(grep -cF -- "$text" err) == 1 ]] || {
    fail "$name: expected one message with '$text', found:"
    cat err
  }
  sha256sum --quiet -c sums || fail "$name: records changed"
  [[ -n $cure ]] || return
  (cd t/tiny && eval "$cure")
  expect "$name, fixed" 0 "$run" --spec=tiny.yaml --out=t
  same "$name, fixed: the result" out first.md
}
refused "a file in place of a trial's folder" 2 "trials/$one" \
  "echo >trials/$one"
refused "a folder in place of a record" 2 "trials/$two/record.json" \
  "rm -r trials/$two/*; mkdir trials/$two/record.json"
refused "a folder in place of study.json" 2 "tiny/study.json" \
  "rm study.json; mkdir study.json"
refused "a torn record" 2 "$two/record.json; delete the file to run the trial again" \
  "sed -i '20,\$d' trials/$two/record.json" "rm trials/$two/record.json"
refused "an empty record" 2 "$two/record.json; delete the file to run the trial again" \
  ": >trials/$two/record.json"
refused "a record of another trial" 2 "expected the record of $two, found that of" \
  "cp \$(ls trials/*/record.json | head -1) trials/$two/"
refused "a record that was edited" 2 "trials/$two/record.json is not of the trial with that id" \
  "sed -i 's/\"batch_size\": 20/\"batch_size\": 21/' trials/$two/record.json"
refused "a study of another version" 2 "study.json: expected format 2, found 9" \
  "sed -i 's/\"format\": 2/\"format\": 9/' study.json" "rm study.json"

# As on a full disk: records are larger than what may be written.
rm -rf t
cp -r a t
rm -r "t/tiny/trials/$one"
cp -r t before
expect "a disk on which nothing more fits" 3 \
  bash -c "ulimit -f 3; exec '$run' --spec=tiny.yaml --out=t --progress=quiet"
contains "is said" err "File too large"
contains "with what is left" err "all finished trials are kept"
[[ $(wc -l <err) == 1 ]] || { fail "more than one message"; cat err; }
for record in $(cd before && find . -name record.json); do
  same "a record from before" "before/$record" "t/$record"
done
[[ -z $(find t -name '*.tmp*') ]] || fail "parts of files were left"
expect "with room again" 0 "$run" --spec=tiny.yaml --out=t
contains "what is missing is trained" err "1 trial trained, 5 reused"
same "with the same result" out first.md

# What is not ours does not matter.
mkdir -p t/tiny/trials/notes t/tiny/trials/0123456789abcdef
echo text | tee t/tiny/readme t/tiny/trials/readme t/tiny/trials/notes/x >/dev/null
echo '{' >t/tiny/trials/0123456789abcdef/record.json
expect "foreign files" 0 "$run" --spec=tiny.yaml --out=t
contains "do not matter" err "0 trials trained, 6 reused, 0 failed; results in"
contains "and stay" t/tiny/trials/notes/x text

# A spec that changes under a half-done study.
rm -r "$(dirname "$(grep -l coefficient t/tiny/trials/*/trial.yaml | head -1)")"
expect "a changed spec" 0 "$run" --spec=tiny.yaml --out=t \
  --set='axes.lr.values=[0.1, 0.5]'
contains "keeps what it does not use" err "kept but not used: 2 records of other settings"
expect "and says so in the plan" 0 "$run" --plan=tiny.yaml --out=t \
  --set='axes.lr.values=[0.1, 0.5]'
contains "too" out "kept but not used: 2 records of other settings"
expect "changed back" 0 "$run" --spec=tiny.yaml --out=t
same "it gives what it gave" out first.md

finish
