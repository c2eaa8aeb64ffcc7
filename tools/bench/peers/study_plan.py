"""The trials of a study, read from its spec.

Knows what parity_knobs.yaml and colored_mnist_knobs.yaml use of the language
of docs/spec.md: base, axes with labels, one_at_a_time, grid, seeds. Anything
else is an error. What is measured is not read: see study.py.
"""

import copy
import itertools
import json
import types

import yaml

TOP = {"study", "question", "base", "metrics", "axes", "plan", "seeds",
       "compare"}
SECTIONS = {"dataset", "model", "loss", "optimizer", "regularizers",
            "training"}


class Unsupported(Exception):
    """The spec asks for what is not supported here."""


class Trial(types.SimpleNamespace):
    """`settings`, as trials.csv calls them, `seed`, and the sections."""

    def passes(self):
        return 2 if self.optimizer["name"] == "asam" else 1

    def cost(self):
        """How long it takes, compared with others of the study."""
        return self.passes() * self.training["batch_size"]


def check_keys(found, known, where):
    for key in found:
        if key not in known:
            raise Unsupported("%s: '%s' is not supported here (known: %s)" %
                              (where, key, ", ".join(sorted(known))))


def options(section, **defaults):
    """The options of a plugin's section; unknown ones are an error."""
    check_keys(section, set(defaults) | {"name"}, section["name"])
    return types.SimpleNamespace(**{**defaults, **section})


def set_option(sections, path, value):
    *parents, last = path.split(".")
    for key in parents:
        sections = sections[key]
    sections[last] = copy.deepcopy(value)


def configurations_of(spec):
    """(name, sections) for each configuration of the plan."""
    for name, axis in spec["axes"].items():
        check_keys(axis, {"set", "values", "labels"}, "axes." + name)
    check_keys(spec["plan"], {"one_at_a_time", "grid"}, "plan")
    sweeps = [[axis] for axis in spec["plan"].get("one_at_a_time", [])]
    sweeps += spec["plan"].get("grid", [])
    for sweep in sweeps:
        choices = []
        for name in sweep:
            axis = spec["axes"][name]
            labels = axis.get("labels", axis["values"])
            choices.append([(name, axis["set"], str(label), value)
                            for label, value in zip(labels, axis["values"])])
        for chosen in itertools.product(*choices):
            sections = copy.deepcopy(spec["base"])
            for _, path, _, value in chosen:
                set_option(sections, path, value)
            labels = ", ".join("%s=%s" % (name, label)
                               for name, _, label, _ in chosen)
            yield "%s: %s" % (" x ".join(sweep), labels), sections


def read_trials(path, seeds, first_seed=0, steps=0):
    """The trials of the spec, with `seeds` and `steps` of its own if 0."""
    with open(path) as file:
        spec = yaml.safe_load(file)
    check_keys(spec, TOP, path)
    check_keys(spec["base"], SECTIONS, "base")
    trials, known = [], set()
    for name, sections in configurations_of(spec):
        key = json.dumps(sections, sort_keys=True)
        if key in known:
            raise Unsupported("%s: a configuration that stands in the plan twice "
                              "is not supported here" % name)
        known.add(key)
        sections.setdefault("loss", {"name": "cross_entropy"})
        sections.setdefault("regularizers", [])
        check_keys(sections["training"],
                   {"batch_size", "max_steps", "eval_every"}, "training")
        if steps:
            sections["training"]["max_steps"] = steps
        for seed in range(seeds or spec["seeds"]):
            trials.append(Trial(settings=name, seed=first_seed + seed,
                                **sections))
    return trials
