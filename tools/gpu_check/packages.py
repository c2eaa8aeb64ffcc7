"""Headers and libraries of Debian's packages, for pack.py."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

# Packages of the C and C++ runtimes, which every compiler brings along.
RUNTIME_PACKAGES = re.compile(
    r"(libc6|linux-libc|libstdc\+\+|libgcc|libcrypt-)")
RUNTIME_LIBRARIES = re.compile(
    r"(ld-linux|lib(atomic|c|dl|gcc_s|m|pthread|resolv|rt|stdc\+\+|gomp)\.so)")
RUNTIME_FLAGS = {"-latomic", "-lm", "-lrt", "-lstdc++"}
# Boost is large: what is read here, and what other compilers may read.
BOOST = "/usr/include/boost/"
WHOLE_BOOST = re.compile(BOOST + "(config|math)/")


def output_of(command, **kwargs):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          universal_newlines=True, **kwargs).stdout


def find_library(flag):
    """The file that -lNAME names, as its users ask for it."""
    for ending in [".so", ".a"]:
        path = pathlib.Path(output_of(
            ["g++", f"-print-file-name=lib{flag[2:]}{ending}"]).strip())
        if path.is_absolute():
            soname = re.search(r"SONAME\s+(\S+)",
                               output_of(["objdump", "-p", path])
                               if ending == ".so" else "")
            return path.resolve(), soname[1] if soname else path.name
    sys.exit(f"pack.py: no library for {flag}; run tools/setup.sh")


def includes_of(files, root):
    """What `files`, and what they include from `root`, include of others."""
    found, seen, todo = set(), set(), list(files)
    while todo:
        file = todo.pop()
        if file in seen:
            continue
        seen.add(file)
        for name in re.findall(r'^#include [<"]([^>"]+)[>"]',
                               file.read_text(), re.M):
            if (root / name).exists():
                todo.append(root / name)
            elif not re.match("(torch|ATen|c10)/", name):
                found.add(name)
    return found


def copy_headers(includes, out):
    """Copies the headers of each package that has one of `includes`."""
    # Some headers need others before them.
    text = "#include <cstdio>\n" + "".join(
        f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n"
        for name in sorted(includes))
    made = output_of(["g++", "-std=c++20", "-M", "-x", "c++", "-"], input=text)
    read = {h for h in made.replace("\\\n", " ").split()
            if h.startswith("/usr/include/")}
    owners = output_of(["dpkg", "-S", *read])
    packages = {name for line in owners.splitlines()
                for name in line.split(": ")[0].split(", ")}
    for package in sorted(packages):
        if RUNTIME_PACKAGES.match(package):
            continue
        for name in output_of(["dpkg", "-L", package]).splitlines():
            if not name.startswith("/usr/include/") or not os.path.isfile(name):
                continue
            if (name.startswith(BOOST) and name not in read and
                    not WHOLE_BOOST.match(name)):
                continue
            # A folder per architecture is one that compilers look in.
            copy(name, out / re.sub("^/usr/include/([a-z0-9_]+-linux-gnu/)?",
                                    "", name))


def copy_libraries(libraries, out):
    for name, file in sorted(libraries.items()):
        copy(file, out / name)
        if file.suffix == ".a":
            continue
        for line in output_of(["ldd", file]).splitlines():
            match = re.match(r"\s*(\S+) => (/\S+)", line)
            if match and not RUNTIME_LIBRARIES.match(match[1]):
                copy(match[2], out / match[1])


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
