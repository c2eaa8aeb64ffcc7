#!/usr/bin/env bash
# Follows the documentation to the letter, each page in a folder of its own (and,
# under Bazel, in a shard of its own): links lead to files; blocks of `yaml` are studies, or parts of one, that verify;
# blocks of `sh` are commands that end with exit code 0, or with the one that a
# comment names ("# exit code 2"). No command stands in any other block.
# Blocks of `flags` are flags of //experiments:run, tried one line at a time with
# --plan=my.yaml. Blocks of `cpp` are excerpts of the toys that new plugins start from, or of examples/external. Blocks of
# `bash` are scripts, kept under the name that the text gives them. Blocks of `python` and `r` run where pandas or R is installed.
#   docs_test.sh FAKE_DATA_ROOT TARGET=PROGRAM...
# FAKE_DATA_ROOT prints a folder with small files in place of real data. TARGET
# is what `bazel run` names. Trials are cut to a few steps; nothing is downloaded
# and nothing is built. Benchmarks are not run: their names must be targets.
set -uo pipefail
source tools/testing.sh
root=$PWD
fake_data_root=$PWD/$1
declare -A programs
for pair in "${@:2}"; do programs[${pair%%=*}]=$PWD/${pair#*=}; done
export ROOT=$root

documents=(README.md CONTRIBUTING.md docs/*.md docs/results/*.md)
((${#documents[@]} >= 12)) || fail "found only ${documents[*]}"
# What a change of the format could hide.
[[ $(grep -ch '^ *```yaml$' "${documents[@]}" | awk "{n += \$1} END {print n}") -ge 5 ]] ||
  fail "found too few blocks of yaml"
[[ $(grep -ch '^ *```cpp$' "${documents[@]}" | awk "{n += \$1} END {print n}") -ge 8 ]] ||
  fail "found too few excerpts"

# Each shard takes every TEST_TOTAL_SHARDS-th page.
[[ -z ${TEST_SHARD_STATUS_FILE:-} ]] || touch "$TEST_SHARD_STATUS_FILE"
mine=()
for ((i = ${TEST_SHARD_INDEX:-0}; i < ${#documents[@]}; i += ${TEST_TOTAL_SHARDS:-1})); do
  mine+=("${documents[i]}")
done
documents=("${mine[@]}")

# --- Links [text](path) to files of this repository, without #anchors. --------

links=0
for document in "${documents[@]}"; do
  while read -r link; do
    links=$((links + 1))
    [[ -e $(dirname "$document")/$link ]] ||
      fail "$document: the link to '$link' leads nowhere"
  done < <(grep -oP '\]\(\K[^)#]+' "$document" | grep -v '^https\?:')
done

# --- Places of a draft that wait for text. -------------------------------------

! grep -n '@@' "${documents[@]}" || fail "@@ marks text that is still to be written"

# --- A home with data, and commands that stand in for those of the system. ----

export HOME=$TEST_TMPDIR/home
mkdir -p "$HOME/.cache/bigstep" "$TEST_TMPDIR/bin"
data=$("$fake_data_root")
ln -s "$data" "$HOME/data"
ln -s "$data" "$HOME/.cache/bigstep/data"
mkdir -p "$HOME/data/my_birds"
cp -r "$HOME/data/image_groups/." "$HOME/data/my_birds"
# Its table has the labels of own_images.md.
sed -i -E 's/,(land|water)bird,([a-z]+)$/,\1,\2/' \
  "$HOME/data/my_birds/metadata.csv"

for name in "${!programs[@]}"; do
  echo "declare -A programs; programs[$name]=${programs[$name]}"
done >"$TEST_TMPDIR/programs"
export PROGRAMS=$TEST_TMPDIR/programs

# `bazel run` starts what was built for this test, with trials cut short; what
# `bazel test` and `bazel build` do, this test cannot.
cat >"$TEST_TMPDIR/bin/bazel" <<'SHIM'
#!/usr/bin/env bash
source "$PROGRAMS"
command=$1
shift
targets=()
while (($# > 0)) && [[ $1 != -- ]]; do
  [[ $1 == -* ]] || targets+=("$1")
  shift
done
shift
[[ $command == run ]] || exit 0
target=${targets[0]}
small=(--set=training.max_steps=4 --set=training.eval_every=2 --set=seeds=2)
export BUILD_WORKING_DIRECTORY=$PWD
case $target in
  //experiments:run)
    [[ " $* " == *" --spec="* ]] || small=()
    exec "${programs[$target]}" "${small[@]}" "$@" ;;
  //tools:fetch_data)
    # Downloading is fetch_data_test's: here, only what is named must exist.
    "${programs[$target]}" --list >list || exit
    for name in "$@"; do
      [[ $name == -* ]] || grep -q "^$name " list || exit 2
    done ;;
  //tools:bench_*)
    grep -qE "\"(bench_)?${target#//tools:bench_}\"" "$ROOT/tools/BUILD" ||
      exit 2 ;;
  //tools:new_plugin | //tools:update_docs | *_fuzz | //experiments:paper | //experiments:external_checks)
    ;;  # They change a source tree, need another build, or take hours.
  //:* | @bigstep//*) ;;  # In a workspace of the reader's.
  *)
    spec=$ROOT/experiments/specs/${target#//experiments:}.yaml
    if [[ -e $spec ]]; then
      exec "${programs[//experiments:run]}" --spec="$spec" "${small[@]}" \
        --set=seeds=1 "$@"
    fi
    [[ -n ${programs[$target]:-} ]] || {
      echo "this test has no program for $target" >&2
      exit 2
    }
    exec "${programs[$target]}" "$@" ;;
esac
SHIM
# A cluster of one node that runs the first job of an array at once.
cat >"$TEST_TMPDIR/bin/sbatch" <<'SHIM'
#!/usr/bin/env bash
export SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=8 SLURM_CPUS_PER_TASK=1
while [[ $1 == -* ]]; do shift; done
bash "$@" >&2 && echo 4711
SHIM
cat >"$TEST_TMPDIR/bin/srun" <<'SHIM'
#!/usr/bin/env bash
exec "$@"
SHIM
cat >"$TEST_TMPDIR/bin/hq" <<'SHIM'
#!/usr/bin/env bash
export HQ_TASK_ID=0
while (($# > 0)) && [[ $1 != sh ]]; do shift; done
exec "$@"
SHIM
cat >"$TEST_TMPDIR/bin/run" <<'SHIM'
#!/usr/bin/env bash
exec bazel run //experiments:run -- "$@"
SHIM
chmod +x "$TEST_TMPDIR"/bin/*
export PATH=$TEST_TMPDIR/bin:$PATH

# --- Blocks. -----------------------------------------------------------------

# The parts of a study that stand in for those that a block leaves out.
part() {
  case $1 in
    study) echo "study: part" ;;
    dataset) echo "  dataset: parity" ;;
    model) echo "  model: fcn" ;;
    optimizer) echo "  optimizer: {name: sgd, lr: 0.1}" ;;
    training) echo "  training: {max_steps: 10, eval_every: 5}" ;;
    metrics) echo "metrics: [accuracy, prunability]" ;;
    *) return 1 ;;
  esac
}

# complete FILE: the study that a block is part of, on standard output. Keys of
# `base` stand at the margin in such blocks.
complete() {
  local key below=false
  for key in study metrics; do
    grep -q "^$key:" "$1" || part $key
  done
  if ! grep -q "^base:" "$1"; then
    echo "base:"
    for key in dataset model optimizer training; do
      grep -q "^$key:" "$1" || part $key
    done
    # What is below base, indented.
    while IFS= read -r line; do
      if [[ $line =~ ^([a-z_]+): ]]; then
        below=false
        case ${BASH_REMATCH[1]} in
          dataset | model | loss | optimizer | schedule | regularizers | training)
            below=true ;;
        esac
      fi
      ! $below || echo "  $line"
    done <"$1"
  fi
  below=false
  while IFS= read -r line; do
    if [[ $line =~ ^([a-z_]+): ]]; then
      below=false
      case ${BASH_REMATCH[1]} in
        dataset | model | loss | optimizer | schedule | regularizers | training)
          below=true ;;
      esac
    fi
    $below || echo "$line"
  done <"$1"
}

# yaml_block DOCUMENT LINE NAME: checks the file `block`. NAME is what the text
# above the block calls the file, or empty.
yaml_block() {
  if grep -q '^study:' block; then
    ((studies++ > 0)) || cp block my.yaml  # The page's first study.
    cp block "$(sed -n 's/^study: *\([a-z0-9_]*\).*/\1/p' block).yaml"
    [[ -z $3 ]] || cp block "$3"
    cp block whole.yaml
  else
    complete block >whole.yaml
  fi
  expect "$1:$2: the block verifies" 0 \
    "${programs[//experiments:run]}" --verify=whole.yaml
}

# sh_block DOCUMENT LINE: runs the commands in the file `block`.
sh_block() {
  local line command="" code
  while IFS= read -r line || [[ -n $line ]]; do
    command+=$line
    if [[ $command == *\\ ]]; then
      command=${command%\\}
      continue
    fi
    if [[ -n ${command%%#*} ]]; then
      code=0
      [[ ! $command =~ \#\ exit\ code\ ([0-9]+) ]] || code=${BASH_REMATCH[1]}
      commands=$((commands + 1))
      expect "$1:$2: $command" "$code" bash -c "$command"
    fi
    command=""
  done <block
}

# script_block DOCUMENT LINE COMMAND...: runs the file `block` where the machine
# has what it needs.
script_block() {
  commands=$((commands + 1))
  expect "$1:$2: the script runs" 0 "${@:3}" block
}

templates=$(cat tools/templates/*.cc examples/external/*.cc)
# flags_block DOCUMENT LINE: tries each line of the file `block`. A filter that
# keeps none of the trials at hand is still understood.
flags_block() {
  local line
  while IFS= read -r line; do
    commands=$((commands + 1))
    bash -c "bazel run //experiments:run -- --plan=my.yaml $line" >out 2>err ||
      grep -q -- "--only: .*no trial of this plan" err || {
      fail "$1:$2: $line"
      cat out err
    }
  done <block
}

yaml_blocks=0
commands=0
excerpts=0
for document in "${documents[@]}"; do
  folder=$TEST_TMPDIR/pages/${document//\//_}
  mkdir -p "$folder/tools"
  cp -rL "$root/examples" "$folder"
  cd "$folder" || exit 1
  printf '#!/bin/sh\n' >tools/setup.sh  # Checked by the build that got here.
  chmod +x tools/setup.sh
  cp "$root/experiments/testdata/tiny.yaml" my.yaml
  mkdir -p bazel-bin/experiments
  ln -s "$TEST_TMPDIR/bin/run" bazel-bin/experiments/run_main
  studies=0
  number=0
  kind=""
  name=""
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    fence=${line#"${line%%[! ]*}"}  # Without what it is indented by.
    if [[ $fence == '```'* ]]; then
      if [[ -z $kind ]]; then
        kind=${fence#'```'}
        indent=${line%%'`'*}
        kind=${kind:-text}
        start=$number
        : >block
      else
        case $kind in
          yaml)
            yaml_blocks=$((yaml_blocks + 1))
            yaml_block "$document" "$start" "$name" ;;
          sh) sh_block "$document" "$start" ;;
          flags) flags_block "$document" "$start" ;;
          python)
            ! python3 -c 'import pandas' 2>/dev/null ||
              script_block "$document" "$start" python3 ;;
          r)
            ! command -v Rscript >/dev/null ||
              script_block "$document" "$start" Rscript ;;
          bash) cp block "${name:?}" ;;
          cpp)
            excerpts=$((excerpts + 1))
            [[ $templates == *"$(cat block)"* ]] ||
              fail "$document:$start: no toy has these lines" ;;
          *)
            if grep -qE '^(\$ )?(bazel|run|tools/|sbatch|srun|hq) |^--(set|only)=[^:]*$' block; then
              fail "$document:$start: commands belong in a block of sh"
            fi ;;
        esac
        kind=""
        name=""
      fi
    elif [[ -n $kind ]]; then
      printf '%s\n' "${line#"$indent"}" >>block
    elif [[ $line =~ \`([a-z0-9_]+\.yaml|[a-z0-9_]+\.sh)\` ]]; then
      name=${BASH_REMATCH[1]}
    fi
  done <"$root/$document"
  [[ -z $kind ]] || fail "$document:$start: this block does not end"
done
echo "${documents[*]}: $commands commands, $yaml_blocks blocks of yaml," \
  "$excerpts excerpts, $links links"

finish
