#!/usr/bin/env bash
# The program's processes: any number of workers gives the same results, and so
# does any that dies.
#   processes_test.sh RUNNER SPEC
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
# Long enough to be hit: about a second a trial.
sed 's/max_steps: 30, eval_every: 10/max_steps: 6000, eval_every: 1500/' \
  "$2" >"$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1
contains "the trials are long" tiny.yaml "max_steps: 6000"

records() { find "$1" -name record.json 2>/dev/null | wc -l; }

# equal NAME FOLDER: its results are those of one undisturbed worker.
equal() {
  same "$1: the table" "$2/tiny/table.csv" one/tiny/table.csv
  for history in one/tiny/trials/*/history.csv; do
    same "$1: a history" "$2${history#one}" "$history"
  done
  [[ $(records "$2") == 6 ]] || fail "$1: expected 6 records"
}

# until_true COMMAND...: waits for it, a minute at most.
until_true() {
  for _ in {1..600}; do
    "$@" && return
    sleep 0.1
  done
  fail "waited in vain for: $*"
}

# begin FLAGS...: the program in the background, as $pid.
begin() {
  "$run" --spec=tiny.yaml "$@" >out 2>err &
  pid=$!
}

# end NAME CODE: waits for it.
end() {
  wait "$pid"
  local code=$?
  [[ $code == "$2" ]] || {
    fail "$1: expected exit code $2, found $code"
    cat err
  }
}

workers() { cat "/proc/$1/task/$1/children"; }
# in_a_trial FOLDER: a trial has got as far as its first evaluation.
in_a_trial() { grep -qs "step 1500" "$1"/tiny/trials/*/log.txt; }

expect "one worker" 0 "$run" --spec=tiny.yaml --out=one --workers=1
for n in 2 4; do
  expect "$n workers" 0 "$run" --spec=tiny.yaml --out="w$n" --workers=$n
  equal "$n workers" "w$n"
done

# A worker is killed.
begin --out=killed --workers=1
until_true in_a_trial killed
kill -9 $(workers $pid)
end "a worker was killed" 0
contains "it is said" err "the worker died: killed by SIGKILL, perhaps because memory ran out; it will be tried again"
contains "and counted" err "6 trials trained, 0 reused, 0 failed, 1 attempts lost"
equal "a killed worker" killed

# A worker hangs: the trial has failed, the others have not. The next run trains
# it again.
begin --out=hung --workers=1 --trial_timeout=20 --retries=0
until_true in_a_trial hung
kill -STOP $(workers $pid)
end "a worker hung" 1
contains "it is said" err "failed: no result after 20 s (--trial_timeout)"
contains "in the status too" hung/tiny/status.json '"reason": "no result after 20 s'
contains "in the table too" out "1 failed"
expect "after a hung worker" 0 "$run" --spec=tiny.yaml --out=hung
contains "the trial is tried again" err "1 trial trained, 5 reused, 0 failed"
equal "a hung worker" hung

# The supervisor is killed; its workers go with it.
begin --out=orphan --workers=2
until_true in_a_trial orphan
orphans=$(workers $pid)
kill -9 $pid
wait $pid
for orphan in $orphans; do
  gone() { [[ ! -s /proc/$orphan/cmdline ]]; }
  until_true gone
done
before=$(records orphan)
((before < 6)) || fail "the supervisor was killed too late"
expect "after a killed supervisor" 0 "$run" --spec=tiny.yaml --out=orphan
contains "the rest is trained" err "$((6 - before)) trials trained, $before reused"
equal "a killed supervisor" orphan

# Ctrl-C, as a terminal sends it, to all of them; then SIGTERM.
for signal in INT TERM; do
  begin --out="stop$signal" --workers=2
  until_true in_a_trial "stop$signal"
  kill -$signal $pid $(workers $pid)
  end "SIG$signal" 130
  (($(records "stop$signal") < 6)) || fail "SIG$signal came too late"
  expect "after SIG$signal" 0 "$run" --spec=tiny.yaml --out="stop$signal"
  equal "SIG$signal" "stop$signal"
done

# A second Ctrl-C does not wait for anything.
begin --out=twice --workers=1
until_true in_a_trial twice
kill -STOP $(workers $pid)  # Never stops in good order.
kill -INT $pid
saving() { grep -q "waiting for these to save their state: lr=" err; }
until_true saving
kill -INT $pid
end "Ctrl-C twice" 130

# The results folder is deleted under a run: nobody says that trials are kept.
begin --out=gone --workers=1
until_true in_a_trial gone
until rm -rf gone 2>rm.err; do :; done  # A file may come while rm runs.
end "a deleted results folder" 3
contains "is said" err "was deleted during the run"
! grep -q "kept" err || fail "trials that are gone are said to be kept"
[[ ! -e gone/tiny/trials ]] || fail "a deleted folder came back"

# Another program writes the report: Ctrl-C ends the wait at once.
mkdir -p held/tiny
exec 9>held/tiny/report.lock
flock 9
begin --out=held --workers=2 9>&-
waits() { grep -qs "waiting for the report that another program writes" err; }
until_true waits
contains "says which" err "held/tiny/report.lock is locked by"
kill -INT $pid
end "Ctrl-C while waiting" 130
contains "and what is missing" err "the report is not that of all records"
exec 9>&-
expect "after the wait" 0 "$run" --spec=tiny.yaml --out=held
equal "a wait for the report" held

# Two on one folder, each trial in one of them.
"$run" --spec=tiny.yaml --out=both --workers=2 >out2 2>err2 &
other=$!
begin --out=both --workers=1
end "one of two" 0
wait $other || fail "the other of two: exit code $?"
trained=$(($(sed -n 's/^\([0-9]*\) trials\? trained.*/\1/p' err err2 | paste -sd+)))
[[ $trained == 6 ]] || { fail "two runs trained $trained trials"; cat err err2; }
same "two runs: the table" out out2
equal "two runs" both

# Shards in two folders make a whole.
for shard in 1 2; do
  expect "shard $shard" 0 \
    "$run" --spec=tiny.yaml --out=half$shard --shard=$((shard - 1))/2
  contains "is a half" err "3 trials trained, 0 reused"
done
cp -r half2/tiny/trials/* half1/tiny/trials/
expect "merged folders" 0 "$run" --spec=tiny.yaml --out=half1
contains "hold all results" err "0 trials trained, 6 reused"
equal "merged folders" half1

# On request, a table of the results so far.
begin --out=asked --workers=1 --progress=quiet
finished() { (($(records asked) >= 1)); }
until_true finished
kill -USR1 $pid
end "a table on request" 0
contains "it comes" err "lr=0.1  "
contains "as far as it is there" err "missing"
[[ $(grep -c "started" err) == 0 ]] || fail "quiet was not quiet"
contains "the status has the last word" asked/tiny/status.json '"state": "completed"'

finish
