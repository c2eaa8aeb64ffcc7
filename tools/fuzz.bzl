"""Fuzz targets: code that must bear any bytes, tried on bytes nobody thought of."""

def fuzz_test(name, srcs, deps, corpus, data = []):
    """Declares a libFuzzer target and the test that replays its corpus.

    `bazel run --config=fuzz //pkg:name` mutates the corpus until it finds a
    crash; libFuzzer's switches follow `--`, such as -max_total_time=60. The
    input that crashed joins the corpus together with the repair: `name`_test,
    an ordinary test, tries every file of the corpus.

    Args:
      name: the target; ends in _fuzz.
      srcs: files that define LLVMFuzzerTestOneInput.
      deps: what they need.
      corpus: files to start from, a valid one at least.
      data: other files that the target reads.
    """
    if not name.endswith("_fuzz"):
        fail("the name of a fuzz target ends in _fuzz, got '%s'" % name)
    if not corpus:
        fail("fuzz target '%s' needs at least one file to start from" % name)
    paths = ["$(rootpath %s)" % file for file in corpus]
    native.cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        args = ["-seed_inputs=" + ",".join(paths)],
        data = corpus + [file for file in data if file not in corpus],
        # Brings libFuzzer's main().
        linkopts = ["-fsanitize=fuzzer"],
        # Only --config=fuzz builds it.
        tags = ["manual"],
        deps = deps,
    )
    native.cc_test(
        name = name + "_test",
        size = "small",
        srcs = srcs,
        args = paths,
        data = corpus + [file for file in data if file not in corpus],
        deps = deps + ["//tools:replay_corpus"],
    )
