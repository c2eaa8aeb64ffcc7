"""Every spec in experiments/specs/ is a target of its own name."""

def studies(runner, specs):
    """Declares `bazel run` targets for studies.

    Args:
      runner: the program that runs specs.
      specs: files named specs/<study>.yaml.
    """
    for spec in specs:
        native.sh_binary(
            name = spec.split("/")[-1][:-len(".yaml")],
            srcs = ["study.sh"],
            args = [
                "$(rootpath %s)" % runner,
                "$(rootpath %s)" % spec,
            ],
            data = [
                runner,
                spec,
            ],
        )
