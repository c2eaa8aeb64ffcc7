#!/usr/bin/env bash
# How trials scale with workers: the time of one study with 1, 2, ... of them,
# and the share of the workers' time that went into something else than steps
# and measures, their start included. Wants a machine that does nothing else.
#   workers.sh RUNNER SPEC WORKERS [flags for the runner]
set -euo pipefail
run=$1 spec=$2 workers=$3
shift 3
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for ((n = 1; n <= workers; ++n)); do
  start=$(date +%s.%N)
  "$run" --spec="$spec" --out="$out/$n" --workers="$n" --progress=quiet "$@" \
    >/dev/null 2>&1
  end=$(date +%s.%N)
  awk -v n="$n" -v seconds="$(echo "$end $start" | awk '{print $1 - $2}')" '
    /"trained":/ { gsub(/[^0-9]/, ""); trials = $0 }
    /"overhead":/ { sub(/.*: /, ""); overhead = $0 }
    END {
      printf "%d workers: %.1f s, %.2f trials/s, overhead %.1f %%\n", n,
             seconds, trials / seconds, 100 * overhead
    }' "$out/$n"/*/status.json
done
