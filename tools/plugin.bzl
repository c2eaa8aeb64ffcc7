"""The only way plugins are built."""

load("//tools:room.bzl", "in_one_file", "pch")

def plugin_family(name, interface, plugins, shared = [], test_deps = [], test_with = {}):
    """Declares the plugins of one family.

    The target `name` is the whole family, compiled as one file: 60 s instead of
    130 for 16 datasets. Only //experiments sees the target.

    For its test (p_test.cc), each plugin `p` is also a library of its own, made
    from p.cc (and p.h if there is one): after a change, its test is soon there.
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
        native.cc_library(
            name = plugin,
            srcs = [plugin + ".cc"],
            hdrs = native.glob([plugin + ".h"], allow_empty = True),
            # Nothing refers to a plugin by symbol: the linker would drop it.
            alwayslink = True,
            linkstatic = True,
            copts = include_header,
            visibility = ["//visibility:private"],
            deps = deps + [header],
        )
        chosen = test_with.get(plugin, [])
        native.cc_test(
            name = plugin + "_test",
            size = "small",
            srcs = [plugin + "_test.cc"],
            data = native.glob(
                ["testdata/%s*" % p for p in [plugin] + chosen],
                allow_empty = True,
            ),
            copts = include_test_header,
            deps = deps + test_deps + [
                test_header,
                ":" + plugin,
                "//base:testing",
                "//third_party:gtest_main",
            ] + [":" + p for p in chosen],
        )
    files = [plugin + ".cc" for plugin in plugins]
    native.cc_library(
        name = name,
        srcs = in_one_file(name, files),
        textual_hdrs = files,
        hdrs = native.glob([plugin + ".h" for plugin in plugins], allow_empty = True),
        alwayslink = True,
        linkstatic = True,
        copts = include_header,
        visibility = ["//experiments:__pkg__"],
        deps = deps + [header],
    )
