#!/usr/bin/env bash
# What many supervisors cost that share a study, as on the nodes of a cluster:
# each with one worker, whose trials sleep. Once on one folder, once by --shard.
#   supervisors.sh RUN [SUPERVISORS [TRIALS [SECONDS]]]
# RUN is a runner with the metric `sleep`. 64 supervisors need 16 GB of memory.
set -euo pipefail
run=$(realpath "$1")
supervisors=${2:-64}
trials=${3:-640}
seconds=${4:-4}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >sleep.yaml <<END
study: sleep
base:
  dataset: {name: parity, num_train: 100, num_validation: 10, num_test: 10}
  model: {name: fcn, hidden: [4]}
  optimizer: {name: sgd, lr: 0.1}
  training: {batch_size: 10, max_steps: 1}
metrics: [{name: sleep, seconds: $seconds}]
seeds: $trials
END

# Ticks of the processor's clock, a hundred a second, that were not idle.
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }

# measure NAME: all supervisors, the ith with the flags "${flags[@]//@/i}".
measure() {
  local start cpu_start pids=() failed=0
  start=$(date +%s%N)
  cpu_start=$(busy)
  for ((i = 0; i < supervisors; ++i)); do
    "$run" --spec=sleep.yaml --out="$1" --workers=1 --progress=quiet \
      "${flags[@]//@/$i}" >"out.$i" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=$((failed + 1)); done
  awk -v name="$1" -v n="$supervisors" -v trials="$trials" -v s="$seconds" \
    -v failed="$failed" -v ns="$(($(date +%s%N) - start))" \
    -v ticks="$(($(busy) - cpu_start))" \
    -v records="$(find "$1" -name record.json | wc -l)" 'BEGIN {
      ideal = s * int((trials + n - 1) / n)
      printf "%s: %d supervisors, %d trials of %g s\n", name, n, trials, s
      printf "  %.1f s; trials alone take %.1f s\n", ns / 1e9, ideal
      printf "  %.2f s of processor time a supervisor, everything included\n",
             ticks / 100 / n
      printf "  %d records, %d supervisors failed\n", records, failed
    }'
  tail -n 1 out.*[0-9] | grep -v -e '^==>' -e '^$' | sort | uniq -c | sort -rn |
    head -3
  rm -f out.*
  ((failed == 0)) || exit 1
  [[ $(find "$1" -name record.json | wc -l) == "$trials" ]]
}

flags=()
measure one_folder
flags=(--shard=@/"$supervisors")
measure shards
