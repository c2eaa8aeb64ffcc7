#!/usr/bin/env python3
"""Tables and figures of docs/performance.md, of what run.sh left.

  tables.py OUT --scripts=DIR [--docs=DIR]

OUT/raw holds what the benchmarks printed. Writes OUT/performance_tables.md, the
figures' data OUT/*.dat, and draws them with the scripts in DIR. With --docs the
tables replace those between `<!-- NAME -->` and `<!-- end -->` in
DIR/performance.md, and data and figures go to DIR/performance. Of parts that
were not run, the page keeps what it has.
"""

import argparse
import datetime
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

NETWORKS = ["fcn", "parity", "cnn", "resnet18", "swin_t", "resnet50"]
PEERS = {"plain": "Python", "nchw": "Python, tuned",
         "nhwc": "Python, tuned, channels last",
         "compiled": "Python, tuned, `torch.compile`"}


def number(value, digits=3):
    """With so many digits that count; thousands in groups."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    places = max(0, digits - len(str(int(abs(value)))))
    if abs(value) < 1:
        # Zeros after the point do not count.
        places = digits - 1 - int("{:e}".format(value).split("e")[1])
    rounded = round(value, places)
    if abs(value) >= 10 ** digits:
        rounded = float("%.*g" % (digits, value))
    return "{:,.{}f}".format(rounded, min(places, 6))


def percent(share):
    return "-" if share is None else "%.0f %%" % (100 * share)


def times(ratio):
    return "-" if ratio is None else "%.2f" % ratio


def spread(ratios):
    """The median, and what it is the median of."""
    if len(ratios) < 2:
        return times(median(ratios))
    return "%s (%s)" % (times(median(ratios)),
                        ", ".join(times(ratio) for ratio in ratios))


def duration(seconds):
    """In the unit that suits it."""
    if seconds is None:
        return "-"
    for unit, size in ("s", 1), ("ms", 1e-3), ("µs", 1e-6):
        if seconds >= size:
            break
    return "%s %s" % (number(seconds / size), unit)


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


class Raw:
    """What the benchmarks printed."""

    def __init__(self, folder):
        self.folder = folder

    def text(self, name):
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def rounds(self, stem):
        """Contents of STEM_1.json, STEM_2.json, ... by round."""
        found = {}
        for path in self.folder.glob(stem + "_*.json"):
            which = path.stem[len(stem) + 1:]
            if which.isdigit():
                found[int(which)] = json.loads(path.read_text())
        return found

    def counters(self, stem):
        """The one benchmark of each round."""
        return {which: printed["benchmarks"][0]
                for which, printed in self.rounds(stem).items()
                if not printed["benchmarks"][0].get("error_occurred")}


def machine(raw):
    text = raw.text("machine.txt")
    if not text:
        return ""
    said = dict(line.split(": ", 1) for line in text.splitlines())
    record = json.loads(raw.text("record.json"))["provenance"]
    libraries = record["libraries"]
    rows = [[key, said[key]] for key in ("processor", "cores", "memory")]
    rows += [["system", record["os"]],
             ["compiler", "%s, `-c %s`" % (record["compiler"],
                                           record["build"])],
             ["LibTorch", "%s (%s), oneDNN %s" % (
                 libraries["libtorch"], record["cpu_capability"],
                 re.sub(r"[^0-9]*v| .*", "", libraries.get("onednn", "?")))],
             ["BLAS", libraries["blas"]],
             ["load before", said["load before"]],
             ["Python", said.get("python", "none")]]
    return "\n".join(["| | |", "|---|---|"] +
                     ["| %s | %s |" % tuple(row) for row in rows])


def cores(raw):
    return int(re.search(r"cores: (\d+)", raw.text("machine.txt"))[1])


def values(rounds, key):
    return median([benchmark.get(key) for benchmark in rounds.values()])


def steps(raw, prefix=""):
    """Of each network: ours, its share of two limits, and the peers."""
    rows = []
    for network in NETWORKS:
        rounds = raw.counters(prefix + "step_" + network)
        if not rounds:
            continue
        ours = {which: benchmark["samples_per_s"]
                for which, benchmark in rounds.items()}
        theirs = {peer: {which: line["samples_per_s"] for which, line
                         in raw.rounds("%speer_%s_%s" % (prefix, peer,
                                                         network)).items()}
                  for peer in PEERS}
        # Of the same round, against the one that is best over all of them.
        best = max(PEERS, key=lambda peer: median(theirs[peer].values()) or 0)
        ratios = [ours[which] / theirs[best][which] for which in ours
                  if which in theirs[best]]
        rows.append([network, number(median(ours.values())),
                     percent(values(rounds, "share_of_gemm")),
                     percent(values(rounds, "share_of_products"))] +
                    [number(median(theirs[peer].values())) for peer in PEERS] +
                    [spread(ratios)])
    if not rows:
        return ""
    head = (["network", "Bigstep, samples/s", "share of GEMM",
             "of its own products"] + list(PEERS.values()) +
            ["ratio to the best (of each round)"])
    # Old versions of PyTorch do not compile.
    used = [i for i in range(len(head)) if any(row[i] != "-" for row in rows)]
    return table([head[i] for i in used],
                 [[row[i] for i in used] for row in rows])


def avx2(raw):
    return steps(raw, "avx2_")


def study(raw):
    """Two tables of what study.sh printed: times, and accuracies compared."""
    times_rows, accuracy_rows, name = [], [], ""
    for line in raw.text("study.txt").splitlines():
        if found := re.match(r"=== (\w+),", line):
            name = found[1]
        elif found := re.match(
                r"(Bigstep|resident|dataloader) +(\d+ x \w+(?:, [a-z ]+?)?) +"
                r"(\d+) +(\S+) +(\S+) +(\S+) +\S+ +\S+ *(extrapolated)?",
                line):
            who, setting, trials, seconds, _, ratio, guess = found.groups()
            times_rows.append(
                [name, "`DataLoader`" if who == "dataloader" else who, setting,
                 trials, seconds + (" (extrapolated)" if guess else ""),
                 ratio])
        elif found := re.match(r"(resident|dataloader) +(\w+) +(\d+) +(\S+) +"
                               r"(\S+) +(\S+) +(\S+)", line):
            accuracy_rows.append([name, found[2], *found.group(4, 5),
                                  "%s ± %s" % found.group(6, 7)])
    return times_rows and "%s\n\n%s" % (
        table(["study", "program", "processes x threads", "trials", "seconds",
               "Bigstep is faster by"], times_rows),
        table(["study", "accuracy", "Bigstep", "resident",
               "difference ± standard error"], accuracy_rows))


def evaluation(raw):
    text = raw.text("eval.json")
    if not text:
        return ""
    rows = [[re.sub(r"/(iterations:\d+|manual_time|real_time)", "",
                    benchmark["name"]),
             duration(benchmark.get("seconds")),
             percent(benchmark.get("share_of_training"))]
            for benchmark in json.loads(text)["benchmarks"]
            if benchmark.get("run_type", "iteration") == "iteration" and
            (benchmark.get("share_of_training") or 1) >= 0.02]
    return table(["metric", "an evaluation", "share of training"], rows)


def one_start(run):
    """Seconds of one_start in run.sh, by what they went into."""
    started = datetime.datetime.strptime(
        run["log"].split()[0], "%Y-%m-%dT%H:%M:%S.%fZ").replace(
            tzinfo=datetime.timezone.utc).timestamp()
    spent = run["record"]["times"]
    to_trial = started - run["begun"]
    to_step = spent["wall_s"] - spent["evaluate_s"]
    return [to_trial, to_step, to_trial + to_step, run["ended"] - run["begun"]]


def start(raw):
    rows = []
    for case, name in (("parity", "parity, generated"),
                       ("files", "colored_mnist, from its files"),
                       ("cache", "colored_mnist, from what was kept")):
        runs = [one_start(run)
                for run in raw.rounds("start_" + case).values()]
        if runs:
            rows.append([name] + [duration(median(column))
                                  for column in zip(*runs)])
    return rows and table(
        ["data", "until the trial starts, data at hand", "network, one step",
         "until the first step is done", "whole command"], rows)


def worker_rows(raw):
    return [[float(x) for x in found] for found in re.findall(
        r"(\d+) workers: (\S+) s, (\S+) trials/s, overhead (\S+) %, "
        r"(\d+) MB each", raw.text("workers.txt"))]


def workers(raw):
    rows = [["%d" % n, number(seconds), number(rate),
             times(rate / worker_rows(raw)[0][2]), "%.1f %%" % overhead,
             "%.0f MB" % memory]
            for n, seconds, rate, overhead, memory in worker_rows(raw)]
    return rows and table(["workers", "seconds", "trials/s", "speed-up",
                           "overhead", "memory of a worker, at most"], rows)


SIZES = {"Expand": "expand", "Print": "print", "ReadRecords": "read records",
         "WriteReport": "report"}
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}


def size_rows(raw):
    """Trials; seconds and MB of each of SIZES."""
    rows = {}
    for place, name in enumerate(SIZES):
        for trials, b in raw.counters("size_" + name).items():
            seconds = b["real_time"] * UNITS[b["time_unit"]]
            rows.setdefault(trials, [None] * len(SIZES))[place] = (
                seconds, b["peak_MiB"] * 2 ** 20 / 1e6)
    return sorted(rows.items())


def size(raw):
    rows = [["{:,}".format(trials)] +
            ["%s, %.0f MB" % (duration(pair[0]), pair[1]) if pair else "-"
             for pair in pairs] for trials, pairs in size_rows(raw)]
    return rows and table(["trials"] + list(SIZES.values()), rows)


def build(raw):
    rows = [line.split(": ") for line in raw.text("build.txt").splitlines()]
    return rows and table(["`bazel build //...`", "seconds"],
                          [[what, number(float(s))] for what, s in rows])


SECTIONS = {"machine": machine, "steps": steps, "avx2": avx2, "study": study,
            "evaluation": evaluation, "start": start, "workers": workers, "size": size, "build": build}


# The part of run.sh that measures a section, where their names differ.
PARTS = {"evaluation": "eval"}


def stamped(raw, name, content):
    """The section with when and of what it was measured."""
    run = raw.text(PARTS.get(name, name) + ".run").strip()
    return "%s\n\n%s." % (content, run) if content and run else content


def write_data(raw, out):
    """The figures' data; returns the names of figures that have some."""
    measured = worker_rows(raw)
    contents = {
        "workers": "workers,trials_per_s,one_worker_times_cores\n" + "".join(
            "%d,%g,%g\n" % (n, rate, measured[0][2] * min(n, cores(raw)))
            for n, _, rate, _, _ in measured),
        "size": "trials,expand_s,print_s,read_s,report_s\n" + "".join(
            "%d,%s\n" % (trials, ",".join("%.4g" % pair[0] if pair else ""
                                          for pair in pairs))
            for trials, pairs in size_rows(raw))}
    names = [name for name, text in contents.items() if text.count("\n") > 2]
    for name in names:
        (out / (name + ".dat")).write_text(contents[name])
    return names


