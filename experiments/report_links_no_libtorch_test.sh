#!/usr/bin/env bash
# The program `report` needs no LibTorch, so that it starts in milliseconds.
#   report_links_no_libtorch_test.sh REPORT
set -uo pipefail

libraries=$(ldd "$1") || { echo "ldd cannot read $1"; exit 1; }
if grep -E 'torch|libc10' <<<"$libraries"; then
  echo "$1 links LibTorch: a room below //experiments/report depends on it"
  exit 1
fi
