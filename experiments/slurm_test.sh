#!/usr/bin/env bash
# The script of --slurm, with stand-ins for Slurm's commands, and then, where
# Slurm is installed (slurm-wlm, munge), with a Slurm of one node that the test
# starts for itself.
#   slurm_test.sh RUNNER SPEC
set -uo pipefail
source tools/testing.sh
run=$PWD/$1
# Long enough to be stopped: some seconds a trial.
sed 's/max_steps: 30, eval_every: 10/max_steps: 40000, eval_every: 10000/' \
  "$2" >"$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

records() { find "$1" -name record.json 2>/dev/null | wc -l; }

# until_true SECONDS COMMAND...: waits for it.
until_true() {
  local seconds=$1
  shift
  for ((i = 0; i < 5 * seconds; ++i)); do
    "$@" && return
    sleep 0.2
  done
  fail "waited in vain for: $*"
}

expect "the result elsewhere" 0 "$run" --spec=tiny.yaml --out=local

# --- The script. -------------------------------------------------------------

expect "a script is written" 0 "$run" --spec=tiny.yaml --out="it's" \
  --slurm=array.sh --workers=1 --set=seeds=2
contains "with what it asks for" out "6 trials to run in 2 array tasks of 1 CPU,"
contains "and how to submit it" out "bash $PWD/array.sh"
bash -n array.sh || fail "the script is not bash"
[[ ! -e "it's" ]] || fail "the script's writer made a results folder"
expect "by completed trials" 0 "$run" --spec=tiny.yaml --out=local \
  --slurm=known.sh --set=seeds=3
contains "time is known" out "Time and memory are from completed trials"
echo "study: mine" >mine.yaml
expect "a file of others" 2 "$run" --spec=tiny.yaml --slurm=mine.yaml
contains "stays" mine.yaml "study: mine"
contains "and is named" err "mine.yaml exists and is not a script of --slurm"
expect "without a study" 2 "$run" --slurm=x.sh --verify=tiny.yaml
contains "there is nothing to write" err "name it with --spec"
expect "shards are its own business" 2 "$run" --spec=tiny.yaml --slurm=x.sh \
  --shard=0/2
expect "a pipe cannot be read twice" 2 "$run" --spec=/dev/stdin --slurm=x.sh \
  <tiny.yaml
contains "so it must be a file" err "it must be a file"
expect "nor a pipe with a name" 2 "$run" --spec=<(cat tiny.yaml) --slurm=x.sh

# --- A task, with stand-ins. -------------------------------------------------

mkdir stand_ins
cat >stand_ins/scontrol <<'SCONTROL'
#!/bin/sh
echo "$*" >>"$STAND_IN_LOG"
SCONTROL
cat >stand_ins/sbatch <<'SBATCH'
#!/bin/sh
for argument; do printf '[%s]' "$argument"; done >>"$STAND_IN_LOG"
echo >>"$STAND_IN_LOG"
echo "7;cluster"
SBATCH
chmod +x stand_ins/*
export STAND_IN_LOG=$PWD/log

# Begins a command, which then is a process of its own that takes signals.
stand_ins=(env "PATH=$PWD/stand_ins:$PATH")
task=("${stand_ins[@]}" SLURM_ARRAY_JOB_ID=40 SLURM_CPUS_PER_TASK=1)

: >log
expect "the user's call submits" 0 "${stand_ins[@]}" bash array.sh --partition='a b'
contains "an array" log "[--parsable][--partition=a b][array.sh]"
contains "and a report" log "[--dependency=afterany:7]"
contains "and says so" out "training: job 7; report: job 7"

expect "a task trains its part" 0 "${task[@]}" SLURM_ARRAY_TASK_ID=1 bash array.sh
[[ $(records "it's") == 3 ]] || fail "expected the records of one shard"
expect "the report job" 0 "${task[@]}" SLURM_ARRAY_TASK_ID=0 bash array.sh report
contains "reports what is there" "it's/tiny/table.md" "missing"
[[ $(records "it's") == 3 ]] || fail "the report job trained"

# The time is up in the other one.
: >log
"${task[@]}" SLURM_ARRAY_TASK_ID=0 bash array.sh >out 2>err &
pid=$!
in_a_trial() { grep -qs "started" "it's"/tiny/trials/*/log.txt &&
  find "it's" -name lock -path '*trials*' | grep -q .; }
until_true 60 in_a_trial
kill -USR1 $pid
wait $pid
code=$?
[[ $code == 0 ]] || { fail "requeued: exit code $code"; cat err; }
contains "it is queued again" log "requeue 40_0"
(($(records "it's") < 6)) || fail "the time was up too late"

# scancel: no requeue.
: >log
"${task[@]}" SLURM_ARRAY_TASK_ID=0 bash array.sh >out 2>err &
pid=$!
until_true 60 in_a_trial
kill -TERM $pid
wait $pid
code=$?
[[ $code == 130 ]] || fail "cancelled: exit code $code"
[[ ! -s log ]] || fail "a cancelled job is queued again: $(<log)"
expect "the last try" 0 "${task[@]}" SLURM_ARRAY_TASK_ID=0 bash array.sh
same "gives the local result" "it's/tiny/table.csv" local/tiny/table.csv

# --- Slurm itself. -----------------------------------------------------------

