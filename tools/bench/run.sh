#!/usr/bin/env bash
# Every benchmark whose numbers stand in docs/performance.md, one after another,
# each in a process of its own, and those tables and figures made of what they
# print. Wants a machine that does nothing else, for an hour or two.
#   run.sh [flags]
#     --out=DIR        results: performance_tables.md, raw/, figures with their
#                      data (default: results/performance)
#     --data_root=DIR  folder that holds the datasets' files
#     --only=A,B       parts to run, of those --benchmark_list_tests prints; the
#                      tables are made of all that --out then holds
#     --build          also how long a clean build takes (twenty minutes)
#     --short          a trial of this script: fewer networks, steps and sizes
#     --update_docs    put tables and figures into docs/
#     --bin=DIR        built programs, as in bazel-bin
# Paths are relative to where it is called. A part that fails is named, the
# others run; exit code 1. PYTHON names the interpreter that has PyTorch.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$(dirname "$here")")
cd_from=${BUILD_WORKING_DIRECTORY:-$PWD}

parts=(steps avx2 study eval start workers size)
known=("${parts[@]}" build)
out=$cd_from/results/performance
data_root=${BIGSTEP_DATA_ROOT:-$HOME/.cache/bigstep/data}
bin=$root/bazel-bin
[[ -z ${BUILD_WORKSPACE_DIRECTORY:-} ]] || bin=$PWD  # The runfiles.
short=false
update_docs=false

# Absolute, as seen from where the user typed it.
absolute() {
  case $1 in
    /*) echo "$1" ;;
    "~"*) echo "$HOME${1#"~"}" ;;
    *) echo "$cd_from/$1" ;;
  esac
}

for flag in "$@"; do
  case $flag in
    --help)
      sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      exit ;;
    --out= | --data_root= | --bin=)
      echo "bench_all: ${flag%=} names no folder" >&2
      exit 2 ;;
    --out=*) out=$(absolute "${flag#*=}") ;;
    --data_root=*) data_root=$(absolute "${flag#*=}") ;;
    --only=*) IFS=, read -ra parts <<<"${flag#*=}" ;;
    --build) parts+=(build) ;;
    --short) short=true ;;
    --update_docs) update_docs=true ;;
    --bin=*) bin=$(absolute "${flag#*=}") ;;
    --benchmark_list_tests)
      printf '%s\n' "${known[@]}"
      exit ;;
    *)
      echo "bench_all: no flag '$flag'; --help prints them" >&2
      exit 2 ;;
  esac
done

networks=(fcn parity cnn resnet18 swin_t resnet50)
avx2_networks=(fcn cnn)
datasets=(mnist cifar-10-batches-bin waterbirds_v1.0)
rounds=3
sizes=(100 1000 10000 100000)
starts=5
python_flags=()
study_flags=()
workers_flags=(--set=training.max_steps=1000)
if $short; then
  networks=(fcn parity cnn)
  avx2_networks=(fcn)
  datasets=(mnist)
  rounds=1
  sizes=(100 1000)
  starts=1
  python_flags=(--timings=2 --seconds=0.2)
  study_flags=(--studies=parity_knobs --seeds=1 --steps=20 --dataloader_steps=5)
  workers_flags=(--set=training.max_steps=20 --set=training.eval_every=20
    "--set=metrics=[accuracy]"
    "--set=compare.metrics=[accuracy.unbiased_test]")
fi
specs=$root/experiments/specs
raw=$out/raw
work=$(mktemp -d)
failed=()
# Bazel makes its folders read-only.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
# These change what is measured.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE DNNL_MAX_CPU_ISA ONEDNN_MAX_CPU_ISA \
  ATEN_CPU_CAPABILITY OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS \
  GLIBC_TUNABLES "${!MALLOC_@}"

say() { printf 'bench_all: %s\n' "$*" >&2; }

# measure NAME COMMAND...: what the command prints goes to raw/NAME. If it fails
# or prints nothing, only its messages are kept, as raw/NAME.log.
measure() {
  local name=$1 start=$SECONDS
  shift
  rm -f "$raw/$name" "$raw/$name.log"
  if "$@" >"$work/printed" 2>"$work/messages" && [[ -s $work/printed ]]; then
    mv "$work/printed" "$raw/$name"
    say "$name: $((SECONDS - start)) s"
  else
    cat "$work/printed" "$work/messages" >"$raw/$name.log"
    failed+=("$name")
    say "$name FAILED: see $raw/$name.log"
  fi
}

# The load of the minute before, at most 0.3; five minutes are waited for it.
wait_until_quiet() {
  local i load
  for ((i = 0; i < 60; ++i)); do
    load=$(cut -d' ' -f1 /proc/loadavg)
    ! awk -v load="$load" 'BEGIN { exit !(load <= 0.3) }' || return 0
    ((i > 0)) || say "waits for the machine to be idle (load $load)"
    sleep 5
  done
  say "the machine is not idle (load $load): do not trust the figures"
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 /usr/bin/python3}; do
    if "$candidate" -c "import torch, torchvision, yaml" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  say "no Python with torch, torchvision, yaml: those columns stay empty"
}

# As Bigstep sets for its own processes (base/device.cc); OpenBLAS's kernels are
# added once they are known.
tuned=(env GLIBC_TUNABLES=glibc.malloc.hugetlb=1
  MALLOC_MMAP_THRESHOLD_=$((1 << 30)) MALLOC_TRIM_THRESHOLD_=$((1 << 60)))

# --- Parts. -------------------------------------------------------------------

# The machine, and a record of one step: it names compiler and libraries.
machine() {
  printf 'processor: %s\n' \
    "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1)"
  printf 'cores: %s\n' "$(nproc)"
  awk '/^MemTotal/ { printf "memory: %.0f GB\n", $2 * 1024 / 1e9 }' \
    /proc/meminfo
  printf 'kernel: %s\n' "$(uname -sr)"
  printf 'load before: %s\n' "$(cut -d' ' -f1 /proc/loadavg)"
  printf 'date: %s\n' "$(date -u +%F)"
  "$bin/experiments/run_main" --spec="$specs/parity_knobs.yaml" --only=lr=0.1 \
    --out="$work/record" --device=cpu --workers=1 --progress=quiet \
    "${one_step[@]}" >/dev/null || return
  cp "$work"/record/*/trials/*/record.json "$raw/record.json" || return
  [[ -z $python ]] || PYTHONPATH=$here/peers "$python" -B -c "
import study, sys, torch, torchvision
print('python: %d.%d.%d, PyTorch %s, torchvision %s; %s' % (
    *sys.version_info[:3], torch.__version__, torchvision.__version__,
    study.blas_kernels()))"
}

# OpenBLAS's kernels that Bigstep chose, for Python as well.
share_kernels() {
  local kernels
  kernels=$(sed -n \
    's/.*"blas": "OpenBLAS .*, kernels for \([A-Za-z0-9]*\)".*/\1/p' \
    "$raw/record.json")
  [[ -z $kernels ]] || tuned+=("OPENBLAS_CORETYPE=$kernels")
}
one_step=(--set=seeds=1 --set=training.max_steps=1 --set=training.eval_every=1
  "--set=metrics=[accuracy]" "--set=compare.metrics=[accuracy.unbiased_test]")

