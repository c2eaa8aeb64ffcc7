#!/usr/bin/env bash
# The program as its users meet it: exit codes, messages, tables, interrupts.
#   run_test.sh RUNNER SPEC
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
cp "$2" "$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

records() { find "$1" -name record.json | wc -l; }

expect "a study runs" 0 "$run" --spec=tiny.yaml --out=a
contains "the table is printed" out "lr=0.1     2  "
[[ $(awk '{ if (length > most) most = length } END { print most }' out) -le 100 ]] ||
  fail "the table is wider than 100 columns"
contains "and how to see more" err "look at it: xdg-open a/tiny/report.html"
contains "lines are plain off a terminal" err "lr=0.1 seed 0 | started"
[[ $(records a) == 6 ]] || fail "expected 6 records"

cp out first.txt
expect "again, it trains nothing" 0 "$run" --spec=tiny.yaml --out=a
contains "and says so" err "0 trials trained, 6 reused, 0 failed"
same "and prints the same table" out first.txt

expect "elsewhere, it gives the same" 0 "$run" --spec tiny.yaml --out b
same "to the digit" b/tiny/table.csv a/tiny/table.csv
for history in a/tiny/trials/*/history.csv; do
  same "histories too" "$history" "b${history#a}"
done

expect "relative paths start where the user is" 0 \
  env BUILD_WORKING_DIRECTORY="$PWD" sh -c "cd / && exec '$run' --spec=tiny.yaml --out=a"
contains "and find the records" err "6 reused"

expect "a spec verifies" 0 "$run" --verify=tiny.yaml
contains "with its size" out "tiny.yaml: ok, 6 trials in 4 configurations"

expect "a spec resolves" 0 "$run" --resolve=tiny.yaml
cp out resolved.yaml
expect "and resolves again" 0 "$run" --resolve=resolved.yaml
same "to the same text" out resolved.yaml
expect "and its trials are those trained" 0 "$run" --spec=resolved.yaml --out=a
contains "all of them" err "0 trials trained, 6 reused"
same "in the same table" out first.txt

expect "a plan is printed" 0 "$run" --plan=tiny.yaml --out=a --set=seeds=3
contains "with what is missing" out "9 trials in 4 configurations: 6 done, 3 to train"

expect "plugins are listed" 0 "$run" --list
contains "by family" out "optimizers/momentum: "
expect "one family is listed" 0 "$run" --list=models
expect "a plugin is described" 0 "$run" --describe=optimizers/sgd
contains "with its options" out "| \`lr\` | double | required |"
expect "help is given" 0 "$run" --help
contains "with the flags" out "--data_root"

expect "help is given anywhere" 0 "$run" --spec=tiny.yaml --help

# Bad input: one clear message, exit code 2, nothing on standard output.
expect "no arguments" 2 "$run"
contains "says what is missing" err "no study given; name one with --spec="
expect "a missing spec" 2 "$run" --spec=none.yaml
contains "names it" err "cannot read none.yaml: No such file or directory"
expect "a folder as spec" 2 "$run" --spec=a
expect "an unknown flag" 2 "$run" --spce=tiny.yaml
contains "suggests" err "did you mean '--spec'?"
expect "an unknown family" 2 "$run" --list=optimisers
expect "an unknown plugin" 2 "$run" --describe=optimizers/sdg
expect "an unknown device" 2 "$run" --spec=tiny.yaml --device=gpu
contains "names the known" err "expected auto, cpu, cuda or cuda:<number>"
expect "graphs without a GPU" 2 "$run" --spec=tiny.yaml --device=cpu \
  --cuda_graphs --out=c
contains "says what it needs" err "--cuda_graphs: CUDA graphs need a CUDA device"
expect "nor are they planned" 2 "$run" --plan=tiny.yaml --device=cpu \
  --cuda_graphs
expect "two things to do" 2 "$run" --verify=tiny.yaml --resolve=tiny.yaml
expect "a flag twice" 2 "$run" --spec=tiny.yaml --spec=tiny.yaml
expect "an empty folder name" 2 "$run" --spec=tiny.yaml --out=
expect "a wrong metric alone" 2 "$run" --spec=tiny.yaml --set='metrics=[acuracy]'
expect "a wrong override" 2 "$run" --spec=tiny.yaml --set=optimizer.lr=fast
contains "has a position" err "--set=optimizer.lr:1:1: base.optimizer.lr: expected a number"
sed 's/lr: 0.1}/lr: -1, rl: 1}/; s/seeds: 2/seeds: two/' tiny.yaml >bad.yaml
expect "mistakes in a spec" 2 "$run" --spec=bad.yaml --out=c
contains "come with line and column" err "bad.yaml:7:"
[[ ! -s out && ! -e c ]] || fail "a bad spec left something"
expect "missing data" 2 "$run" --spec=tiny.yaml --out=c \
  --set=dataset=colored_mnist --data_root=nowhere
contains "say where to get them" err "nowhere/mnist/train-images-idx3-ubyte"
[[ ! -e c ]] || fail "missing data left something"
for flag in --workers=-1 --threads_per_worker=0 --threads_per_worker=1025 \
  --trial_timeout=-1 --trial_timeout=inf --trial_timeout=nan --retries=-1 \
  --checkpoint_seconds=-1 --checkpoint_seconds=inf --effect=-1 \
  --effect=nan --progress=loud; do
  expect "$flag" 2 "$run" --spec=tiny.yaml --out=c $flag
  contains "names the flag" err "${flag%=*}"
done
[[ ! -e c ]] || fail "a bad flag left something"

echo "not a folder" >file
expect "an output folder that cannot be" 2 "$run" --spec=tiny.yaml --out=file
contains "is named" err "file/tiny"

expect "divergence is a result" 0 "$run" --spec=tiny.yaml --out=d \
  --set='axes.lr.values=[0.1, 1.0e+30]'
contains "shown as such" out "2 diverged"

expect "a study of images" 0 "$run" --spec=tiny.yaml --out=images --set=seeds=1 \
  --set='dataset={name: moon_star, size: 24, num_train: 40, num_validation: 20, num_test: 20}'
compgen -G "images/tiny/samples_moon_star_*.png" >samples ||
  fail "no samples were drawn"
contains "shows some of them" images/tiny/report.html "samples moon star"

# Ctrl-C in the middle of a trial, and the same command again.
# So long that it cannot end before the signal, and never ends at all.
slow=("$run" --spec=tiny.yaml --out=e --set=training.max_steps=100000000)
"${slow[@]}" >out 2>err &
pid=$!
until grep -qs started e/tiny/trials/*/log.txt; do sleep 0.1; done
kill -INT "$pid"
wait "$pid"
code=$?
[[ $code == 130 ]] || { fail "interrupted: expected 130, found $code"; cat err; }
contains "an interrupt says how to go on" err "the same command continues"
[[ $(records e) == 0 ]] || fail "an interrupt left a record"
contains "and the status says so" e/tiny/status.json '"state": "interrupted"'
expect "a short study after the interrupt" 0 "$run" --spec=tiny.yaml --out=e
same "gives the same table" out first.txt

finish
