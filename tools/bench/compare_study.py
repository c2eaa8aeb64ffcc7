#!/usr/bin/env python3
"""Whole studies: Bigstep against two scripts that use PyTorch from Python.

Started by study.sh, which describes what is run.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # Bazel runs this file from the source tree.

PEERS = pathlib.Path(__file__).resolve().parent / "peers"
sys.path.insert(0, str(PEERS))

import study_agreement  # noqa: E402

# As base/device.cc sets for Bigstep itself.
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS",
                                     "OPENBLAS_NUM_THREADS")}
MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30),
          "MALLOC_TRIM_THRESHOLD_": str(1 << 60),
          "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def user_path(path):
    """Relative paths start where the user typed them."""
    start = os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd())
    return os.path.join(start, os.path.expanduser(path))


def count(text):
    if not text.isdigit():
        raise argparse.ArgumentTypeError("expected 0 or a positive number, "
                                         "found '%s'" % text)
    return int(text)


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="bench_study", description=__doc__.split("\n")[0])
    parser.add_argument("runner", type=os.path.abspath,
                        help=argparse.SUPPRESS)
    parser.add_argument("specs", nargs="+", type=os.path.abspath,
                        help=argparse.SUPPRESS)
    parser.add_argument("--data_root", type=user_path,
                        default=os.environ.get("BIGSTEP_DATA_ROOT",
                                               "~/.cache/bigstep/data"),
                        help="folder that holds mnist/")
    parser.add_argument("--studies", default="",
                        help="names of studies, separated by commas; all of "
                        "them if left out")
    parser.add_argument("--seeds", type=count, default=0,
                        help="seeds of each configuration; 0: as in the specs. Few "
                        "seeds say little about whether accuracies agree")
    parser.add_argument("--steps", type=count, default=0,
                        help="steps of a trial; 0: as in the specs")
    parser.add_argument("--dataloader_steps", type=count, default=300,
                        help="steps of a trial after which the script with a "
                        "DataLoader stops; 0: all, and its accuracies are "
                        "compared, too. It trains one seed: its times are "
                        "extrapolated")
    parser.add_argument("--cores", type=count,
                        default=len(os.sched_getaffinity(0)),
                        help="Bigstep's workers, and on the CPU processes of "
                        "the scripts (default: the cores of this machine)")
    parser.add_argument("--device", default="cpu",
                        help="cpu, cuda or cuda:<number>. On a GPU Bigstep is "
                        "set against one script, which keeps all data there "
                        "and runs trials one after another, operation by "
                        "operation; PYTHON must name a Python whose PyTorch "
                        "has CUDA")
    parser.add_argument("--cuda_graphs", action="store_true",
                        help="with --device=cuda: Bigstep replays steps as "
                        "CUDA graphs")
    arguments = parser.parse_args()
    if arguments.cores == 0:
        parser.error("--cores must be at least 1")
    return arguments


class Row:
    """One contestant: what it did, and how long it took.

    `seconds` are those of the command, `result_seconds` those from its start
    to the end of its last trial, `work_seconds` those that grow with the number
    of seeds. If `shortened` is not 0, trials ended after so many steps, and the
    times are estimates.
    """

    def __init__(self, who, setting, results, seconds, result_seconds,
                 work_seconds, shortened=0):
        self.who, self.setting, self.results = who, setting, results
        self.seconds, self.result_seconds = seconds, result_seconds
        self.work_seconds = work_seconds
        self.shortened, self.trials, self.notes = shortened, len(results), []
        if shortened:
            self.notes.append("%d steps of each trial" % shortened)

    def repeat(self, seeds):
        """Makes the times of one seed those of several."""
        if seeds == 1:
            return
        self.notes.append("one seed")
        self.trials *= seeds
        self.seconds += (seeds - 1) * self.work_seconds
        self.result_seconds += (seeds - 1) * self.work_seconds
        self.work_seconds *= seeds

    def per_hour(self):
        return 3600 * self.trials / self.seconds

    def slowness(self, other):
        """How many times longer than `other`: to the end, to the results."""
        return (self.seconds / other.seconds,
                self.result_seconds / other.result_seconds)


def fail(message):
    print("bench_study:", message, file=sys.stderr)
    sys.exit(2)


def run(command, environment=None):
    """Seconds that the command takes. A failure ends everything."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, **(environment or {})})
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        if done.returncode == 2:  # It has named the error in the input.
            sys.exit(2)
        fail("this failed with exit code %d: %s" %
             (done.returncode, " ".join(command)))
    return seconds