step() {
  "$bin/tools/bench_step" --data_root="$data_root" --benchmark_format=json "$@"
}

peer() {
  env OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 \
    "$@" "${python_flags[@]}"
}

# steps_of PREFIX NETWORK: Bigstep and Python take turns, so that each ratio is
# of neighbours in time.
steps_of() {
  local prefix=$1 network=$2 round format script=$here/peers/steps.py
  rm -f "$raw/$prefix"{step,peer_{plain,nchw,nhwc,compiled}}_"$network"_*.json
  for ((round = 1; round <= rounds; ++round)); do
    measure "${prefix}step_${network}_$round.json" \
      step --benchmark_filter="^Step/$network/"
    [[ -n $python ]] || continue
    measure "${prefix}peer_plain_${network}_$round.json" \
      peer "$python" "$script" --models="$network"
    measure "${prefix}peer_nchw_${network}_$round.json" \
      peer "${tuned[@]}" "$python" "$script" --models="$network"
    # It has no images.
    [[ $network == parity ]] || measure \
      "${prefix}peer_nhwc_${network}_$round.json" \
      peer "${tuned[@]}" "$python" "$script" --models="$network" \
      --format=channels_last
    format=channels_last
    [[ $network != fcn && $network != parity ]] || format=nchw
    ! $compiles || measure "${prefix}peer_compiled_${network}_$round.json" \
      peer "${tuned[@]}" "$python" "$script" --models="$network" \
      --format=$format --compile
  done
}

steps() {
  local network
  for network in "${networks[@]}"; do
    steps_of "" "$network"
  done
}

# As on a processor that has AVX2 and no more: BLAS, oneDNN and LibTorch's own
# loops.
avx2() {
  local network tuned=("${tuned[@]}" OPENBLAS_CORETYPE=Haswell)
  export OPENBLAS_CORETYPE=Haswell DNNL_MAX_CPU_ISA=AVX2 \
    ATEN_CPU_CAPABILITY=avx2
  for network in "${avx2_networks[@]}"; do
    steps_of avx2_ "$network"
  done
  unset OPENBLAS_CORETYPE DNNL_MAX_CPU_ISA ATEN_CPU_CAPABILITY
}

study() {
  [[ -n $python ]] || {
    say "study is left out: it needs Python"
    rm -f "$raw/study.txt"
    return 0
  }
  measure study.txt "$here/study.sh" "$bin/experiments/run_main" \
    "$specs/parity_knobs.yaml" "$specs/colored_mnist_knobs.yaml" \
    --data_root="$data_root" "${study_flags[@]}"
}

eval_metrics() {
  measure eval.json "$bin/tools/bench_eval" --data_root="$data_root" \
    --benchmark_format=json "$specs/colored_mnist_lr.yaml" \
    "$specs/colored_mnist_knobs.yaml"
}