def draw(names, scripts, out):
    for name in names:
        script = out / (name + ".gp")
        if script.resolve() != (scripts / script.name).resolve():
            shutil.copy(scripts / script.name, script)
        subprocess.run(["gnuplot", script.name], cwd=out, check=True)


def update(page, tables):
    text = page.read_text()
    for name, content in tables.items():
        found = re.search(r"(<!-- %s -->\n).*?(\n<!-- end -->)" % name, text,
                          re.DOTALL)
        if not found:
            sys.exit("tables.py: %s has no place for '%s'" % (page, name))
        if content:
            text = (text[:found.end(1)] + content + text[found.start(2):])
        else:
            print("tables.py: '%s' was not measured; the page keeps its own" %
                  name, file=sys.stderr)
    page.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--scripts", type=pathlib.Path, required=True)
    parser.add_argument("--docs", type=pathlib.Path)
    arguments = parser.parse_args()
    out, raw = arguments.out, Raw(arguments.out / "raw")
    tables = {name: stamped(raw, name, section(raw))
              for name, section in SECTIONS.items()}
    (out / "performance_tables.md").write_text("\n\n".join(
        "## %s\n%s" % (name.capitalize(), content or "Not measured.")
        for name, content in tables.items()) + "\n")
    names = write_data(raw, out)
    draw(names, arguments.scripts, out)
    if arguments.docs:
        update(arguments.docs / "performance.md", tables)
        for name in names:
            for ending in ".dat", ".svg":
                shutil.copy(out / (name + ending),
                            arguments.docs / "performance")
    print(out / "performance_tables.md")


if __name__ == "__main__":
    main()
