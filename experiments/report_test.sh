#!/usr/bin/env bash
# The report program as its users meet it.
#   report_test.sh REPORT RUN SPEC
set -uo pipefail
source tools/testing.sh
report=$PWD/$1
run=$PWD/$2
cp "$3" "$TEST_TMPDIR/tiny.yaml"
cd "$TEST_TMPDIR" || exit 1

expect "a study runs" 0 "$run" --spec=tiny.yaml --out=a
mkdir first
mv a/tiny/*.{md,csv,tex} first
expect "its report is made again" 0 "$report" --out=a/tiny
contains "and says what it found" out "a/tiny: 6 completed"
for file in first/*; do
  same "with the same tables" "$file" "a/tiny/${file#first/}"
done

cp -r a/tiny a/twin
rm "$(find a/twin -name record.json | head -1)"
expect "a folder of studies" 0 "$report" --out=a
contains "gives each its report" out "a/twin: 5 completed, 1 missing"
contains "of what there is" out "1 of 6 trials is missing"

expect "relative paths start where the user is" 0 \
  env BUILD_WORKING_DIRECTORY="$PWD" sh -c "cd / && exec '$report' --out=a/tiny"
expect "studies are compared" 0 "$report" --compare=a/tiny,a/twin --out=both
contains "side by side" both/studies.md "tiny (2)"
[[ -s both/studies.html ]] || fail "studies.html is missing"

# Figures and the page; their tests are figures_test and report_html_test.
[[ -s a/tiny/report.html ]] || fail "report.html is missing"
contains "the page shows the figures" a/tiny/report.html 'id="figure-plane"'
for kind in gp csv; do
  [[ -s a/tiny/figures/plane.$kind ]] || fail "plane.$kind is missing"
done
if command -v gnuplot >/dev/null; then
  for kind in svg pdf png; do
    [[ -s a/tiny/figures/plane.$kind ]] || fail "plane.$kind is missing"
  done
fi
[[ ! -e a/tiny/tensorboard ]] || fail "event files nobody asked for"
expect "event files are written" 0 "$report" --out=a/tiny --tensorboard
[[ $(find a/tiny/tensorboard -name 'events.out.tfevents.*' | wc -l) == 6 ]] ||
  fail "expected 6 event files"
mkdir no_gnuplot
for tool in cat env sh; do ln -s "$(command -v $tool)" no_gnuplot; done
expect "without gnuplot" 0 env PATH="$PWD/no_gnuplot" "$report" --out=a/tiny
contains "one line says how to get it" err "apt-get install gnuplot-nox"
[[ $(wc -l <err) == 1 ]] || fail "expected one note"

expect "help is given" 0 "$report" --help
contains "with the flags" out "--compare"

# Bad input: one clear message, exit code 2.
expect "no study" 2 "$report" --out=first
contains "says so" err "first holds no study"
expect "no folder" 2 "$report" --out=none
contains "names it" err "none: No such file or directory"
expect "an empty name" 2 "$report" --out=
expect "an unknown flag" 2 "$report" --ot=a
contains "suggests" err "did you mean '--out'?"
expect "one study to compare" 2 "$report" --compare=a/tiny --out=both
contains "is too few" err "two studies or more"
expect "event files of a comparison" 2 \
  "$report" --compare=a/tiny,a/twin --out=both --tensorboard
contains "are none" err "not for --compare"

damaged=$(find a/tiny -name record.json | head -1)
echo '{' >"$damaged"
expect "a damaged record" 2 "$report" --out=a
contains "is named with the cure" err "$damaged; delete the file"
[[ $(wc -l <err) == 1 ]] || fail "expected one message"
contains "and others are reported on" out "a/twin: 5 completed"
rm "$damaged"
expect "without it, there is a report" 0 "$report" --out=a/tiny
contains "of the others" out "5 completed, 1 missing"

finish