def run_bigstep(arguments, spec, folder):
    command = [arguments.runner, "--spec=" + spec, "--out=" + folder,
               "--cache=%s/prepared" % folder, "--progress=quiet",
               "--data_root=" + arguments.data_root,
               "--device=" + arguments.device,
               "--workers=%d" % arguments.cores,
               "--set=metrics=[accuracy]",
               "--set=compare.metrics=[accuracy.unbiased_test]"]
    if arguments.cuda_graphs:
        command.append("--cuda_graphs")
    if arguments.seeds:
        command.append("--set=seeds=%d" % arguments.seeds)
    if arguments.steps:
        command.append("--set=training.max_steps=%d" % arguments.steps)
    begun = time.time()
    seconds = run(command)
    table, = pathlib.Path(folder).glob("*/trials.csv")
    with open(table) as file:
        results = [{**{split: row["accuracy." + split]
                       for split in study_agreement.SPLITS},
                    "settings": row["settings"], "seed": int(row["seed"]),
                    "outcome": row["outcome"]}
                   for row in csv.DictReader(file)]
    records = [json.loads(path.read_text())
               for path in (table.parent / "trials").glob("*/record.json")]
    libraries = records[0]["provenance"]["libraries"]
    print("Bigstep: LibTorch %s, %s" % (libraries["libtorch"],
                                        libraries["blas"]))
    result_seconds = max(end_of(record["times"]) for record in records) - begun
    row = Row("Bigstep", "%d x 1" % arguments.cores, results, seconds,
              result_seconds, result_seconds)
    return row, blas_choice(libraries["blas"])


def blas_choice(blas):
    """What makes OpenBLAS compute with the kernels that Bigstep chose."""
    found = re.match(r"OpenBLAS .*, kernels for (\w+)$", blas)
    return {"OPENBLAS_CORETYPE": found[1]} if found else {}


def end_of(times):
    """When a trial ended, in seconds since 1970."""
    started = datetime.datetime.strptime(times["started"],
                                         "%Y-%m-%dT%H:%M:%S.%f%z")
    return started.timestamp() + times["wall_s"]


def run_peer(arguments, spec, folder, setting, flags, environment=None):
    out = folder + "/peer.json"
    command = [sys.executable, str(PEERS / "study.py"), spec,
               "--data_root=" + arguments.data_root, "--out=" + out,
               "--device=" + arguments.device,
               "--steps=%d" % arguments.steps] + flags
    seconds = run(command, environment)
    with open(out) as file:
        summary = json.load(file)
    print("%s, %s: PyTorch %s, %s" % (summary["loop"], setting,
                                      summary["torch"], summary["blas"]))
    # With what the steps left out would have taken; it ends with its results.
    seconds += summary["seconds"] - summary["measured_seconds"]
    return Row(summary["loop"], setting, summary["results"], seconds, seconds,
               summary["seconds"], summary["shortened"])


def run_study(arguments, spec, folder):
    """The row of Bigstep and those of its peers."""
    os.mkdir(folder)
    ours, blas = run_bigstep(arguments, spec, folder)
    cores = arguments.cores
    plain = ["--processes=%d" % cores, "--threads=1"]
    contests = [("%d x 1" % cores, plain, ONE_THREAD),
                ("%d x 1, tuned" % cores, plain,
                 {**ONE_THREAD, **MALLOC, **blas})]
    if cores > 1:
        contests.insert(0, ("1 x %d" % cores, ["--threads=%d" % cores], {}))
    if arguments.device != "cpu":
        contests = [("1 x 1", [], {})]
    seeds = len({r["seed"] for r in ours.results})
    rows = []
    for setting, flags, environment in contests:
        # Other seeds each time: more draws to compare accuracies with.
        flags = flags + ["--seeds=%d" % seeds,
                         "--first_seed=%d" % (len(rows) * seeds)]
        rows.append(run_peer(arguments, spec, folder, setting, flags,
                             environment))
    if arguments.device == "cpu":
        rows.append(run_peer(
            arguments, spec, folder, "1 x default",
            ["--loop=dataloader", "--seeds=1",
             "--shortened=%d" % arguments.dataloader_steps]))
        rows[-1].repeat(seeds)
    return ours, rows


