#!/bin/bash
# Installs what Bigstep needs, from the distribution's packages.
# Silent and instant when nothing is missing; only then no root is needed.
#
#   tools/setup.sh            install what is missing
#   tools/setup.sh --check    only say what is missing
#
# Bazel: any `bazel` or `bazelisk` in PATH will do, else Debian's.
# LibTorch: the folder in LIBTORCH_ROOT if set, else Debian's.
#
# Exit code: 0 nothing is missing (any more); 1 something is missing (--check)
# or the packages could not be installed; 2 wrong usage, or it cannot install
# here at all.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }

die() {
  local code="$1"
  shift
  say "$*"
  exit "${code}"
}

check_only=false
case "$*" in
  "") ;;
  --check) check_only=true ;;
  *) die 2 "unknown arguments '$*'; usage: tools/setup.sh [--check]" ;;
esac

have() { command -v "$1" >/dev/null; }
have_bazel() { have bazel || have bazelisk; }

# Package in Debian and Ubuntu; a header that shows it elsewhere; its name.
readonly LIBRARIES=(
  "libabsl-dev absl/status/statusor.h Abseil"
  "libarchive-dev archive.h libarchive"
  "libbenchmark-dev benchmark/benchmark.h Google Benchmark"
  "libboost-dev boost/math/distributions/students_t.hpp Boost.Math"
  "libcairo2-dev cairo/cairo.h cairo"
  "libcsv-dev csv.h libcsv"
  "libcurl4-openssl-dev curl/curl.h libcurl"
  "libgflags-dev gflags/gflags.h gflags"
  "libgmock-dev gmock/gmock.h GoogleMock"
  "libgoogle-glog-dev glog/logging.h glog"
  "libgtest-dev gtest/gtest.h GoogleTest"
  "libjpeg-dev jpeglib.h libjpeg-turbo"
  "libpng-dev png.h libpng"
  "libprotobuf-dev google/protobuf/io/coded_stream.h Protocol Buffers"
  "libssl-dev openssl/evp.h OpenSSL"
  "libtinyxml2-dev tinyxml2.h TinyXML-2"
  "libutf8proc-dev utf8proc.h utf8proc"
  "libvalijson-dev valijson/validator.hpp Valijson"
  "libxxhash-dev xxhash.h xxHash"
  "libyaml-cpp-dev yaml-cpp/yaml.h yaml-cpp"
  "nlohmann-json3-dev nlohmann/json.hpp nlohmann-json"
  "zlib1g-dev zlib.h zlib"
)
TORCH="libtorch-dev torch/csrc/api/include/torch/torch.h LibTorch 1.13 or newer"
readonly TORCH
# Package and command. Python serves the tool that writes a new plugin's files,
# gnuplot draws the figures of reports.
readonly TOOLS=(
  "g++ g++"
  "git git"
  "gnuplot-nox gnuplot"
  "pkgconf pkg-config"
  "python3 python3"
)

# --- Another system: look, and name what is missing. -------------------------

