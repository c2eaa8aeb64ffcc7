"""Every spec in experiments/specs/ is a target of its own name."""

load("//tools:defs.bzl", "bigstep_study")

def studies(runner, specs):
    """Declares `bazel run` targets for studies.

    Args:
      runner: the program that runs specs.
      specs: files named specs/<study>.yaml.
    """
    for spec in specs:
        bigstep_study(
            name = spec.split("/")[-1][:-len(".yaml")],
            runner = runner,
            spec = spec,
        )
