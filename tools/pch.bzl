"""Precompiled headers: half of what compiling a file against LibTorch costs.

GCC alone uses them; clang and sanitizers compile without, and so show includes
that a file forgot. GCC itself ignores a precompiled header that was made with
other flags than the file's.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "CPP_COMPILE_ACTION_NAME")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _precompile(ctx, toolchain, header):
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    contexts = [dep[CcInfo].compilation_context for dep in ctx.attr.deps]
    output = ctx.actions.declare_file(header.basename + ".gch", sibling = header)
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts,
        source_file = header.path,
        output_file = output.path,
        use_pic = True,
        include_directories = depset(transitive = [c.includes for c in contexts]),
        quote_include_directories = depset(transitive = [c.quote_includes for c in contexts]),
        system_include_directories = depset(transitive = [c.system_includes for c in contexts]),
        preprocessor_defines = depset(transitive = [c.defines for c in contexts]),
    )
    ctx.actions.run(
        executable = cc_common.get_tool_for_action(
            feature_configuration = features,
            action_name = CPP_COMPILE_ACTION_NAME,
        ),
        arguments = cc_common.get_memory_inefficient_command_line(
            feature_configuration = features,
            action_name = CPP_COMPILE_ACTION_NAME,
            variables = variables,
        ),
        env = cc_common.get_environment_variables(
            feature_configuration = features,
            action_name = CPP_COMPILE_ACTION_NAME,
            variables = variables,
        ),
        inputs = depset(
            [header],
            transitive = [c.headers for c in contexts] + [toolchain.all_files],
        ),
        outputs = [output],
        mnemonic = "CppPrecompile",
        progress_message = "Precompiling the headers of %s" % ctx.label,
    )
    return output

def _precompiled_header_impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts
    if not any([flag.startswith("-std=") for flag in flags]):
        fail("no flag of C++20 is set: does the workspace's .bazelrc import " +
             "Bigstep's tools/build.bazelrc (docs/adding_plugins.md)?")
    enabled = (toolchain.compiler != "clang" and
               not any(["-fsanitize" in flag for flag in flags]))
    header = ctx.actions.declare_file(ctx.label.name + ".hh")
    ctx.actions.write(header, "".join([
        "#include <%s>\n" % name
        for name in (ctx.attr.headers if enabled else [])
    ]))
    files = [header]
    if enabled:
        files.append(_precompile(ctx, toolchain, header))
    own = cc_common.create_compilation_context(headers = depset(files))
    return [
        DefaultInfo(files = depset(files)),
        CcInfo(compilation_context = own),
        # What is to be precompiled, for those who do so themselves.
        OutputGroupInfo(header = depset([header])),
    ]

precompiled_header = rule(
    implementation = _precompiled_header_impl,
    attrs = {
        "headers": attr.string_list(doc = "what it holds"),
        "deps": attr.label_list(providers = [CcInfo]),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    doc = "NAME.hh, precompiled for files compiled with `-include` of it.",
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