for program in slurmctld slurmd munged sbatch; do
  command -v $program >/dev/null || PATH=$PATH:/usr/sbin
  command -v $program >/dev/null && continue
  note="SKIPPED: the part with a real Slurm ($program is not installed; Debian: apt-get install slurm-wlm munge)"
  echo "$note"
  [[ -z ${TEST_WARNINGS_OUTPUT_FILE:-} ]] || echo "$note" >>"$TEST_WARNINGS_OUTPUT_FILE"
  finish
done

# Sockets have short paths.
slurm=$(TMPDIR=/tmp mktemp -d)
daemons=()
stop_slurm() {
  ((${#daemons[@]} == 0)) || kill "${daemons[@]}" 2>/dev/null
  wait
  rm -rf "$slurm"
}
trap stop_slurm EXIT
chmod 755 "$slurm"
mkdir "$slurm"/{state,spool,munge}
chmod 700 "$slurm/munge"
head -c 1024 /dev/urandom >"$slurm/munge/key"
chmod 400 "$slurm/munge/key"
munged -F --key-file="$slurm/munge/key" --socket="$slurm/socket" \
  --pid-file="$slurm/munge/pid" --log-file="$slurm/munge/log" \
  --seed-file="$slurm/munge/seed" &
daemons+=($!)
host=$(hostname -s)
port=$((20000 + $$ % 20000))
cat >"$slurm/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd.log
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
AuthType=auth/munge
AuthInfo=socket=$slurm/socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$slurm/slurm.conf
until_true 20 test -S "$slurm/socket"
slurmctld -D 2>/dev/null &
daemons+=($!)
slurmd -D 2>/dev/null &
daemons+=($!)
is_idle() { [[ $(sinfo -h -o %T 2>/dev/null) == idle ]]; }
until_true 60 is_idle

# submit FOLDER [OPTIONS]: the script's own submission; $job is the array.
submit() {
  "$run" --spec=tiny.yaml --out="$1" --slurm="$1.sh" --workers=1 >out 2>err ||
    fail "no script: $(<err)"
  bash "$1.sh" --mem=1000M --output="$1-%a.txt" "${@:2}" >out 2>err ||
    fail "not submitted: $(<err)"
  job=$(sed -n 's/^training: job \([0-9]*\);.*/\1/p' out)
}
running() { [[ -n $(squeue -h -t RUNNING 2>/dev/null) ]]; }
# Nothing is queued or running any more.
all_ended() { [[ -z $(squeue -h 2>/dev/null) ]]; }
state() { scontrol show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p' | head -1; }
training() { grep -qs "step 10000" "$1"/tiny/trials/*/log.txt; }
# ended NAME FOLDER: everything ends, with the local table.
ended() {
  until_true 900 all_ended  # Slurm queues a job again after two minutes.
  same "$1: the table" "$2/tiny/table.csv" local/tiny/table.csv
  [[ $(records "$2") == 6 ]] || fail "$1: expected 6 records"
  [[ -s $2/tiny/report.html ]] || fail "$1: no report"
  [[ -z $(find "$2" -name '*.tmp-*') ]] || fail "$1: parts of files were left"
}

# With time enough. The jobs are not bound to CPUs (task/none), and yet each
# takes as many workers as it was granted.
submit plain
ended "plain" plain
# workers FOLDER: what its records have, each value once.
workers() {
  grep -h '"workers"' "$1"/tiny/trials/*/record.json | tr -d ' ,' | sort -u
}
[[ $(workers plain) == '"workers":1' ]] ||
  fail "workers in a job of one CPU: $(workers plain)"
cat >one.sh <<ONE
#!/bin/bash
#SBATCH --cpus-per-task=1
exec '$run' --spec=tiny.yaml --out=one --only=seed=0,lr=0.1
ONE
sbatch -W --output=one.txt one.sh >out 2>err || fail "one: $(<err) $(<one.txt)"
[[ $(workers one) == '"workers":1' ]] ||
  fail "without --workers a job of one CPU took more"

# The time is up again and again: queued again, never failed. Slurm looks at
# times every half minute or so.
submit time --time=1 --signal=B:USR1@50
until_true 120 training time
ended "the time limit" time
grep -q "interrupted; the same command continues" time-*.txt ||
  fail "the time was never up"
[[ $(state "${job}_0") == COMPLETED ]] || fail "ended as $(state "${job}_0")"

# Queued again by hand, and the node is drained and taken down under the jobs.
submit hand
until_true 120 training hand
scontrol requeue "${job}_0"
until_true 300 running
scontrol update nodename="$host" state=drain reason=test
sleep 2
scontrol update nodename="$host" state=resume
until_true 300 running
scontrol update nodename="$host" state=down reason=test
sleep 2
scontrol update nodename="$host" state=resume 2>/dev/null # It may be up again.
ended "requeue, drain, node down" hand

# scancel ends the training; the report is made of what there is; the same
# script continues.
submit cancelled
some_recorded() { (($(records cancelled) > 0)); }
until_true 120 some_recorded
scancel "$job"
until_true 120 all_ended
(($(records cancelled) < 6)) || fail "cancelled too late"
contains "a report of a part" cancelled/tiny/table.md "missing"
bash cancelled.sh --mem=1000M >out 2>err || fail "not submitted: $(<err)"
ended "after scancel" cancelled

finish
