#!/usr/bin/env python3
"""Packs what check.sh needs to build Bigstep on a machine without Bazel.

  tools/gpu_check/pack.py --out=DIR

Run it in the checkout that check.sh will be run in. DIR is replaced. It gets:
  build.ninja  Bazel's commands for a build against pip's PyTorch with CUDA,
               with variables for what check.sh finds on the other machine
  execroot/    sources that the build generates
  include/     headers of the installed packages, LibTorch and the C and C++
  lib/         runtimes aside, and their libraries with all that these load
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import packages

# Ninja's variable `programs` lists them.
TARGETS = [
    "//base:tensors_test",
    "//datasets:fake_data_root_main",
    "//experiments/conformance:conformance_test",
    "//experiments/train:train_test",
    "//experiments:reproduce_main",
    "//experiments:run_main",
    "//tools:bench_step",
]

# The files by which third_party/libtorch.bzl recognizes a LibTorch with CUDA.
FAKE_FILES = [
    "torch/include/torch/csrc/api/include/torch/torch.h",
    "torch/include/c10/cuda/impl/cuda_cmake_macros.h",
    "torch/lib/libtorch.so",
    "torch/lib/libtorch_cuda.so",
    "torch/lib/libc10_cuda.so",
    "nvidia/cu13/include/cuda_runtime_api.h",
    "nvidia/cu13/include/crt/host_defines.h",
]

BIN = "bazel-out/k8-opt/bin/"  # On x86-64.

NINJA = """\
# Written by tools/gpu_check/pack.py. The variables cc, torch, pack, graphs and
# cuda_libs are check.sh's.
include variables.ninja
rule archive
  command = rm -f $out && ar rcsT $out $in
  description = $out
rule run
  command = $command
  description = $out
"""


class Bazel:
    """Bazel as beside pip's PyTorch, in an output folder of its own."""

    def __init__(self, folder):
        for name in FAKE_FILES:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        self.torch = folder / "torch"
        self._base = folder / "base"
        self._environment = dict(os.environ, LIBTORCH_ROOT=str(self.torch))
        self._environment.pop("CUDA_HOME", None)

    def __call__(self, *arguments):
        return packages.output_of(
            ["bazel", f"--output_base={self._base}", *arguments],
            env=self._environment)

    def close(self):
        self("shutdown")
        # Bazel makes its folders read-only.
        subprocess.run(["chmod", "-R", "u+w", self._base], check=False)


class Actions:
    """The actions behind TARGETS, from what `bazel aquery` prints."""

    def __init__(self, text):
        graph = json.loads(text)
        self._fragments = {f["id"]: f for f in graph["pathFragments"]}
        paths = {a["id"]: self._path(a["pathFragmentId"])
                 for a in graph["artifacts"]}
        self.labels = {t["id"]: t["label"] for t in graph["targets"]}
        self._by_output = {}
        for action in graph["actions"]:
            action["output"] = paths[action.get("primaryOutputId",
                                                action["outputIds"][0])]
            for output in action["outputIds"]:
                self._by_output[paths[output]] = action

    def _path(self, fragment):
        parts = []
        while fragment:
            parts.append(self._fragments[fragment]["label"])
            fragment = self._fragments[fragment].get("parentId")
        return "/".join(reversed(parts))

    def needed(self, outputs):
        """The actions that make `outputs`, directly or not.

        Returns two lists: compilations, precompilations and links, with their
        `inputs`; and the actions whose outputs are generated sources.
        """
        commands, generators, seen = [], [], set()
        todo = list(outputs)
        while todo:
            output = todo.pop()
            if output in seen or output not in self._by_output:
                continue
            seen.add(output)
            action = self._by_output[output]
            if not action["mnemonic"].startswith("Cpp"):
                generators.append(action)
                continue
            arguments = [a for a in action["arguments"] if a[0] != "@"]
            action["arguments"] = arguments
            action["inputs"] = [
                a for a in arguments if a.endswith((".o", ".cc", ".hh"))
                and a != output and not a.startswith(("-", "third_party/pch/"))]
            # -include third_party/pch/NAME.hh finds NAME.hh.gch.
            action["inputs"] += [f"{BIN}{a}.gch"
                                 for a in arguments if a.endswith(".hh") and
                                 a.startswith("third_party/pch/")]
            commands.append(action)
            todo += action["inputs"]
        return commands, generators


