#!/usr/bin/env bash
# Makes the picture of README.md, for light and dark pages, from the results of
# the quickstart:
#   tools/quickstart_picture.sh results/quickstart
set -euo pipefail
results=${1:?usage: tools/quickstart_picture.sh results/quickstart}
docs=$(cd "$(dirname "$0")/../docs" && pwd)
cp "$results/figures/plane.svg" "$docs/quickstart.svg"
# Black is text, axes and outlines; the background is transparent. The blue is too
# dark for it.
sed -E "s/rgb\( *0, *0, *0\)/rgb(230,237,243)/g; s/['\"]black['\"]/'rgb(230,237,243)'/g; s/rgb\( *0, *114, *178\)/rgb(86,180,233)/g" \
  "$docs/quickstart.svg" >"$docs/quickstart_dark.svg"
