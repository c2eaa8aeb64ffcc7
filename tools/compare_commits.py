#!/usr/bin/env python3
"""Checks that results do not change between two commits.

  tools/compare_commits.py OLD [NEW] [--data_root=DIR] [--keep=DIR]

Builds //experiments:run at both commits (NEW: the working tree by default; a
program built before may stand for a commit), runs short versions of three
studies with each (one seed, 500 steps), and compares trial ids, records,
histories, pictures and tables byte by byte. Times, commits and memory are left
out. Then the new program continues the old one's folders and must train
nothing.

Exit code: 0 equal, 1 different, 2 a commit cannot be built or run.
"""

import argparse
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile

STUDIES = {
    "quickstart": [],
    "parity_knobs": [],
    "colored_mnist_knobs": ["data_root"],
}
SHORT = ["--set=seeds=1", "--set=training.max_steps=500",
         "--set=training.eval_every=100"]
# Written again by each run, or in formats that hold times.
SKIPPED = {"status.json", "report.html", "log.txt", "lock"}


def fail(message):
  print(f"compare_commits: {message}", file=sys.stderr)
  sys.exit(2)


def run(command, **kwargs):
  result = subprocess.run(command, text=True, **kwargs)
  if result.returncode != 0:
    fail(f"{' '.join(map(str, command))}: exit code {result.returncode}")
  return result


def build(root, commit, folder):
  """Returns the program built from `commit`, or from the working tree."""
  if commit is not None and pathlib.Path(commit).is_file():
    return pathlib.Path(commit).resolve()
  if commit is not None:
    run(["git", "-C", root, "worktree", "add", "--detach", folder, commit])
    root = folder
  run(["bazel", "build", "//experiments:run"], cwd=root)
  program = folder.with_suffix(".run")
  built = root / "bazel-bin/experiments"
  main = built / "run_main"
  program.write_bytes((main if main.exists() else built / "run").read_bytes())
  program.chmod(0o755)
  if commit is not None:
    run(["bazel", "shutdown"], cwd=root)
    run(["git", "-C", root, "worktree", "remove", "--force", folder])
  return program


def train(program, root, study, out, data_root):
  command = [program, f"--spec={root}/experiments/specs/{study}.yaml",
             f"--out={out}", "--progress=quiet", *SHORT]
  if "data_root" in STUDIES[study]:
    command.append(f"--data_root={data_root}")
  return run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr


def normalized(path):
  """The content of a file without what may differ between two runs."""
  data = path.read_bytes()
  if path.name == "record.json":
    record = json.loads(data)
    del record["times"]
    for key in ("commit", "peak_memory_bytes"):
      del record["provenance"][key]
    return json.dumps(record, indent=1, sort_keys=True).encode()
  if path.name == "trials.csv":
    rows = list(csv.reader(io.StringIO(data.decode())))
    keep = [i for i, name in enumerate(rows[0]) if not name.startswith("run.")]
    return json.dumps([[row[i] for i in keep] for row in rows]).encode()
  return data


def contents(folder):
  return {
      str(path.relative_to(folder)): normalized(path)
      for path in sorted(folder.rglob("*"))
      if path.is_file() and path.name not in SKIPPED
      and "figures" not in path.relative_to(folder).parts
  }


def main():
  parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
  parser.add_argument("old")
  parser.add_argument("new", nargs="?")
  parser.add_argument("--data_root")
  parser.add_argument("--keep", type=pathlib.Path)
  args = parser.parse_args()
  root = pathlib.Path(run(["git", "rev-parse", "--show-toplevel"],
                          stdout=subprocess.PIPE).stdout.strip())
  folder = args.keep or pathlib.Path(tempfile.mkdtemp())
  folder.mkdir(parents=True, exist_ok=True)
  old = build(root, args.old, folder / "old")
  new = build(root, args.new, folder / "new")
  different = 0
  for study in STUDIES:
    if "data_root" in STUDIES[study] and not args.data_root:
      print(f"{study}: left out, needs --data_root")
      continue
    train(old, root, study, folder / "results_old", args.data_root)
    train(new, root, study, folder / "results_new", args.data_root)
    a = contents(folder / "results_old" / study)
    b = contents(folder / "results_new" / study)
    wrong = sorted(name for name in a.keys() | b.keys()
                   if a.get(name) != b.get(name))
    different += len(wrong)
    trials = sum(name.endswith("record.json") for name in a)
    print(f"{study}: {trials} trials, {len(a)} files, {len(wrong)} differ",
          *wrong, sep="\n  ")
    summary = train(new, root, study, folder / "results_old", args.data_root)
    continued = f"0 trials trained, {trials} reused, 0 failed" in summary
    print(f"{study}: the old folder is "
          f"{'continued' if continued else 'NOT continued: ' + summary}")
    different += not continued
  sys.exit(1 if different else 0)


if __name__ == "__main__":
  main()
