#!/usr/bin/env bash
# The tool as its user meets it: a file, or one clear message and exit code 2.
#   show_dataset_test.sh PROGRAM
set -uo pipefail
source tools/testing.sh
show=$PWD/$1
cd "$TEST_TMPDIR" || exit 1

expect "a dataset is drawn" 0 "$show" --dataset=parity --out=parity.png
contains "it says where" out "wrote parity.png"
contains "and what is aligned with what" out "1 (aligned)"
contains "and how much conflicts" out "bias-conflicting"
[[ $(head -c 4 parity.png) == $'\x89PNG' ]] || fail "parity.png is no PNG"
expect "so is another split with options" 0 "$show" \
  --dataset='{name: parity, core_degree: 2}' --split=test --out=test.png
expect "help is there" 0 "$show" --help
contains "it shows the command" out "bazel run //tools:show_dataset"

# refuses TEXT FLAGS...: exit code 2 with a message that contains the text.
refuses() {
  local text=$1
  shift
  expect "$*" 2 "$show" "$@"
  contains "$*" err "$text"
}

refuses "--dataset is missing" --out=x.png
refuses "--out must name a .png file, got 'x.jpg'" --dataset=parity --out=x.jpg
refuses "did you mean 'parity'?" --dataset=praity --out=x.png
refuses "did you mean 'core_bits'?" --dataset='{name: parity, corebits: 3}' \
  --out=x.png
refuses "the dataset has no split 'tset'" --dataset=parity --split=tset \
  --out=x.png
refuses "--columns must be 1 to 100, got 0" --dataset=parity --columns=0 \
  --out=x.png
refuses "found neither" --dataset=colored_mnist --data_root=none --out=x.png
refuses "none" --dataset=parity --out=none/x.png
[[ ! -e x.png ]] || fail "a refusal left a file"

finish
