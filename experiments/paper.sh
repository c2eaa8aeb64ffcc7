#!/usr/bin/env bash
# Runs the studies that test the claims of arXiv 2507.17748, one after the
# other, and makes one page over all:
#   paper.sh RUN REPORT [--quick] [--out=DIR] [flags of run]
# --quick: parity_1000 and double_mnist with three seeds, in ten minutes.
# Interrupted, the same command continues. Exit codes as those of run.
set -euo pipefail
run=$PWD/$1
report=$PWD/$2
shift 2
specs=${BUILD_WORKSPACE_DIRECTORY:-$PWD}/experiments/specs/paper

out=results
quick=false
flags=()
while (($# > 0)); do
  case $1 in
    --quick) quick=true ;;
    --out=*) out=${1#--out=} ;;
    --out)
      out=${2:?paper: --out needs a folder}
      shift
      ;;
    *) flags+=("$1") ;;
  esac
  shift
done
studies=(parity_1000 parity_10000 moon_star double_mnist)
if "$quick"; then
  studies=(parity_1000 double_mnist)
  flags+=(--set=seeds=3)
fi

echo "The studies, with their cost on two cores:"
for study in "${studies[@]}"; do
  cost=$(sed -n 's/^# //p' "$specs/$study.yaml" | tr '\n' ' ' |
    grep -o 'About [0-9]* minutes' || true)
  echo "  $study: ${cost:-unknown}"
done

folders=()
worst=0
for study in "${studies[@]}"; do
  echo "== $study"
  code=0
  "$run" --spec="$specs/$study.yaml" --out="$out" "${flags[@]}" || code=$?
  # 1: some trial failed, which stops no other study.
  ((code <= 1)) || exit "$code"
  ((code == 0)) || worst=$code
  folders+=("$out/$study")
done
"$report" --compare="$(IFS=,; echo "${folders[*]}")" --out="$out/paper"
exit "$worst"
