#!/usr/bin/env python3
"""What check.sh reads from the records of studies.

  records.py compare A B [--tolerance=T]  do equal trials have equal metrics?
  records.py speed A                      how fast trials were trained

Prints a line; exit code 1 if values differ by more than T, absolute or
relative (default 0: the same bits, weights included).
"""

import argparse
import json
import math
import pathlib
import sys


def read(folder):
    """The records below a folder, by the trials' ids."""
    files = pathlib.Path(folder).rglob("record.json")
    return {r["id"]: r for r in (json.loads(f.read_text()) for f in files)}


def values(record, weights):
    """(path, value) of each number and text in the results."""
    keys = ["outcome", "steps", "metrics"] + (["weights"] if weights else [])
    todo = [(key, record.get(key)) for key in keys]
    while todo:
        path, value = todo.pop()
        if isinstance(value, dict):
            todo += [(f"{path}.{key}", v) for key, v in value.items()]
        elif isinstance(value, list):
            todo += [(f"{path}[{i}]", v) for i, v in enumerate(value)]
        else:
            yield path, value


def difference(a, b):
    """Absolute or relative, whichever is less; infinite if not comparable."""
    if a == b:
        return 0.0
    if not all(isinstance(x, (int, float)) for x in [a, b]):
        return math.inf
    return abs(a - b) / max(1, abs(a), abs(b))


def compare(folder, other_folder, tolerance):
    records, others = read(folder), read(other_folder)
    compared, found = 0, []
    for id in records.keys() & others.keys():
        other = dict(values(others[id], weights=tolerance == 0))
        for path, value in values(records[id], weights=tolerance == 0):
            compared += 1
            found.append((difference(value, other.get(path)), id, path))
    over = sorted((f for f in found if f[0] > tolerance), reverse=True)
    for amount, id, path in over[:20]:
        print(f"{id} {path}: differs by {amount:.3g}")
    missing = len(records.keys() ^ others.keys())
    largest = max((f[0] for f in found), default=0)
    print(f"{compared} values of {len(records.keys() & others.keys())} trials, "
          f"{len(over)} beyond {tolerance:g}, largest difference {largest:.3g}"
          + (f", {missing} trials on one side only" if missing else ""))
    return 0 if compared and not over and not missing else 1


def speed(folder):
    records = list(read(folder).values())
    rates = [r["steps"] * r["trial"]["training"]["batch_size"] /
             r["times"]["train_s"]
             for r in records if r["outcome"] == "completed"]
    status = json.loads(next(pathlib.Path(folder).rglob("status.json"))
                        .read_text())
    workers = max((r["provenance"]["workers"] for r in records), default=0)
    print(f"{len(rates)} trials, {workers} workers, "
          f"{60 * len(rates) / status['seconds']:.1f} trials/min, at best "
          f"{max(rates, default=0):.0f} samples/s")
    return 0 if rates and len(rates) == len(records) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    comparison = commands.add_parser("compare")
    comparison.add_argument("folders", nargs=2)
    comparison.add_argument("--tolerance", type=float, default=0)
    commands.add_parser("speed").add_argument("folder")
    arguments = parser.parse_args()
    if arguments.command == "speed":
        return speed(arguments.folder)
    return compare(*arguments.folders, arguments.tolerance)


if __name__ == "__main__":
    sys.exit(main())
