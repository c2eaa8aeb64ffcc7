#!/usr/bin/env python3
"""A whole study in Python: the trials of a spec, trained and evaluated.

  tools/bench/peers/study.py experiments/specs/parity_knobs.yaml

The same datasets, networks, losses, optimizers, budgets and evaluations as
Bigstep's, with random numbers of its own; of the metrics only accuracy, on
three splits. --loop=resident is written for speed (study_resident.py),
--loop=dataloader as it is usually written (study_dataloader.py). Prints how
long it took and leaves the accuracies in --out.
"""

import argparse
import collections
import ctypes
import importlib
import json
import multiprocessing
import os
import sys
import time

import torch

sys.dont_write_bytecode = True  # Bazel runs this file from the source tree.

import study_data  # noqa: E402
import study_plan  # noqa: E402
import study_trial  # noqa: E402


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spec", help="the study, a YAML file")
    parser.add_argument("--loop", default="resident",
                        choices=["resident", "dataloader"])
    parser.add_argument("--data_root",
                        type=os.path.expanduser,
                        default=os.environ.get("BIGSTEP_DATA_ROOT",
                                               "~/.cache/bigstep/data"),
                        help="folder that holds mnist/")
    parser.add_argument("--seeds", type=int, default=0,
                        help="seeds of each configuration; 0: as in the spec")
    parser.add_argument("--first_seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0,
                        help="steps of a trial; 0: as in the spec")
    parser.add_argument("--shortened", type=int, default=0,
                        help="train each trial for this many steps only and "
                        "say how long all of them would take; 0: all steps")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--device", default="cpu",
                        help="where --loop=resident trains: cpu, cuda")
    parser.add_argument("--threads", type=int, default=0,
                        help="threads of a process; 0: 1 with "
                        "--loop=resident, else what torch chooses")
    parser.add_argument("--out", default="", help="a JSON file")
    arguments = parser.parse_args()
    if arguments.loop == "resident" and arguments.threads == 0:
        arguments.threads = 1
    if arguments.device != "cpu" and (arguments.loop != "resident" or
                                      arguments.processes > 1):
        parser.error("--device=%s takes --loop=resident and one process" %
                     arguments.device)
    return arguments


def blas_kernels():
    """The kernels that OpenBLAS chose for this processor."""
    with open("/proc/self/maps") as maps:
        libraries = {line.split()[-1] for line in maps if "openblas" in line}
    for library in sorted(libraries):
        try:
            name = ctypes.CDLL(library).openblas_get_corename
        except AttributeError:
            continue
        name.restype = ctypes.c_char_p
        return "OpenBLAS, kernels for " + name().decode()
    return "no OpenBLAS"


class Work:
    """Runs trials, in this process or in others that are forks of it."""

    def __init__(self, arguments, trials):
        self.arguments, self.trials = arguments, trials
        self.loop = importlib.import_module("study_" + arguments.loop)
        self.started = multiprocessing.Value("i", 0)
        self.data = {}

    def prepare(self):
        """Makes each dataset once: processes share what they do not change."""
        # Threads of OpenMP would not survive the fork.
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        for trial in self.trials:
            if trial.seed not in self.data:
                self.data[trial.seed] = study_data.on_device(
                    study_data.make_data(trial, self.arguments.data_root),
                    self.arguments.device)
        torch.set_num_threads(threads)

    def configure(self):
        threads, processes = self.arguments.threads, self.arguments.processes
        if threads:
            torch.set_num_threads(threads)
        if self.arguments.loop == "resident":
            torch.set_flush_denormal(True)
        if processes > 1 and threads == 1:
            with self.started.get_lock():
                number = self.started.value
                self.started.value += 1
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(0, {cores[number % len(cores)]})

    def run(self, i):
        trial = self.trials[i]
        return self.loop.run_trial(trial, self.data[trial.seed],
                                   self.arguments.shortened)

    def run_all(self):
        """The results in the order of the trials; the longest go first."""
        order = sorted(range(len(self.trials)),
                       key=lambda i: -self.trials[i].cost())
        if self.arguments.processes == 1:
            self.configure()
            results = dict(zip(order, map(self.run, order)))
        else:
            Work.in_fork = self
            context = multiprocessing.get_context("fork")
            with context.Pool(self.arguments.processes,
                              self.configure) as pool:
                results = dict(zip(order, pool.imap(run_in_fork, order)))
        return [results[i] for i in range(len(self.trials))]


def run_in_fork(i):
    return Work.in_fork.run(i)


def summary_of(arguments, work, results, seconds):
    """What is written to --out but for the trials."""
    steps = sum(result["steps"] for result in results)
    train_seconds = sum(result["train_seconds"] for result in results)
    summary = {"loop": arguments.loop, "processes": arguments.processes,
               "threads": arguments.threads or torch.get_num_threads(),
               "torch": torch.__version__, "blas": blas_kernels(),
               "measured_seconds": seconds, "shortened": arguments.shortened}
    if arguments.shortened:
        for trial, result in zip(work.trials, results):
            seconds += (study_trial.full_seconds(trial, result,
                                                 work.data[trial.seed]) -
                        result["train_seconds"] - result["evaluate_seconds"]
                        ) / arguments.processes
    outcomes = collections.Counter(result["outcome"] for result in results)
    summary.update(seconds=seconds, trials=len(results),
                   trials_per_hour=3600 * len(results) / seconds,
                   steps_per_second=steps * arguments.processes /
                   train_seconds, diverged=outcomes["diverged"])
    return summary


def main():
    arguments = parse_arguments()
    start = time.perf_counter()
    trials = study_plan.read_trials(arguments.spec, arguments.seeds,
                                    arguments.first_seed, arguments.steps)
    work = Work(arguments, trials)
    work.prepare()
    results = work.run_all()
    summary = summary_of(arguments, work, results,
                         time.perf_counter() - start)
    print("%(loop)s, processes x threads %(processes)d x %(threads)d: "
          "%(trials)d trials in %(seconds).1f s, %(trials_per_hour).0f an "
          "hour; %(steps_per_second).0f steps/s while training; %(diverged)d "
          "diverged; PyTorch %(torch)s, %(blas)s" % summary)
    if arguments.shortened:
        print("extrapolated from %d steps of each trial" %
              arguments.shortened)
    if arguments.out:
        with open(arguments.out, "w") as file:
            json.dump({**summary, "results": results}, file, indent=1)


if __name__ == "__main__":
    try:
        main()
    except study_plan.Unsupported as problem:
        sys.exit("study.py: %s" % problem)
