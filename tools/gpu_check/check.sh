#!/usr/bin/env bash
# Builds Bigstep from a pack of pack.py on a machine without Bazel, and checks
# on its GPU what no CPU can show. Run it from the root of the pack's checkout.
#   tools/gpu_check/check.sh PACK OUT [flags]
#     --budget=SECONDS  for everything (default 780); what matters most is first
#     --only=A,B        these parts of those listed below; all but `build` use
#                       the programs that an earlier call built in --work
#     --work=DIR        build and results (default: bigstep_gpu_check in TMPDIR
#                       or /tmp)
#     --cpu             a rehearsal: the device is the CPU, and what needs a GPU
#                       is skipped
# Writes OUT/report.md, a line for each part, OUT/checks.log, OUT/build.log and
# OUT/records.tar.gz. Exit code 1 if a part failed. LIBTORCH_ROOT names another
# LibTorch than that of PYTHON (default python3). Needs g++, binutils, Ninja and
# Python 3; comparisons with PyTorch in Python are skipped without it.
set -uo pipefail

# Each part (parts.sh) and the seconds that it may take, most important first.
parts=(build:420 ldd:20 unit:60 parity:150 again:90 graphs:90 reproduce:60
  images:120 workers:120 fused:60 precision:90 steps:240 mps:90 sanitizer:120
  cpu_tests:240)
budget=780
only=
part=
work=${TMPDIR:-/tmp}/bigstep_gpu_check
device=cuda
arguments=()
for argument in "$@"; do
  case $argument in
    --budget=*) budget=${argument#*=} ;;
    --only=*) only=${argument#*=} ;;
    --work=*) work=${argument#*=} ;;
    --cpu) device=cpu ;;
    --part=*) part=${argument#*=} ;;  # This script calls itself.
    -*) echo "check.sh: no flag $argument" >&2; exit 2 ;;
    *) arguments+=("$argument") ;;
  esac
done
if ((${#arguments[@]} != 2)) || [[ ! -e ${arguments[0]}/build.ninja ]]; then
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2
  exit 2
fi
mkdir -p "${arguments[1]}" "$work/results" "$work/tmp"
pack=$(realpath "${arguments[0]}")
out=$(realpath "${arguments[1]}")
work=$(realpath "$work")
root=$PWD
# shellcheck source=tools/gpu_check/parts.sh
source tools/gpu_check/parts.sh

if [[ -n $part ]]; then
  "part_$part"
  exit
fi

failed=0 pid=
trap '[[ -z $pid ]] || kill -KILL -- "-$pid"; exit 130' INT TERM
: >"$out/checks.log"
{
  echo "# Bigstep on $device, $(date -u +%F), $(nproc) cores"
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  printf '\n| part | result | seconds | figure |\n|---|---|---:|---|\n'
} >"$out/report.md" 2>/dev/null
for entry in "${parts[@]}"; do
  part=${entry%:*} limit=${entry#*:}
  [[ -z $only || ,$only, == *,$part,* ]] || continue
  start=$SECONDS
  left=$((budget - start))
  if ((left < 5)); then
    echo "| $part | skipped | | no time left |" | tee -a "$out/report.md"
    continue
  fi
  timeout -k 10 $((limit < left ? limit : left)) bash "$0" "$@" \
    --part="$part" >"$work/printed" 2>&1 &
  pid=$!
  wait "$pid"
  code=$?
  # What it started is in its group, and may still be stopping.
  ((code != 124)) || sleep 3
  kill -KILL -- "-$pid" 2>/dev/null
  # The figure is what the part printed last.
  figure=$(grep -av '^ *$' "$work/printed" | tail -1 | tr '|' '/')
  case $code in
    0) result=passed ;;
    77) result=skipped ;;
    124 | 137) result=FAILED figure="out of time" failed=1 ;;
    *) result=FAILED failed=1 ;;
  esac
  { echo "=== $part: $result"; cat "$work/printed"; } >>"$out/checks.log"
  echo "| $part | $result | $((SECONDS - start)) | $figure |" |
    tee -a "$out/report.md"
done
(cd "$work/results" && find . -name record.json -o -name log.txt |
  tar -czf "$out/records.tar.gz" -T -)
exit "$failed"
