"""What both loops have in common: losses, options, the course of a trial."""

import math
import time

import torch
from torch.nn import functional

from study_plan import Unsupported, check_keys, options

TRAIN_SAMPLE = 10000  # Training examples evaluated on the way.
SPLITS = ("train", "unbiased_validation", "unbiased_test")
# The options of each optimizer beside lr, with Bigstep's defaults.
OPTIMIZERS = {"sgd": {"momentum": 0}, "momentum": {"momentum": 0.9},
              "adam": {}, "asam": {"rho": 0.5, "eta": 0.01}}


def make_loss(section):
    """The mean loss of logits and labels."""
    if section["name"] == "cross_entropy":
        options(section)
        return functional.cross_entropy
    if section["name"] != "focal":
        raise Unsupported("loss '%s' is not supported here" %
                          section["name"])
    gamma = options(section, gamma=2).gamma

    def focal(logits, labels):
        log_p = functional.log_softmax(logits, 1)
        log_p = log_p.gather(1, labels.unsqueeze(1)).squeeze(1)
        return -((1 - log_p.exp()) ** gamma * log_p).mean()

    return focal


def penalties(trial):
    """The coefficients of l1 and l2, 0 for none."""
    coefficients = {"l1": 0, "l2": 0}
    for section in trial.regularizers:
        name = section["name"]
        check_keys([name], coefficients, "regularizers")
        coefficients[name] = options(section, coefficient=0).coefficient
    if coefficients["l2"] and trial.optimizer["name"] == "asam":
        raise Unsupported("asam with l2 is not supported here")
    return coefficients["l1"], coefficients["l2"]


def optimizer_options(section):
    check_keys([section["name"]], OPTIMIZERS, "optimizer")
    return options(section, lr=None, **OPTIMIZERS[section["name"]])


def sample(size, random):
    """Positions of the training examples that are evaluated on the way."""
    return torch.randperm(size, generator=random)[:TRAIN_SAMPLE]


def run(trial, step, evaluate, most_steps=0):
    """Trains and evaluates; ends after `most_steps`, if not 0.

    `step` takes a step and returns its loss, a tensor. It is read at once on
    the CPU, and before evaluations on a GPU, which reading would stop.
    `evaluate`, given whether this is the end, returns the accuracy on each
    split, or None if logits are not finite; at the end it looks at all training
    examples.
    """
    training = trial.training
    steps = training["max_steps"]
    if most_steps:
        steps = min(steps, most_steps)
    result = {"settings": trial.settings, "seed": trial.seed, "steps": steps,
              "outcome": "completed", "history": []}
    start, evaluate_seconds = time.perf_counter(), 0
    losses, unread = [], []
    for n in range(1, steps + 1):
        loss = step()
        if loss.is_cpu:
            losses.append(loss.item())
            diverged = not math.isfinite(losses[-1])
        else:
            unread.append(loss)
            diverged = False
        due = n == steps or (training["eval_every"] and
                             n % training["eval_every"] == 0)
        if due and unread:
            losses = torch.stack(unread).tolist()
            unread.clear()
            diverged = not all(map(math.isfinite, losses))
        if due and not diverged:
            begin = time.perf_counter()
            accuracies = evaluate(n == steps)
            evaluate_seconds += time.perf_counter() - begin
            diverged = accuracies is None
            if not diverged:
                row = dict(zip(SPLITS, accuracies))
                result["history"].append(
                    {"step": n, "loss": sum(losses) / len(losses), **row})
                losses.clear()
        if diverged:
            result.update(steps=n, outcome="diverged")
            break
    else:
        result.update(row)
    result["evaluate_seconds"] = evaluate_seconds
    result["train_seconds"] = time.perf_counter() - start - evaluate_seconds
    return result


def full_seconds(trial, result, data):
    """Seconds of the whole trial, from those of one that was cut short."""
    steps, done = trial.training["max_steps"], result["steps"]
    if result["outcome"] == "diverged" or done == steps:
        return result["train_seconds"] + result["evaluate_seconds"]
    every = trial.training["eval_every"]

    def examples(last):
        held_out = len(data.validation.labels) + len(data.test.labels)
        on_the_way = (last - 1) // every if every else 0
        size = len(data.train.labels)
        return (on_the_way * (held_out + min(size, TRAIN_SAMPLE)) +
                held_out + size)

    return (result["train_seconds"] * steps / done +
            result["evaluate_seconds"] * examples(steps) / examples(done))
