"""Abseil of the system, found with pkg-config."""

# Target of @abseil -> the pkg-config modules behind it.
_TARGETS = {
    "status": ["absl_status", "absl_statusor"],
    "strings": ["absl_strings", "absl_str_format"],
    "time": ["absl_time"],
}

def _abseil_impl(ctx):
    # Abseil splits and merges its libraries in every release, so a list of -l
    # written here would fit one release; pkg-config knows the installed one.
    pkg_config = ctx.which("pkg-config")
    if not pkg_config:
        fail("pkg-config not found; run tools/setup.sh")

    build = ""
    for target, modules in _TARGETS.items():
        result = ctx.execute([pkg_config, "--libs"] + modules)
        if result.return_code != 0:
            fail("Abseil not found by pkg-config (%s); run tools/setup.sh\n%s" %
                 (", ".join(modules), result.stderr))
        libs = [
            flag
            for flag in result.stdout.strip().split(" ")
            if flag.startswith("-l") or flag.startswith("-L")
        ]

        # The list is Abseil's whole transitive closure; --as-needed keeps the
        # libraries really used, since each one costs time at program start.
        linkopts = (["-Wl,--push-state,--as-needed"] + libs +
                    ["-Wl,--pop-state"])
        build += """\
cc_library(
    name = {name},
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
)
""".format(name = repr(target), linkopts = repr(linkopts))
    ctx.file("BUILD", build)

abseil_repository = repository_rule(
    implementation = _abseil_impl,
    configure = True,  # Depends on the machine: see `bazel sync --configure`.
    environ = [
        "BIGSTEP_SYSTEM",  # tools/bazel: another one means other packages.
        "PATH",
        "PKG_CONFIG_PATH",
    ],
    local = True,
)