# one_start SPEC CACHE: a study of one step on a worker of its own; when it was
# called, when it ended, and its log and record.
one_start() {
  local results=$work/start begun
  rm -rf "$results"
  begun=$(date +%s.%N)
  "$bin/experiments/run_main" --spec="$1" --only=lr=0.1 --out="$results" \
    --cache="$2" --data_root="$data_root" --workers=1 --progress=quiet \
    --device=cpu "${one_step[@]}" >/dev/null || return
  printf '{"begun": %s, "ended": %s, "log": "%s", "record":\n' \
    "$begun" "$(date +%s.%N)" "$(head -1 "$results"/*/trials/*/log.txt)"
  cat "$results"/*/trials/*/record.json
  echo "}"
}

start() {
  local i spec=$specs/colored_mnist_lr.yaml
  rm -f "$raw"/start_*.json
  measure start_warmup.json one_start "$specs/parity_knobs.yaml" "$work/cache"
  for ((i = 1; i <= starts; ++i)); do
    measure "start_parity_$i.json" \
      one_start "$specs/parity_knobs.yaml" "$work/cache"
    rm -rf "$work/cache"
    measure "start_files_$i.json" one_start "$spec" "$work/cache"
    measure "start_cache_$i.json" one_start "$spec" "$work/cache"
  done
}

workers() {
  measure workers.txt "$here/workers.sh" "$bin/experiments/run_main" \
    "$specs/parity_knobs.yaml" 1,2,4 --set=seeds=1 "${workers_flags[@]}"
}

# Each size in a process of its own, so that its memory is its own.
size() {
  local trials name
  rm -f "$raw"/size_*.json
  for trials in "${sizes[@]}"; do
    for name in Expand Print; do
      measure "size_${name}_$trials.json" "$bin/tools/bench_plan" \
        --benchmark_format=json --benchmark_filter="^BM_$name/$trials\$"
    done
    for name in ReadRecords WriteReport; do
      measure "size_${name}_$trials.json" "$bin/tools/bench_report" \
        --benchmark_format=json --benchmark_filter="^BM_$name/$trials\$"
    done
  done
}

# timed_build TEXT: builds all in the copy of the sources, and says how long.
timed_build() {
  local begun
  begun=$(date +%s.%N)
  (cd "$work/tree" && bazel --output_base="$work/base" build --disk_cache= \
    --color=no --curses=no //...) >&2 || return
  printf '%s: %.1f\n' "$1" \
    "$(awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')"
}

# In a copy, with nothing built before: no disk cache, an output folder of its
# own. A variable more in a plugin: a comment would leave its object as it was.
build_times() {
  local file
  mkdir "$work/tree"
  git -C "$root" ls-files -co --exclude-standard -z |
    tar -C "$root" --null --ignore-failed-read -T - -c |
    tar -C "$work/tree" -x || return
  for file in system.bazelrc user.bazelrc; do
    [[ ! -e $root/$file ]] || cp "$root/$file" "$work/tree"
  done
  timed_build "everything, from nothing" || return
  timed_build "nothing changed" || return
  printf '\nnamespace bigstep {\nint touched_by_benchmark = 1;\n}\n' \
    >>"$work/tree/models/fcn.cc"
  timed_build "one plugin changed (models/fcn.cc)" || return
  (cd "$work/tree" && bazel --output_base="$work/base" shutdown) >&2
}

build() { measure build.txt build_times; }

# --- All of it. ---------------------------------------------------------------

for part in "${parts[@]}"; do
  [[ " ${known[*]} " == *" $part "* ]] || {
    say "no part '$part' (known: ${known[*]})"
    exit 2
  }
done
[[ -x $bin/experiments/run_main ]] || {
  say "no programs in $bin: bazel build //experiments:run //tools:all"
  exit 2
}
if $short && $update_docs; then
  say "--short measures too little for the page: leave out --update_docs"
  exit 2
fi
[[ " ${parts[*]} " =~ \ (steps|avx2|study|eval|start)\  ]] ||
  datasets=()
for folder in "${datasets[@]}"; do
  [[ -d $data_root/$folder ]] || {
    say "no $folder in the data root $data_root; bazel run" \
      "//tools:fetch_data brings datasets, --data_root names another folder"
    exit 2
  }
done
mkdir -p "$raw" || exit 2
trap 'say "interrupted; $raw keeps what was measured"; exit 130' INT
python=$(find_python)
compiles=false  # PyTorch 2 does.
[[ -z $python ]] || ! "$python" -c "import torch; torch.compile" 2>/dev/null ||
  compiles=true
$short || wait_until_quiet
measure machine.txt machine
[[ ! -e $raw/record.json ]] || share_kernels
for part in "${parts[@]}"; do
  commit=$(git -C "$root" describe --always --abbrev=12 --dirty=+ --exclude='*')
  echo "$(date -u +%F), commit $commit" >"$raw/$part.run"
  # The shell has an eval already.
  if [[ $part == eval ]]; then eval_metrics; else "$part"; fi
done

flags=()
! $update_docs || flags=(--docs="$root/docs")
python3 -B "$here/tables.py" "$out" --scripts="$root/docs/performance" \
  "${flags[@]}"
((${#failed[@]} == 0)) || {
  say "failed: ${failed[*]}"
  exit 1
}
