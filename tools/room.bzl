"""One folder: its library, what its tests share, and its tests."""

def _has(target, deps):
    return target in deps or Label(target) in deps

def pch(deps, test = False, name = None):
    """The precompiled header for a target with these dependencies.

    Reading one takes time, too: .7 s for `base`, 1.7 for `tensors`, 3.7 for
    `modules`.

    Args:
      deps: the target's dependencies.
      test: whether it is a test.
      name: the header, if not the one that the dependencies suggest.

    Returns:
      The label of the header, and the flags that use it.
    """
    if name:
        pass
    elif native.package_name().startswith("models") or _has("//models:model", deps):
        name = "modules"
    elif _has("//base:tensors", deps) or ":tensors" in deps:
        name = "tensors"
    else:
        name = "base"
    if test:
        name += "_test"
    return (
        Label("//third_party/pch:" + name),
        ["-include", "third_party/pch/%s.hh" % name],
    )

def in_one_file(name, files, test = False):
    """Declares NAME.inc.cc, which holds `files`, those of this package.

    Most of the time to compile a file goes into headers that its neighbours
    include as well. What the files define in their unnamed namespaces needs
    different names, except in tests: there each of these namespaces gets a name.
    The files are copied, not included: textual headers would become an input of
    every dependent.

    Args:
      name: of the target that is made of them.
      files: base names with their endings.
      test: whether they are tests.

    Returns:
      Its target, to be compiled in their place.
    """
    copy = "cat $$file"
    if test:
        copy = "sed \"s/^namespace {/namespace $$(basename $$file .cc)_only {/\" $$file"
    native.genrule(
        name = name + "_in_one_file",
        testonly = test,
        srcs = files,
        outs = [name + ".inc.cc"],
        cmd = "for file in $(SRCS); do printf '#line 1 \"%s\"\\n' $$file; " +
              copy + "; done >$@",
    )
    return [":" + name + "_in_one_file"]

def _unique(labels):
    return {label: True for label in labels}.keys()

_NOT_OWN = ["*_test.cc", "*testing.cc", "*_main.cc", "*_fuzz.cc"]

def room(
        name,
        deps = [],
        visibility = [],
        files = None,
        exclude = [],
        precompiled = None,
        one_file = False,
        vector_loops = [],
        testing = False,
        testing_deps = [],
        testing_visibility = [],
        tests = None,
        test_deps = [],
        test_data = [],
        test_size = "small",
        test_main = "//third_party:gtest_main",
        **kwargs):
    """Declares `name` and `name`_test and, if wanted, `testing`.

    Args:
      name: the library.
      deps: what it needs. Third-party libraries of //base come with //base.
      visibility: who may include its headers.
      files: base names of its .cc and .h files; by default all of the folder.
      exclude: base names that belong to another library of the folder.
      precompiled: the precompiled header, if not the one that `deps` suggest.
      one_file: whether to compile its files as one, and its tests; see
        in_one_file().
      vector_loops: those of its files that are compiled with -O3: GCC 12
        vectorizes such loops only then. They get no precompiled header, whose
        -O2 GCC would apply to functions with a target of their own.
      testing: whether the folder has *testing.{h,cc}, a library for tests.
      testing_deps: what that needs besides `name`.
      testing_visibility: who uses it besides this folder.
      tests: base names of the tests, without _test; by default all of the
        folder, or those of `files`.
      test_deps: what the tests need besides.
      test_data: files that they read.
      test_size: of the test.
      test_main: the main() of the test.
      **kwargs: passed to the library.
    """
    if files == None:
        skip = _NOT_OWN + [f + e for f in exclude + vector_loops for e in [".cc", ".h"]]
        srcs = native.glob(["*.cc"], exclude = skip, allow_empty = True)
        hdrs = native.glob(["*.h"], exclude = skip + ["*testing.h"], allow_empty = True)
    else:
        own = [f for f in files if f not in vector_loops]
        srcs = native.glob([f + ".cc" for f in own], allow_empty = True)
        hdrs = native.glob([f + ".h" for f in own], allow_empty = True)
    header, include_header = pch(deps + [":" + name], name = precompiled)
    if vector_loops:
        native.cc_library(
            name = name + "_vector_loops",
            srcs = [f + ".cc" for f in vector_loops],
            hdrs = [f + ".h" for f in vector_loops],
            copts = ["-O3"],
            linkstatic = True,
            visibility = visibility,
            deps = deps,
        )
        deps = deps + [":" + name + "_vector_loops"]
    native.cc_library(
        name = name,
        srcs = in_one_file(name, srcs) if one_file else srcs,
        hdrs = hdrs,
        copts = include_header,
        linkstatic = True,
        visibility = visibility,
        deps = deps + [header],
        **kwargs
    )
    test_header, include_test_header = pch(
        deps + test_deps + testing_deps + [":" + name],
        test = True,
        name = precompiled,
    )
    if testing:
        native.cc_library(
            name = "testing",
            testonly = True,
            srcs = native.glob(["*testing.cc"], allow_empty = True),
            hdrs = native.glob(["*testing.h"]),
            copts = include_test_header,
            # A main() or a plugin in it is referred to by nothing.
            alwayslink = True,
            linkstatic = True,
            visibility = testing_visibility,
            deps = _unique([":" + name, "//third_party:gtest", test_header] + deps + testing_deps),
        )
        test_deps = test_deps + [":testing"]
    if tests == None and files == None:
        test_srcs = native.glob(["*_test.cc"], exclude = [f + "_test.cc" for f in exclude], allow_empty = True)
    else:
        test_srcs = native.glob([f + "_test.cc" for f in (files if tests == None else tests)], allow_empty = True)
    if test_srcs:
        native.cc_test(
            name = name + "_test",
            size = test_size,
            srcs = in_one_file(name + "_test", test_srcs, test = True) if one_file else test_srcs,
            data = test_data,
            copts = include_test_header,
            deps = _unique([":" + name, test_main, test_header] + deps + test_deps),
        )
