"""The only way Bigstep's own plugins are built; see defs.bzl for others."""

load("//tools:room.bzl", "in_one_file", "pch")

# What every test of a plugin needs. Labels: the caller may be a BUILD file of
# another repository.
TESTING = [
    Label("//base:testing"),
    Label("//third_party:gtest_main"),
]

def plugin_and_test(name, deps, test_deps, test_data, **kwargs):
    """Declares `name`, from name.cc (and name.h if there is one), and its test.

    Args:
      name: the plugin.
      deps: what it needs, its interface among it.
      test_deps: what `name`_test, from name_test.cc, needs besides.
      test_data: files that the test reads.
      **kwargs: passed to both.
    """
    header, include_header = pch(deps)
    test_header, include_test_header = pch(deps, test = True)
    native.cc_library(
        name = name,
        srcs = [name + ".cc"],
        hdrs = native.glob([name + ".h"], allow_empty = True),
        # Nothing refers to a plugin by symbol: the linker would drop it.
        alwayslink = True,
        linkstatic = True,
        copts = include_header,
        deps = deps + [header],
        **kwargs
    )
    native.cc_test(
        name = name + "_test",
        size = "small",
        srcs = [name + "_test.cc"],
        data = test_data,
        copts = include_test_header,
        deps = deps + test_deps + TESTING + [test_header, ":" + name],
        **kwargs
    )

def plugin_family(name, interface, plugins, shared = [], test_deps = [], test_with = {}):
    """Declares the plugins of one family.

    The target `name` is the whole family, compiled as one file: 60 s instead of
    130 for 16 datasets. Only //experiments sees the target. `name`_test are the
    tests (p_test.cc) of all its plugins.

    Each plugin `p` is also a library of its own, made from p.cc (and p.h if
    there is one), and so is its test: after a change, `bazel test :p_test` soon
    has a result. `//...` leaves these out.
    Plugins do not see each other: what they share lies in a folder of its own.

    Args:
      name: the family, as the registry calls it.
      interface: the target that declares what the plugins implement.
      plugins: their names.
      shared: what every plugin of the family may use besides.
      test_deps: what the tests of the family need besides.
      test_with: a dict from a plugin with an option that is a plugin itself
        (base/choice.h) to the plugins of the family that its test chooses,
        whose testdata it reads, too.
    """
    deps = [interface, "//base", "//base:tensors"] + shared
    header, include_header = pch(deps)
    test_header, include_test_header = pch(deps, test = True)
    for plugin in plugins:
        chosen = test_with.get(plugin, [])
        plugin_and_test(
            plugin,
            deps = deps,
            test_deps = test_deps + [":" + p for p in chosen],
            test_data = native.glob(
                ["testdata/%s*" % p for p in [plugin] + chosen],
                allow_empty = True,
            ),
            tags = ["manual"],
            visibility = ["//visibility:private"],
        )
    files = [plugin + ".cc" for plugin in plugins]
    native.cc_library(
        name = name,
        srcs = in_one_file(name, files),
        hdrs = native.glob([plugin + ".h" for plugin in plugins], allow_empty = True),
        alwayslink = True,
        linkstatic = True,
        copts = include_header,
        visibility = ["//experiments:__pkg__"],
        deps = deps + [header],
    )
    native.cc_test(
        name = name + "_test",
        size = "medium",
        srcs = in_one_file(
            name + "_test",
            [plugin + "_test.cc" for plugin in plugins],
            test = True,
        ),
        data = native.glob(["testdata/**"], allow_empty = True),
        copts = include_test_header,
        deps = deps + test_deps + TESTING + [test_header, ":" + name],
    )
