"""Tests of the toys that //tools:new_plugin starts plugins with."""

load("//tools:room.bzl", "pch")

def template_test(family, interface, deps = []):
    """Runs the test of a family's toy, as it stands in templates/.

    Args:
      family: the family, as the registry calls it.
      interface: the target that declares what the plugins implement.
      deps: what the tests of the family need besides.
    """
    all_deps = [interface, "//base", "//base:tensors", "//base:testing"] + deps
    header, include_header = pch(all_deps, test = True)
    native.cc_test(
        name = family + "_template_test",
        size = "small",
        srcs = [
            "templates/%s.cc" % family,
            "templates/%s_test.cc" % family,
        ],
        copts = include_header,
        deps = all_deps + [
            header,
            "//third_party:gtest_main",
        ],
    )
