"""One unit: a library and the test beside it, all named alike."""

def library(name, deps = [], test = True, test_deps = [], test_size = "small", test_data = [], **kwargs):
    """Declares name.h + name.cc, tested by name_test.cc.

    Args:
      name: base name of the files and of the target.
      deps: what the library needs.
      test: whether name_test.cc exists; say in a comment what covers it if not.
      test_deps: what the test needs beyond the library and `deps`.
      test_size: Bazel's size of the test.
      test_data: files the test reads.
      **kwargs: passed to cc_library.
    """
    native.cc_library(
        name = name,
        srcs = [name + ".cc"],
        hdrs = [name + ".h"],
        deps = deps,
        **kwargs
    )
    if not test:
        return
    native.cc_test(
        name = name + "_test",
        size = test_size,
        srcs = [name + "_test.cc"],
        data = test_data,
        deps = deps + test_deps + [
            ":" + name,
            "//third_party:gtest_main",
        ],
    )
