#!/usr/bin/env bash
# docs/architecture.md names every folder that Bazel builds, and no other; the
# drawing names every room of experiments/. Reads the source tree itself, where
# the links of the test's files lead.
set -uo pipefail
source tools/testing.sh
root=$(dirname "$(dirname "$(readlink -f tools/testing.sh)")")
page=$root/docs/architecture.md

folders=0
while read -r build; do
  folder=$(dirname "${build#"$root"/}")
  case $folder in
    . | third_party/* | */testing) continue ;;  # Parts of the folder above.
  esac
  folders=$((folders + 1))
  grep -qF "| \`$folder/\` |" "$page" ||
    fail "docs/architecture.md has no row for $folder/"
done < <(find "$root" -name BUILD -not -path "$root/bazel-*" -not -path '*/.*')
((folders > 20)) || fail "found only $folders folders below $root"

while read -r folder; do
  [[ -d $root/$folder ]] || fail "docs/architecture.md: there is no folder $folder"
done < <(grep -oP '^\| `\K[a-z_/]+(?=/` \|)' "$page")

for build in "$root"/experiments/*/BUILD; do
  room=$(basename "$(dirname "$build")")
  grep -qF ">$room</text>" "$root/docs/architecture.svg" ||
    fail "docs/architecture.svg does not show $room"
done
finish
