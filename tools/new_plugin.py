#!/usr/bin/env python3
"""Starts a new plugin: a working toy with its test, ready to edit.

  bazel run //tools:new_plugin -- optimizers sam
  bazel run @bigstep//tools:new_plugin -- optimizers sam

In Bigstep it writes <folder>/<name>.cc and <folder>/<name>_test.cc and adds the
name to the family's list in <folder>/BUILD. In a workspace of your own it
writes both files beside the workspace's BUILD file, and prints what to add
there. Names are lower-case letters, digits and _.
"""

import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys

# Family, and the folder its plugins live in.
FOLDERS = {
    "datasets": "datasets",
    "losses": "optimizers",
    "metrics": "metrics",
    "models": "models",
    "optimizers": "optimizers",
    "regularizers": "optimizers",
    "schedules": "optimizers",
}

def fail(message):
  print(f"new_plugin: {message}", file=sys.stderr)
  sys.exit(2)


def add_to_build(text, family, name):
  """Returns the BUILD text with one more plugin, the list kept sorted."""
  pattern = re.compile(
      r'(plugin_family\(\n    name = "%s",\n.*?    plugins = \[\n)(.*?)'
      r"(    \],\n)" % family, re.S)
  match = pattern.search(text)
  if not match:
    fail(f"found no plugin_family named '{family}' in the BUILD file")
  entries = match[2].splitlines(keepends=True)
  if not all(re.fullmatch(r'        "[^"]+",\n', entry) for entry in entries):
    fail(f"cannot read the plugins of '{family}': keep them one to a line")
  entries = sorted(entries + [f'        "{name}",\n'])
  return text[:match.start(2)] + "".join(entries) + text[match.end(2):]


def format_code(paths):
  """Formats the files; says so if it cannot and a long name needs it."""
  if shutil.which("clang-format"):
    subprocess.run(["clang-format", "--style=Google", "-i", *paths], check=True)
    return
  for path in paths:
    if any(len(line) > 80 for line in path.read_text().splitlines()):
      print(f"new_plugin: {path.name} has lines of more than 80 characters; "
            "install clang-format and run: clang-format --style=Google -i "
            f"{path}", file=sys.stderr)


def main():
  if {"-h", "--help"} & set(sys.argv[1:]):
    print(f"{__doc__}\nFamilies: {', '.join(FOLDERS)}")
    return
  if len(sys.argv) != 3:
    fail("expected a family and a name, as in: optimizers sam\n"
         f"families: {', '.join(FOLDERS)}")
  family, name = sys.argv[1:]
  if family not in FOLDERS:
    near = difflib.get_close_matches(family, FOLDERS, 1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    fail(f"no family '{family}'{hint} (known: {', '.join(FOLDERS)})")
  if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
    fail(f"the name must be lower-case letters, digits and _, beginning with "
         f"a letter, got '{name}'")
  tools = pathlib.Path(__file__).resolve().parent
  root = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", tools.parent))
  is_bigstep = (root / "tools" / "new_plugin.py").exists()
  folder = root / FOLDERS[family] if is_bigstep else root
  files = {suffix: folder / f"{name}{suffix}" for suffix in (".cc", "_test.cc")}
  for path in files.values():
    if path.exists():
      fail(f"{path.relative_to(root)} is there already")
  if (folder / f"{name}.h").exists():
    fail(f"the name '{name}' is taken by {FOLDERS[family]}/{name}.h")
  build = folder / "BUILD"
  changed = add_to_build(build.read_text(), family, name) if is_bigstep else ""

  # The names in the templates, and what becomes of them.
  class_name = "".join(word.capitalize() for word in name.split("_"))
  words = [
      (r'(?<=")toy(?=")|(?<=name: )toy\b', name),
      (r"\bToy(?=Options|Test|\b)", class_name),
  ]
  for suffix, path in files.items():
    text = (tools / "templates" / f"{family}{suffix}").read_text()
    # Sentences that call it a toy stay: the conformance tests ask for better.
    for word, value in words:
      text = re.sub(word, value, text)
    path.write_text(text)
  format_code(files.values())
  if not is_bigstep:
    print(f"""Wrote {name}.cc and {name}_test.cc. Add to BUILD:
  bigstep_plugin(
      name = "{name}",
      family = "{family}",
  )
and ":{name}" to its list of plugins. Then:
  bazel test //:{name}_test      passes as it is; edit the two files.""")
    return
  build.write_text(changed)

  target = f"//{FOLDERS[family]}:{name}_test"
  print(f"""Wrote {FOLDERS[family]}/{name}.cc and {name}_test.cc, and added the
name to {FOLDERS[family]}/BUILD.
Next:
  1. bazel test {target}      passes as it is; edit the two files.
  2. bazel run //tools:update_docs      writes docs/plugins.md.
  3. bazel test //experiments/...       what every plugin must do.
  4. A line in CHANGELOG.md.""")


if __name__ == "__main__":
  main()
