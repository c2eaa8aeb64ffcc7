#!/usr/bin/env bash
# How trials scale with workers: the time of one study with several numbers of
# them, its report included, the share of the workers' time that went into
# something else than steps and measures, their start included, and the most
# memory that a worker held. Wants a machine that does nothing else.
#   workers.sh RUNNER SPEC NUMBER,... [flags for the runner]
set -euo pipefail
run=$1 spec=$2 numbers=$3
shift 3
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for n in ${numbers//,/ }; do
  start=$(date +%s.%N)
  "$run" --spec="$spec" --out="$out/$n" --device=cpu --workers="$n" \
    --progress=quiet "$@" >/dev/null 2>&1
  end=$(date +%s.%N)
  find "$out/$n" -name record.json -exec grep -h peak_memory_bytes {} + |
    cat "$out/$n"/*/status.json - |
    awk -v n="$n" -v seconds="$(echo "$end $start" | awk '{print $1 - $2}')" '
      /"trained":/ { gsub(/[^0-9]/, ""); trials = $0 }
      /"overhead":/ { sub(/.*: /, ""); overhead = $0 }
      /"peak_memory_bytes":/ {
        gsub(/[^0-9]/, "")
        if ($0 + 0 > bytes) bytes = $0 + 0
      }
      END {
        printf "%d workers: %.1f s, %.2f trials/s, overhead %.1f %%, " \
               "%.0f MB each\n", n, seconds, trials / seconds, 100 * overhead,
               bytes / 1e6
      }'
done
