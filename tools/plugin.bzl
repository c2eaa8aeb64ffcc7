"""The only way plugins are built."""

def plugin_family(name, interface, plugins, family_deps = [], test_deps = [], test_with = {}):
    """Declares the plugins of one family.

    Each plugin `p` is a library made from p.cc (and p.h if there is one) with a
    test made from p_test.cc. The target `name` stands for all of them; only
    //experiments sees it. A plugin's own target is private, and a plugin that
    depends on another of its folder is refused.

    Args:
      name: the family, as the registry calls it.
      interface: the target that declares what the plugins implement.
      plugins: a dict from plugin name to the further targets it needs.
      family_deps: what every plugin of the family may use besides.
      test_deps: what the tests of the family need besides.
      test_with: a dict from a plugin with an option that is a plugin itself
        (base/choice.h) to the plugins of the family that its test chooses,
        whose testdata it reads, too.
    """
    for plugin, deps in plugins.items():
        for dep in deps:
            if dep.startswith(":") or dep.startswith("//%s:" % native.package_name()):
                fail("plugin '%s' depends on '%s': what plugins share belongs in //%s/common" %
                     (plugin, dep, native.package_name()))
        native.cc_library(
            name = plugin,
            srcs = [plugin + ".cc"],
            hdrs = native.glob([plugin + ".h"], allow_empty = True),
            # Nothing refers to a plugin by symbol: the linker would drop it.
            alwayslink = True,
            visibility = ["//visibility:private"],
            deps = [
                interface,
                "//third_party:abseil_status",
                "//third_party:abseil_strings",
                "//third_party:libtorch",
            ] + family_deps + deps,
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
            deps = [
                interface,
                ":" + plugin,
                "//base:testing",
                "//third_party:gtest_main",
            ] + family_deps + deps + test_deps + [":" + p for p in chosen],
        )
    native.cc_library(
        name = name,
        visibility = ["//experiments:__pkg__"],
        deps = [":" + plugin for plugin in plugins],
    )
