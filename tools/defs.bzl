"""For workspaces that use Bigstep: plugins, programs and studies of their own.

examples/external is a complete example.
"""

load("//tools:plugin.bzl", "plugin_and_test")

_OPTIMIZERS = [
    Label("//optimizers:optimizer"),
    Label("//tools:optimizers_common"),
]

# What the plugins of a family implement and may use.
_INTERFACES = {
    "datasets": [
        Label("//datasets:dataset"),
        Label("//tools:datasets_bias"),
        Label("//tools:datasets_formats"),
        Label("//tools:datasets_images"),
    ],
    "losses": _OPTIMIZERS,
    "metrics": [
        Label("//metrics:metric"),
        Label("//tools:metrics_attribution"),
        Label("//tools:metrics_loss"),
        Label("//tools:metrics_outputs"),
        Label("//tools:metrics_weights"),
    ],
    "models": [
        Label("//models:model"),
        Label("//tools:models_layers"),
    ],
    "optimizers": _OPTIMIZERS,
    "regularizers": _OPTIMIZERS,
    "schedules": _OPTIMIZERS,
}

_TESTING = {
    "metrics": [Label("//tools:metrics_testing")],
    "models": [Label("//tools:models_testing")],
    "optimizers": [Label("//tools:optimizers_testing")],
}

def bigstep_plugin(name, family, deps = [], test_deps = [], test_data = []):
    """Declares a plugin, from name.cc, and its test, from name_test.cc.

    Args:
      name: the plugin, in specs as well: the name that it registers.
      family: datasets, losses, metrics, models, optimizers, regularizers or
        schedules.
      deps: what it needs besides the family's interface and //base.
      test_deps: what its test needs besides.
      test_data: files that its test reads.
    """
    if family not in _INTERFACES:
        fail("%s: no family '%s'; known: %s" %
             (name, family, ", ".join(sorted(_INTERFACES))))
    plugin_and_test(
        name,
        deps = deps + _INTERFACES[family] + [
            Label("//base"),
            Label("//base:tensors"),
        ],
        test_deps = test_deps + _TESTING.get(family, []),
        test_data = test_data,
    )

def bigstep_binary(name, plugins, program = "run"):
    """Declares one of Bigstep's programs, with more plugins.

    Args:
      name: the target.
      plugins: targets of bigstep_plugin.
      program: run, reproduce or show_dataset. (The program `report` reads
        records alone: @bigstep//experiments:report serves every plugin.)
    """
    native.cc_binary(
        name = name,
        deps = plugins + [Label("//experiments:%s_program" % program)],
    )

def bigstep_study(name, spec, runner):
    """Declares a study: `bazel run :name -- [flags]`.

    Args:
      name: the target.
      spec: a YAML file.
      runner: a bigstep_binary with the plugins that the spec names.
    """
    native.sh_binary(
        name = name,
        srcs = [Label("//experiments:study.sh")],
        args = ["$(rootpath %s)" % runner, "$(rootpath %s)" % spec],
        data = [runner, spec],
    )

def bigstep_conformance_test(name, plugins):
    """Declares a test of what Bigstep asks of every plugin, for these alone.

    Args:
      name: the target.
      plugins: targets of bigstep_plugin.
    """
    native.cc_test(
        name = name,
        size = "large",
        deps = plugins + [Label("//experiments/conformance:suite")],
    )