check_other_system() {
  local entry header name missing=() probe=""
  for entry in "${TOOLS[@]}"; do
    have "${entry#* }" || missing+=("the command ${entry#* }")
  done
  have_bazel || missing+=("the command bazel (Bazelisk will do)")

  # One run of the preprocessor answers for all headers: it prints the lines of
  # those it does not find.
  local libraries=("${LIBRARIES[@]}")
  [[ -n "${LIBTORCH_ROOT:-}" ]] || libraries+=("${TORCH}")
  for entry in "${libraries[@]}"; do
    read -r _ header name <<<"${entry}"
    probe+="#if !__has_include(<${header}>)"$'\n'
    probe+="${name}, with headers such as ${header}"$'\n'"#endif"$'\n'
  done
  local preprocess=(g++ -std=c++17 -E -P -x c++ -)
  have g++ || preprocess=(grep -v '^#')  # Without a compiler: name them all.
  while read -r entry; do
    missing+=("${entry}")
  done < <("${preprocess[@]}" <<<"${probe}" | grep headers)

  if ((${#missing[@]} == 0)); then
    exit 0
  fi
  say "$1, so please install these yourself:"
  printf '  - %s\n' "${missing[@]}" >&2
  say "LibTorch can also be pip's or pytorch.org's: set LIBTORCH_ROOT to it"
  ! "${check_only}" || exit 1
  exit 2
}

# OS_RELEASE: tests name another file.
# shellcheck source=/dev/null
system="$(. "${OS_RELEASE:-/etc/os-release}" 2>/dev/null &&
  echo "${ID:-} ${ID_LIKE:-}")" || system=unknown
if [[ " ${system} " != *" debian "* ]] || ! have apt-get; then
  check_other_system "this is no Debian or Ubuntu ('${system% }')"
fi

# --- Debian and Ubuntu. ------------------------------------------------------

# Debian's Bazel 7 does not start tools/bazel, as its Bazel 4 and Bazelisk do.
# What that script would do, a file that .bazelrc imports does there: switches
# for Bazel 7, and a number for the installed packages (see tools/bazel).
configure_bazel() {
  local file text system
  file="$(dirname "${BASH_SOURCE[0]}")/../system.bazelrc"
  if [[ ! -d /usr/share/bazel/rules/cc ]] ||
    [[ "$(command -v bazel)" != /usr/bin/bazel ]]; then
    rm -f "${file}"
    return
  fi
  system="$(dpkg-query -W g++ libtorch-dev "${LIBRARIES[@]%% *}" 2>/dev/null |
    cksum | cut -d' ' -f1)" || true
  # Copied, not imported: workspaces with Bigstep in them import the file, too.
  text="# Written by tools/setup.sh.
$(cat "${file%/*}"/third_party/bazel/{bazel7,debian7}.bazelrc)
build --action_env=BIGSTEP_SYSTEM=${system}"
  if [[ "$(cat "${file}" 2>/dev/null || true)" != "${text}" ]]; then
    printf '%s\n' "${text}" >"${file}"
  fi
}

wanted=("${TOOLS[@]%% *}" "${LIBRARIES[@]%% *}")
if [[ -z "${LIBTORCH_ROOT:-}" ]]; then
  wanted+=("${TORCH%% *}")
  # Debian's LibTorch multiplies matrices with any libblas.so.3 and would come
  # with the reference one, ten times slower than OpenBLAS. Of OpenBLAS, the
  # OpenMP build is the one that follows at::set_num_threads().
  case "$(readlink -f /usr/lib/*-linux-gnu/libblas.so.3 || true)" in
    "" | */blas/libblas.so.3*) wanted+=(libopenblas0-openmp) ;;
  esac
fi
have_bazel || wanted+=(bazel-bootstrap)

# Packages unknown to dpkg are missing too; dpkg-query then fails, as it may.
installed=" $(dpkg-query -W -f='${Package}=${db:Status-Status} ' \
  "${wanted[@]}" 2>/dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
  [[ "${installed}" == *" ${package}=installed "* ]] || missing+=("${package}")
done
if ((${#missing[@]} == 0)); then
  "${check_only}" || configure_bazel
  exit 0
fi

if "${check_only}"; then
  die 1 "missing: ${missing[*]}"
fi

as_root=(env DEBIAN_FRONTEND=noninteractive)
if ((EUID != 0)); then
  # Without a terminal nobody can type a password.
  sudo=(sudo)
  [[ -t 0 ]] || sudo+=(-n)
  if ! have sudo || ! "${sudo[@]}" true; then
    die 2 "missing: ${missing[*]}. Run this as root, or let root run:
  apt-get install --no-install-recommends ${missing[*]}"
  fi
  as_root=("${sudo[@]}" "${as_root[@]}")
fi

say "installing ${missing[*]}"
# Another apt at work is waited for. A failed update does not stop this: the
# lists that apt already has may suffice.
apt=("${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=300
  -o Dpkg::Use-Pty=0)
"${apt[@]}" update || true

for package in "${missing[@]}"; do
  [[ -z "$(apt-cache show "${package}" 2>/dev/null)" ]] || continue
  case "${package}" in
    bazel-bootstrap)
      hint="install Bazelisk under the name 'bazel'" ;;
    libtorch-dev)
      hint="set LIBTORCH_ROOT to pip's or pytorch.org's LibTorch" ;;
    *)
      hint="add the distribution's main (Ubuntu: universe) packages to apt" ;;
  esac
  die 1 "apt knows no package ${package}. Is there a network? If so: ${hint}."
done

if ! "${apt[@]}" install -y --no-install-recommends "${missing[@]}" \
    </dev/null; then
  die 1 "apt-get failed, see above. Put that right (network? disk? 'apt-get
  -f install'?), then run tools/setup.sh again. Missing: ${missing[*]}"
fi
configure_bazel
say "done"
