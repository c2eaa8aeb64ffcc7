# shellcheck shell=bash disable=SC2154
# The parts of check.sh, which sources this file: functions part_NAME. They exit
# with code 77 if something cannot be tried here; their last line goes to the
# report.

bin=$work/bazel-out/k8-opt/bin
results=$work/results
export TEST_TMPDIR=$work/tmp
python=${PYTHON:-python3}

skip() {
  echo "$*"
  exit 77
}

need_gpu() { [[ $device != cpu ]] || skip "no GPU"; }

records() { "$python" -B tools/gpu_check/records.py "$@"; }

# --- The programs. ------------------------------------------------------------

# LibTorch's folder, as in third_party/libtorch.bzl.
find_torch() {
  local library folder
  torch=${LIBTORCH_ROOT:-$("$python" -c \
    'import torch; print(*torch.__path__)' 2>/dev/null)}
  [[ -z $torch || $torch == /usr/lib/python3/* ]] || return
  # The distribution's is spread over the system.
  library=$(g++ -print-file-name=libtorch.so)
  [[ $library == /* ]] || skip "no LibTorch: set LIBTORCH_ROOT"
  torch=$work/torch
  # Not /usr/include as a whole: found too early, it breaks #include_next.
  mkdir -p "$torch/include"
  for folder in ATen c10 caffe2 torch; do
    ln -sfn "/usr/include/$folder" "$torch/include/$folder"
  done
  ln -sfn "$(dirname "$library")" "$torch/lib"
}

part_build() {
  local file folder graphs="" cuda_libs=""
  find_torch
  # Folders as Bazel has them: the sources, and external/libtorch.
  mkdir -p "$work/external/libtorch"
  for file in "$root"/*/BUILD; do
    folder=$(dirname "$file")
    [[ $folder == */bazel-* ]] || ln -sfn "$folder" "$work/${folder##*/}"
  done
  cp -a "$pack/execroot/." "$work"  # With its times, for Ninja.
  ln -sfn "$torch/include" "$work/external/libtorch/include"
  rm -f "$work/external/libtorch/cuda"
  if [[ -e $torch/lib/libtorch_cuda.so ]]; then
    cuda_libs="-ltorch_cuda -lc10_cuda"
    for folder in ${CUDA_HOME:+"$CUDA_HOME/include"} \
      "$torch"/../nvidia/{cu13,cuda_runtime}/include \
      /usr/local/cuda{,-*}/include; do
      if [[ -e $folder/cuda_runtime_api.h && -e $folder/crt/host_defines.h ]]
      then
        ln -sfn "$folder" "$work/external/libtorch/cuda"
        graphs=-DBIGSTEP_CUDA_GRAPHS
        break
      fi
    done
  fi
  printf '%s\n' "cc = ${CC:-gcc}" "torch = $torch" "pack = $pack" \
    "graphs = $graphs" "cuda_libs = $cuda_libs" >"$work/variables.ninja"
  cp "$pack/build.ninja" "$work"
  cat "$work/variables.ninja"
  gcc --version | head -1
  # pip puts Ninja beside its Python.
  PATH=$PATH:$(dirname "$("$python" -c 'import sys; print(sys.executable)')")
  # -k 0: some parts need few programs.
  ninja -C "$work" -k 0 ${NINJA_FLAGS:-} programs >"$out/build.log" 2>&1 || {
    grep -B 2 -A 20 "error:\|FAILED" "$out/build.log" | head -100
    echo "see build.log"
    return 1
  }
  echo "$(tail -1 "$out/build.log"); CUDA's headers: ${graphs:-none}"
}

part_ldd() {
  local program missing=0
  for program in base/tensors_test experiments/run_main tools/bench_step; do
    ldd "$bin/$program"
    ! ldd "$bin/$program" | grep "not found" || missing=1
  done
  "$bin/experiments/run_main" --version && ((missing == 0)) &&
    echo "all libraries found"
}

part_unit() {
  "$bin/base/tensors_test" >"$work/unit" 2>&1
  local code=$?
  cat "$work/unit"
  # The summary: numbers, and the names of what was skipped or failed.
  sed -n '/^\[  PASSED  \]/,$s/^\[ *\([A-Z]*\) *\] \(.*\)/\1 \2/p' \
    "$work/unit" | grep -v listed | paste -sd';'
  return "$code"
}

# --- Values. ------------------------------------------------------------------

run() {
  "$bin/experiments/run_main" --progress=plain --cache="$work/cache" "$@"
}

# parity NAME DEVICE [flags]: half of the study's 31 trials with all metrics,
# cut short; fewer in a rehearsal.
parity() {
  local size=(--workers=8 --shard=0/2)
  [[ $device != cpu ]] || size=(--workers=2 --shard=0/8)
  rm -rf "${results:?}/$1"
  run --spec=experiments/specs/parity_knobs.yaml --out="$results/$1" \
    --device="$2" --set=seeds=1 --set=training.max_steps=200 \
    --set=training.eval_every=100 "${size[@]}" "${@:3}"
}

part_parity() {
  parity on_cpu cpu & parity on_device "$device"
  wait
  records compare "$results/on_cpu" "$results/on_device" --tolerance=1e-3
}

part_again() {
  parity again "$device" && records compare "$results"/{on_device,again}
}

part_graphs() {
  need_gpu
  parity graphs cuda --cuda_graphs &&
    records compare "$results"/{on_device,graphs}
}

part_reproduce() {
  local record study
  for study in on_device graphs; do
    record=$(find "$results" -path "*/$study/*/record.json" | sort | head -1)
    [[ -z $record ]] ||
      "$bin/experiments/reproduce_main" --record="$record" || return
  done
  [[ -e $results/on_device ]] || skip "no records: the part parity makes them"
}

# --- Speed. -------------------------------------------------------------------

# rates NAME WORKERS...: short trials a minute, by one run with several workers.
rates() {
  local workers flags=(--cuda_graphs)
  [[ $device != cpu ]] || flags=(--shard=0/4)
  for workers in "${@:2}"; do
    rm -rf "${results:?}/$1_$workers"
    run --spec=experiments/specs/parity_knobs.yaml --device="$device" \
      --out="$results/$1_$workers" --workers="$workers" --set=seeds=2 \
      --set=training.max_steps=300 --set="metrics=[accuracy]" \
      --set="compare.metrics=[accuracy.unbiased_test]" "${flags[@]}" >&2 ||
      return
    records speed "$results/$1_$workers"
  done | paste -sd';'
}

part_workers() {
  if [[ $device == cpu ]]; then rates workers 2 1; else rates workers 16 4 1; fi
}

part_mps() {
  need_gpu
  command -v nvidia-cuda-mps-control || skip "no nvidia-cuda-mps-control"
  export CUDA_MPS_PIPE_DIRECTORY=$work/mps CUDA_MPS_LOG_DIRECTORY=$work/mps_log
  mkdir -p "$work"/mps{,_log}
  nvidia-cuda-mps-control -d || return
  trap 'echo quit | nvidia-cuda-mps-control' EXIT
  rates mps 16 4
}

# Dataset, model and batch size, and the steps of a trial.
declare -A network=(
  [parity]='{name: parity, core_bits: 10, spurious_bits: 10, core_degree: 3, '\
'spurious_degree: 1}|{name: fcn, hidden: [100, 100], bias: true}|100|3000'
  [fcn]='{name: colored_mnist}|{name: fcn, hidden: [100, 100, 100]}|128|1500'
  [cnn]='{name: colored_mnist}|{name: cnn, widths: [32, 64]}|128|150'
  [resnet18]='{name: cifar10}|{name: resnet18, stem: cifar}|128|150'
  [swin_t]='{name: waterbirds}|{name: swin_t}|16|20'
)

# train NETWORK PRECISION [flags]: samples a second. Of two trials in a process,
# the first also pays for what is loaded.
train() {
  local dataset model batch steps name=train_$1_$2${3:+_graphs}
  IFS='|' read -r dataset model batch steps <<<"${network[$1]}"
  [[ $device != cpu ]] || steps=$((steps / 50))
  [[ -e $work/data ]] ||
    ln -sfn "$("$bin/datasets/fake_data_root_main")" "$work/data"
  cat >"$work/$name.yaml" <<END
study: $name
base:
  dataset: $dataset
  model: $model
  optimizer: {name: sgd, lr: 0.01}
  training: {batch_size: $batch, max_steps: $steps, precision: $2}
metrics: [accuracy]
seeds: 2
END
  rm -rf "${results:?}/$name"
  run --spec="$work/$name.yaml" --out="$results" --data_root="$work/data" \
    --device="$device" --workers=1 "${@:3}" >&2 || return
  records speed "$results/$name" | sed 's/.*at best //'
}

# Do convolutions and attention give the same bits again?
part_images() {
  local name names=(cnn resnet18 swin_t)
  [[ $device != cpu ]] || names=(cnn)
  for name in "${names[@]}"; do
    rm -rf "${results:?}/first_$name"
    train "$name" float32 >&2 &&
      mv "$results/train_${name}_float32" "$results/first_$name" &&
      train "$name" float32 >&2
    records compare "$results"/{first_"$name",train_"${name}"_float32} \
      >"$work/compared"
    cat "$work/compared" >&2
    echo "$name: $(tail -1 "$work/compared")"
  done | tee "$work/images" | paste -sd';'
  ! grep -qv " 0 beyond" "$work/images"
}

# The same step in Python.
peer() {
  "$python" -B tools/bench/peers/steps.py --device="$device" --timings=3 \
    --seconds=0.5 --models="$@" |
    sed 's/.*"samples_per_s": \([0-9.]*\).*/\1 samples\/s/'
}

part_steps() {
  local name names=(parity fcn resnet18)
  [[ $device != cpu ]] || names=(parity fcn)
  # bench_step has no device: a core, to compare with.
  "$bin/tools/bench_step" --benchmark_filter=parity
  for name in "${names[@]}"; do
    echo "$name: $(train "$name" float32)"
    [[ $device == cpu ]] ||
      echo "$name, graphs: $(train "$name" float32 --cuda_graphs)"
    "$python" -c "import torch, torchvision" || continue
    echo "$name, Python: $(peer "$name")"
    # Compiling takes long.
    [[ $device == cpu || $name == resnet18 ]] ||
      echo "$name, compiled: $(peer "$name" --compile)"
  done | tee "$work/steps"
  paste -sd';' "$work/steps"
  ! grep -q ': $' "$work/steps"
}

part_precision() {
  need_gpu  # The CPU refuses bfloat16.
  local precision
  for precision in float32 bfloat16; do
    echo "$precision: $(train resnet18 $precision)"
  done | tee "$work/precision" | paste -sd';'
  ! grep -q ': $' "$work/precision"
}

part_fused() {
  "$python" -c "import torch" || skip "no PyTorch in python3"
  "$python" -B tools/gpu_check/fused_mlp.py --device="$device"
}

# --- The rest. ----------------------------------------------------------------

part_sanitizer() {
  need_gpu
  command -v compute-sanitizer || skip "no compute-sanitizer"
  rm -rf "${results:?}/sanitizer"
  compute-sanitizer --target-processes=all --error-exitcode=9 \
    "$bin/experiments/run_main" --spec=experiments/testdata/tiny.yaml \
    --out="$results/sanitizer" --device=cuda --workers=1 --only=lr=0.1,seed=0 \
    --set=training.max_steps=20 >"$work/sanitizer" 2>&1
  local code=$?
  cat "$work/sanitizer"
  grep -o "ERROR SUMMARY.*" "$work/sanitizer" | sort | uniq -c | paste -sd';'
  ((code == 0)) && ! grep -q "ERROR SUMMARY: [1-9]" "$work/sanitizer"
}

# On this LibTorch's CPU: the suites make their tensors there.
part_cpu_tests() {
  local shard pid pids=() failed=0
  export OMP_NUM_THREADS=1 GTEST_BRIEF=1
  for ((shard = 0; shard < 12; ++shard)); do
    GTEST_TOTAL_SHARDS=12 GTEST_SHARD_INDEX=$shard \
      "$bin/experiments/conformance/conformance_test" &
    pids+=($!)
  done
  "$bin/experiments/train/train_test" &
  for pid in "${pids[@]}" $!; do
    wait "$pid" || failed=$((failed + 1))
  done
  echo "$failed of 13 processes failed"
  ((failed == 0))
}