def print_times(ours, rows):
    layout = "%-11s %-36s %6s %9s %9s %7s %11s %7s"
    print("\n" + layout % ("who", "processes x threads", "trials", "seconds",
                           "trials/h", "ratio", "to results", "ratio"))
    for row in [ours] + rows:
        whole, trials = row.slowness(ours)
        print(layout % (row.who, row.setting, row.trials,
                        "%.1f" % row.seconds, "%.0f" % row.per_hour(),
                        "%.2f" % whole, "%.1f" % row.result_seconds,
                        "%.2f" % trials),
              "extrapolated from " + " and ".join(row.notes)
              if row.notes else "")
    print("seconds: the command from start to end, Bigstep's report included. "
          "to results: to\nthe end of the last trial. ratio: Bigstep is so "
          "many times faster.")
    best = min((row for row in rows if row.who == "resident"),
               key=lambda row: row.seconds)
    print("Bigstep against the best resident script (%s): %.2f and %.2f "
          "times\nas fast" % (best.setting, *best.slowness(ours)), end="")
    for row in rows:
        if row.who == "dataloader":
            print("; against the DataLoader: %.2f and %.2f times" %
                  row.slowness(ours), end="")
    print(".")


def print_agreement(ours, rows):
    """Prints the second table; returns whether no accuracies disagree."""
    peers = {}
    for row in rows:
        if not row.shortened:
            peers.setdefault(row.who, []).extend(row.results)
    layout = "%-11s %-20s %8s %8s %8s %10s %8s %6s"
    print("\n" + layout % ("against", "accuracy", "settings", "Bigstep",
                           "Python", "difference", "error", "ratio"))
    verdicts, farthest = set(), []
    for loop, split, d in study_agreement.compare(ours.results, peers):
        verdicts.add(d.verdict)
        if split == "unbiased_test":
            farthest += [(loop, *far) for far in d.farthest]
        print(layout % (loop, split, d.settings, "%.4f" % d.means[0],
                        "%.4f" % d.means[1], "%+.4f" % d.value,
                        "%.4f" % d.error,
                        "%.1f" % (d.value / d.error) if d.error else "-"),
              "" if d.verdict == "agree" else d.verdict.upper())
    print("difference: mean over settings. error: its standard error, by "
          "settings or by seeds,\nwhichever is larger; by few seeds it is "
          "widened. A trial that diverged counts as 0.\nAccuracies disagree if "
          "they differ by more than %d standard errors. Where so\nmany are "
          "more than %g, nothing can be told: that takes more seeds.\nThe "
          "settings that differ most in unbiased_test, with the range over "
          "seeds:" %
          (study_agreement.MOST, study_agreement.MOST_UNSEEN))
    for loop, settings, a, b in farthest:
        print("  %s: Bigstep %.4f to %.4f, %s %.4f to %.4f" %
              (settings, min(a), max(a), loop, min(b), max(b)))
    for who, results in [("Bigstep", ours.results)] + list(peers.items()):
        diverged = sum(r["outcome"] != "completed" for r in results)
        print("%s: %d of %d trials diverged" % (who, diverged, len(results)))
    return "disagree" not in verdicts


def main():
    sys.stdout.reconfigure(line_buffering=True)
    arguments = parse_arguments()
    specs = {pathlib.Path(spec).stem: spec for spec in arguments.specs}
    wanted = [name for name in arguments.studies.split(",") if name] or specs
    for name in wanted:
        if name not in specs:
            fail("no study '%s' (known: %s)" % (name, ", ".join(specs)))
    agreed = True
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            print("\n=== %s, %s, %d workers" % (name, arguments.device,
                                               arguments.cores))
            ours, rows = run_study(arguments, specs[name],
                                   "%s/%s" % (folder, name))
            print_times(ours, rows)
            agreed = print_agreement(ours, rows) and agreed
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("bench_study: interrupted", file=sys.stderr)
        sys.exit(130)
