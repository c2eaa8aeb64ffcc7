"""The source files of targets and of all that they depend on, as test data."""

_Sources = provider(fields = ["files"])

# `srcs`: files made of others, as by in_one_file of room.bzl.
_ATTRIBUTES = ["deps", "srcs"]

def _collect_impl(target, ctx):
    own = []
    if not ctx.label.workspace_name:
        for attribute in ["srcs", "hdrs"]:
            own += [f for f in getattr(ctx.rule.files, attribute, []) if f.is_source]
    deps = [
        dep[_Sources].files
        for attribute in _ATTRIBUTES
        for dep in getattr(ctx.rule.attr, attribute, [])
        if _Sources in dep
    ]
    return [_Sources(files = depset(own, transitive = deps))]

_collect = aspect(
    implementation = _collect_impl,
    attr_aspects = _ATTRIBUTES,
)

def _sources_impl(ctx):
    files = depset(transitive = [dep[_Sources].files for dep in ctx.attr.deps])
    return [DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files))]

sources = rule(
    implementation = _sources_impl,
    attrs = {"deps": attr.label_list(aspects = [_collect])},
)
