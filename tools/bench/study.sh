#!/usr/bin/env bash
# Whole studies: Bigstep against two scripts that use PyTorch from Python, in
# one run. For each study, one after the other: Bigstep with a worker on each
# core; bench/peers/study.py written for speed, with several settings of
# processes and threads; and the same as it is usually written, with a
# DataLoader. All do the same plan and measure accuracy alone. Prints how long
# each takes and whether accuracies agree; exit code 1 if they do not. Wants a
# machine that does nothing else.
#   study.sh RUNNER SPEC SPEC [flags: see --help]
# PYTHON names the interpreter; if it is not set, the first of python3 and
# /usr/bin/python3 that has the modules.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
modules="torch, torchvision, yaml"
for python in ${PYTHON:-python3 /usr/bin/python3}; do
  if "$python" -c "import $modules" 2>/dev/null; then
    # These would change the contest.
    unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE DNNL_MAX_CPU_ISA \
      ONEDNN_MAX_CPU_ISA ATEN_CPU_CAPABILITY OMP_NUM_THREADS \
      OPENBLAS_NUM_THREADS MKL_NUM_THREADS GLIBC_TUNABLES "${!MALLOC_@}"
    exec "$python" "$here/compare_study.py" "$@"
  fi
done
echo "bench_study: needs a Python 3 with $modules (Debian: python3-torch," \
  "python3-torchvision, python3-yaml); PYTHON names another interpreter" >&2
exit 2
