"""Tests of the toys that //tools:new_plugin starts plugins with."""

def template_test(family, interface, deps = []):
    """Makes the toy of a family, named toy_<family>, and runs its test.

    Args:
      family: the family, as the registry calls it.
      interface: the target that declares what the plugins implement.
      deps: the further targets that new_plugin.py gives the toy.
    """
    name = "toy_" + family
    for suffix in [".cc", "_test.cc"]:
        native.genrule(
            name = name + suffix.replace(".", "_") + "_source",
            testonly = True,
            srcs = ["templates/" + family + suffix],
            outs = [name + suffix],
            cmd = "sed 's/@name@/%s/g; s/@Class@/Toy/g' $< > $@" % name,
        )
    native.cc_library(
        name = name,
        testonly = True,
        srcs = [name + ".cc"],
        alwayslink = True,
        deps = [interface, "//third_party:libtorch"] + deps,
    )
    native.cc_test(
        name = name + "_test",
        size = "small",
        srcs = [name + "_test.cc"],
        deps = [
            interface,
            ":" + name,
            "//base:testing",
            "//third_party:abseil_strings",
            "//third_party:gtest_main",
            "//third_party:libtorch",
        ] + (["//metrics:testing"] if family == "metrics" else []),
    )
