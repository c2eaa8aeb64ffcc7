#!/usr/bin/env bash
# Kills a study again and again, its supervisors, its workers and the writers of
# its report, at random moments and without warning, lets it continue each time,
# and then compares what is left with an undisturbed run: no record may be lost,
# torn, changed once it was there, or other than it would have been, and the
# tables and pages must be those of all records.
#   torture.sh RUNNER REPORT [KILLS [SEEDS [STEPS [SUPERVISORS [SEED]]]]]
# KILLS (100) are spread over a study of 12 configurations with SEEDS (5) seeds
# each, STEPS (6000) steps a trial, which SUPERVISORS (5) run in one folder. SEED
# (the time) picks the moments.
set -uo pipefail
run=$(realpath "$1")
report=$(realpath "$2")
kills=${3:-100}
seeds=${4:-5}
steps=${5:-6000}
side_by_side=${6:-5}
RANDOM=${7:-$(date +%s)}
echo "torture: $kills kills, $((12 * seeds)) trials, $side_by_side supervisors," \
  "first random number $RANDOM"

work=$(mktemp -d)
supervisors=()
reporter=
# Workers die with their supervisors.
clean_up() {
  for pid in $reporter "${supervisors[@]}"; do kill -9 "$pid" 2>/dev/null; done
  rm -rf "$work"
}
trap clean_up EXIT
cd "$work" || exit 1

cat >torture.yaml <<END
study: torture
base:
  dataset: {name: parity, num_train: 2000, num_validation: 500, num_test: 500}
  model: {name: fcn, hidden: [32]}
  optimizer: {name: momentum, lr: 0.1, momentum: 0.9}
  training: {batch_size: 50, max_steps: $steps, eval_every: $((steps / 4))}
metrics: [accuracy, prunability, loss_dynamics]
axes:
  lr: {set: optimizer.lr, values: [0.01, 0.03, 0.1, 0.3]}
  batch: {set: training.batch_size, values: [20, 50, 100]}
plan: {grid: [[lr, batch]]}
seeds: $seeds
END

failures=0
fail() {
  echo "FAILED: $1"
  failures=$((failures + 1))
  tail -n 5 err
}

# begin: starts a supervisor in the background.
begin() {
  "$run" --spec=torture.yaml --out=disturbed --workers=1 --retries=1000 \
    --checkpoint_seconds=0.1 >>out 2>>err &
  supervisors+=($!)
}

# begin_report: starts a writer of the report, unless one is at work.
begin_report() {
  [[ -z $reporter ]] || ! kill -0 "$reporter" 2>/dev/null || return
  [[ -e disturbed/torture/study.json ]] || return
  "$report" --out=disturbed/torture >>report.out 2>>report.err &
  reporter=$!
}

# Sums of the records that are there, by file.
sums() { find disturbed -name record.json -exec sha256sum {} + | sort -k 2; }

# Every record seen before is there, unchanged.
check_records() {
  sums >now
  [[ -z $(comm -23 <(sort seen) <(sort now)) ]] || {
    fail "records were lost or changed:"
    diff seen now
  }
  mv now seen
}

start=$(date +%s%N)
"$run" --spec=torture.yaml --out=quiet --workers=2 >out 2>err || {
  cat err
  exit 1
}
took_ms=$((($(date +%s%N) - start) / 1000000))
# So that the study is not done before the last kill, as far as one can say.
longest_ms=$((took_ms * 3 / 2 / kills))
echo "undisturbed: $took_ms ms; kills come up to $longest_ms ms apart"

: >seen
mkdir -p disturbed
killed_supervisors=0
killed_workers=0
killed_reports=0
for ((i = 0; i < side_by_side; ++i)); do begin; done
for ((i = 0; i < kills; ++i)); do
  wait_ms=$((RANDOM % (longest_ms + 1)))
  begin_report
  # A report is soon written.
  ((i % 3 != 0)) || wait_ms=$((wait_ms % 300))
  sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
  if ((i % 3 == 0)) && [[ -n $reporter ]] && kill -9 "$reporter" 2>/dev/null; then
    wait "$reporter" 2>/dev/null
    killed_reports=$((killed_reports + 1))
    reporter=
    continue
  fi
  victim=$((RANDOM % ${#supervisors[@]}))
  pid=${supervisors[$victim]}
  if ! kill -0 "$pid" 2>/dev/null; then
    echo "a supervisor ended before $pid could be killed, after $i kills"
    wait "$pid"
    break
  fi
  children=()
  # It has no newline, so that `read` calls it unfinished.
  read -ra children <"/proc/$pid/task/$pid/children" || true
  # Workers more often, as they are not there while a supervisor starts.
  if ((i % 2 == 0 && ${#children[@]} > 0)); then
    kill -9 "${children[$((RANDOM % ${#children[@]}))]}" 2>/dev/null &&
      killed_workers=$((killed_workers + 1))
  else
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    killed_supervisors=$((killed_supervisors + 1))
    unset "supervisors[$victim]"
    supervisors=("${supervisors[@]}")
    check_records
    begin
  fi
done
for pid in "${supervisors[@]}"; do
  wait "$pid" || fail "a supervisor ended with exit code $?"
done
supervisors=()
[[ -z $reporter ]] || wait "$reporter"
reporter=
check_records
echo "killed: $killed_supervisors supervisors, $killed_workers workers," \
  "$killed_reports writers of the report"
# Of few kills, none may meet a report or a worker.
((killed_supervisors + killed_workers + killed_reports > kills / 2 &&
  (kills < 50 || (killed_supervisors > 0 && killed_workers > 0 &&
    killed_reports > 0)))) ||
  fail "too few were killed; give the study more steps"
# All have ended: the last one has left the report of all records.
cmp quiet/torture/table.csv disturbed/torture/table.csv ||
  fail "the table of the last run is not that of all records"

"$run" --spec=torture.yaml --out=disturbed >out 2>err ||
  fail "the last run: exit code $?"
grep -q "^0 trials trained, $((12 * seeds)) reused, 0 failed" err || {
  fail "the last run had something left to do:"
  cat err
}
check_records

# What a trial gave, without times and places.
results() {
  (cd "$1" && find . -name record.json | sort | while read -r record; do
    echo "$record"
    awk '/^  "(outcome|steps|stop|collapsed|id)":/
         /^  "(metrics|trial)": /, /^  ([}\]]|"[a-z]+": \{\})/' "$record"
    cat "$(dirname "$record")/history.csv"
  done)
}
diff <(results quiet) <(results disturbed) >differences ||
  fail "results differ: $(head -5 differences)"
(($(results quiet | wc -l) > 12 * seeds * 10)) || fail "nothing was compared"
cmp quiet/torture/table.csv disturbed/torture/table.csv ||
  fail "the tables differ"
# The columns that depend on the time are the last ones.
timeless() {
  awk -F, -v OFS=, 'NR == 1 { for (i = NF; $i ~ /^run\./; --i) ++times }
    { NF -= times; print }' "$1/torture/trials.csv"
}
cmp <(timeless quiet) <(timeless disturbed) || fail "trials.csv differs"
(($(timeless quiet | wc -l) == 12 * seeds + 1)) || fail "trials.csv is short"
left=$(find disturbed -name '*.tmp*' -o -name 'checkpoint.*' -o -name lock -o \
  -name 'report.lock' -o -name 'status.?*.json')
[[ -z $left ]] || fail "left behind: $left"

((failures == 0)) && echo "all is as it should be"
exit $((failures > 0))
