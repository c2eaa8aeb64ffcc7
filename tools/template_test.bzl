"""Tests of the toys that //tools:new_plugin starts plugins with."""

def template_test(family, interface, deps = []):
    """Runs the test of a family's toy, as it stands in templates/.

    Args:
      family: the family, as the registry calls it.
      interface: the target that declares what the plugins implement.
      deps: what the tests of the family need besides.
    """
    native.cc_test(
        name = family + "_template_test",
        size = "small",
        srcs = [
            "templates/%s.cc" % family,
            "templates/%s_test.cc" % family,
        ],
        deps = [
            interface,
            "//base",
            "//base:tensors",
            "//base:testing",
            "//third_party:gtest_main",
        ] + deps,
    )
