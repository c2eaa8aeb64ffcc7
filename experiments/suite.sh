#!/usr/bin/env bash
# Runs several studies, one after the other, and makes one page over all:
#   suite.sh RUN REPORT paper|external [--quick] [--studies=A,B] [--out=DIR]
#            [flags of run]
# --quick: of the paper, parity_1000 and double_mnist with three seeds, in ten
# minutes. The specs and data of all studies are checked before one is trained.
# Interrupted, the same command continues. Exit codes as those of run.
set -euo pipefail
run=$PWD/$1
report=$PWD/$2
suite=$3
shift 3
specs=${BUILD_WORKSPACE_DIRECTORY:-$PWD}/experiments/specs/$suite

case $suite in
  paper)
    studies=(parity_1000 parity_10000 parity_mechanism moon_star double_mnist
      colored_mnist colored_mnist_full mnist_cifar rare_cifar10
      corrupted_cifar10)
    ;;
  external)
    studies=(sparse_features_diagonal sparse_features_two_layers
      sparse_features_three_layers shah_slabs shah_mnist_cifar lff_vanilla
      lff_vanilla_rates)
    ;;
  *)
    echo "suite.sh: expected paper or external, got '$suite'" >&2
    exit 2
    ;;
esac

out=results
flags=()
while (($# > 0)); do
  case $1 in
    --quick)
      studies=(parity_1000 double_mnist)
      flags+=(--set=seeds=3)
      ;;
    --studies=*) IFS=, read -r -a studies <<<"${1#--studies=}" ;;
    --out=*) out=${1#--out=} ;;
    --out)
      out=${2:?$suite: --out needs a folder}
      shift
      ;;
    *) flags+=("$1") ;;
  esac
  shift
done

if ((${#studies[@]} == 0)); then
  echo "$suite: --studies names no study" >&2
  exit 2
fi
echo "The studies, with their cost on two cores:"
for study in "${studies[@]}"; do
  if [[ ! -f $specs/$study.yaml ]]; then
    echo "$suite: no study '$study' in experiments/specs/$suite" >&2
    exit 2
  fi
  cost=$(sed -n 's/^# //p' "$specs/$study.yaml" | tr '\n' ' ' |
    grep -o 'About [0-9]* minutes' || true)
  echo "  $study: ${cost:-unknown}"
done
echo "Checking their data"
for study in "${studies[@]}"; do
  "$run" --plan="$specs/$study.yaml" --out="$out" "${flags[@]}" >/dev/null
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
# One study has its own page.
if ((${#folders[@]} > 1)); then
  "$report" --compare="$(IFS=,; echo "${folders[*]}")" --out="$out/$suite"
fi
exit "$worst"
