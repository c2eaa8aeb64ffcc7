#!/usr/bin/env bash
# Several studies as one command, as //experiments:paper runs them.
#   suite_test.sh SUITE RUN REPORT SPEC
set -uo pipefail
source tools/testing.sh
suite=$1
run=$2
report=$3
spec=$PWD/$4
program=$PWD/$suite
export BUILD_WORKSPACE_DIRECTORY="$TEST_TMPDIR/workspace"
export BUILD_WORKING_DIRECTORY="$TEST_TMPDIR"
specs=$BUILD_WORKSPACE_DIRECTORY/experiments/specs/paper
mkdir -p "$specs"
for study in parity_1000 double_mnist; do
  sed "s/^study: tiny/study: $study/" "$spec" >"$specs/$study.yaml"
done
runfiles=$PWD
out=$TEST_TMPDIR/results

# Files out and err go where the test looks for them.
paper() {
  (cd "$runfiles" && "$program" "$run" "$report" paper "$@")
}
cd "$TEST_TMPDIR" || exit 1

expect "two studies" 0 paper --studies=parity_1000,double_mnist --out="$out"
contains "with their cost first" out "double_mnist: unknown"
for study in parity_1000 double_mnist; do
  [[ $(find "$out/$study" -name record.json | wc -l) == 6 ]] ||
    fail "expected 6 records of $study"
done
contains "and one page over both" "$out/paper/studies.html" "double_mnist"
contains "and tables" "$out/paper/studies.md" "| lr=0.1 "
cp "$out/paper/studies.md" first.md

expect "the same again" 0 paper --studies=parity_1000,double_mnist --out=results
[[ $(grep -c "0 trials trained, 6 reused, 0 failed" err) == 2 ]] ||
  fail "the same again trains nothing: $(cat err)"
same "and says the same" first.md "$out/paper/studies.md"

expect "the quick form" 0 paper --quick --out=quick
[[ $(find quick/double_mnist -name record.json | wc -l) == 9 ]] ||
  fail "expected three seeds"

# Nothing is trained if something cannot be.
expect "an unknown study" 2 paper --studies=parity_1000,none --out=new
contains "is named" err "no study 'none' in experiments/specs/paper"
expect "no study" 2 paper --studies= --out=new
contains "is an error" err "--studies names no study"
sed 's/name: parity/name: mnist_cifar/; s/, num_train.*}/}/' \
  "$specs/double_mnist.yaml" >"$specs/moon_star.yaml"
grep -q mnist_cifar "$specs/moon_star.yaml" || fail "no spec of MNIST-CIFAR"
expect "missing data" 2 paper --studies=parity_1000,moon_star --out=new \
  --data_root="$TEST_TMPDIR/no_data"
contains "are named" err "no_data"
[[ ! -e new/parity_1000 ]] || fail "the first study was trained"

finish