def ninja_edges(action, torch, libraries, archives):
    """Ninja's text for an action; adds what it links with to `libraries`."""
    text, arguments, inputs = "", ["$cc"], list(action["inputs"])
    members = None  # Of an archive.
    for argument in action["arguments"][1:]:
        if (re.match("-l(?!torch|c10)", argument) and
                argument not in packages.RUNTIME_FLAGS):
            file, name = packages.find_library(argument)
            libraries[name] = file
            arguments.append(f"$pack/lib/{name}")
        elif argument == "-ltorch_cuda":
            arguments.append("$cuda_libs")
        elif argument == "-DBIGSTEP_CUDA_GRAPHS":
            arguments.append("$graphs")
        # Linkers other than gold have no --start-lib: they take archives.
        elif argument == "-Wl,--start-lib":
            members = []
        elif argument == "-Wl,--end-lib":
            key = " ".join(members)
            if key not in archives:
                archives[key] = f"archives/{len(archives)}.a"
                text += f"build {archives[key]}: archive {key}\n"
            arguments.append(archives[key])
            inputs.append(archives[key])
            members = None
        elif members is not None:
            members.append(argument)
        elif argument not in ["-lc10_cuda", "-fuse-ld=gold", "-B/usr/bin"]:
            argument = shlex.quote(argument).replace("$", "$$")
            argument = argument.replace(str(torch), "$torch")
            arguments.append(re.sub(r"(external/libtorch/(?:include|cuda))_\d+",
                                    r"\1", argument))
    if action["mnemonic"] == "CppLink":
        # The older kind of tag also serves what the libraries load in turn.
        arguments += ["-Wl,--disable-new-dtags", "-Wl,-rpath,$pack/lib"]
    else:
        arguments += ["-isystem", "$pack/include"]
        if not any(i.endswith(".gch") for i in inputs):
            # Headers from before GCC 13 (Abseil's) rely on others for it.
            arguments += ["-include", "cstdint"]
    return (text + f"build {action['output']}: run {' '.join(inputs)}\n"
            f"  command = {' '.join(arguments)}\n")


def pack(root, out, bazel):
    query = f"deps(set({' '.join(TARGETS)}))"
    actions = Actions(bazel("aquery", "--output=jsonproto", query))
    programs = [BIN + t[2:].replace(":", "/") for t in TARGETS]
    commands, generators = actions.needed(programs)

    # The genrules, and of precompiled headers only what is to be precompiled.
    labels = {"default": set(), "header": set()}
    for action in generators:
        group = "default" if action["mnemonic"] == "Genrule" else "header"
        labels[group].add(actions.labels[action["targetId"]])
    for group, names in labels.items():
        bazel("build", f"--output_groups={group}", *sorted(names))
    execroot = pathlib.Path(bazel("info", "execution_root").strip())
    for name in [a["output"] for a in generators]:
        packages.copy(execroot / name, out / "execroot" / name)
    first = "external/libtorch/first/ATen/core/List.h"
    packages.copy(execroot.parent.parent / first, out / "execroot" / first)

    libraries, archives, sources = {}, {}, set()
    with open(out / "build.ninja", "w") as ninja:
        ninja.write(NINJA)
        for action in commands:
            ninja.write(ninja_edges(action, bazel.torch, libraries, archives))
            sources |= {root / i if (root / i).exists() else execroot / i
                        for i in action["inputs"] if i.endswith((".cc", ".hh"))}
        ninja.write("build programs: phony " + " ".join(programs) + "\n")
    packages.copy_headers(packages.includes_of(sources, root), out / "include")
    packages.copy_libraries(libraries, out / "lib")
    return len(commands)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True, type=pathlib.Path,
                        help="the folder to write; what it held is deleted")
    out = parser.parse_args().out.resolve()
    root = pathlib.Path(__file__).resolve().parents[2]
    os.chdir(root)
    if (out.exists() and any(out.iterdir()) and
            not (out / "build.ninja").exists()):
        parser.error(f"{out} holds something else than a pack")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        bazel = Bazel(pathlib.Path(folder))
        try:
            commands = pack(root, out, bazel)
        finally:
            bazel.close()
    size = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{out}: {commands} commands, {size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
