"""Local stand-ins for what old Bazels download on their own account."""

def _stand_in_impl(ctx):
    # Found by its label: Bigstep may be part of another workspace.
    folder = ctx.path(Label("//third_party/bazel:BUILD")).dirname.get_child(ctx.name)
    for file in folder.readdir():
        ctx.symlink(file, file.basename)

_stand_in = repository_rule(implementation = _stand_in_impl, local = True)

def offline_repositories():
    """Makes Debian's Bazel build without a network.

    Debian's Bazel 4.2.3 does not carry two repositories that its own files
    name: @rules_cc (thin macros around native rules) and
    @remote_coverage_tools (an implicit dependency of every test). Ours are
    the few lines that a C++ build needs of them.

    Bazel 7 is left alone: its built-in repositories load more of rules_cc
    than the stand-in has, and who gets Bazel through Bazelisk has a network.
    """

    # Debian's build reports no version at all; releases report "7.7.1".
    version = native.bazel_version
    major = version.split(".")[0]
    if major.isdigit() and int(major) >= 7:
        return

    for name in ["rules_cc", "rules_java", "remote_coverage_tools"]:
        _stand_in(name = name)
