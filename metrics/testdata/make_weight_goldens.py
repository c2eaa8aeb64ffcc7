#!/usr/bin/python3
"""Writes parameter_compressibility.txt, pq_index.txt and weight_rank.txt.

Usage: metrics/testdata/make_weight_goldens.py
(Debian: apt install python3-numpy python3-scipy)

The network and the inputs are those of FormulaNet in weight_goldens.h. Each
line of a file is the name of a result and its value, in float64, by the
definition itself rather than by the way the metric takes. Made with numpy 1.24
and scipy 1.10.
"""
import pathlib

import numpy
import scipy.stats

HIDDEN = numpy.sin(numpy.arange(24) + 0.5).reshape(4, 6)
OUT = numpy.cos(1.7 * numpy.arange(12)).reshape(3, 4) ** 3
INPUTS = numpy.sin(0.9 * numpy.arange(60)).reshape(10, 6)
LAYERS = [HIDDEN, OUT]
ALL = numpy.concatenate([w.ravel() for w in LAYERS])


def write(name, values):
    lines = ["%s %.17g\n" % item for item in values.items()]
    (pathlib.Path(__file__).parent / name).write_text("".join(lines))


def compressibility(w, kappa):
    w = w.ravel()
    kept = w.copy()
    smallest = numpy.argsort(abs(w))[:int(numpy.floor((1 - kappa) * w.size))]
    kept[smallest] = 0
    return 1 - numpy.linalg.norm(w - kept) / numpy.linalg.norm(w)


def pq(w, p, q):
    d = w.size
    return 1 - d ** (1 / q - 1 / p) * (
        numpy.linalg.norm(w.ravel(), p) / numpy.linalg.norm(w.ravel(), q))


def over_rows(measure):
    return numpy.mean([numpy.mean([measure(r) for r in w]) for w in LAYERS])


def over_layers(measure):
    return numpy.mean([measure(w) for w in LAYERS])


def effective(w):
    return numpy.exp(scipy.stats.entropy(numpy.linalg.svd(w)[1]))


def stable(w):
    return (numpy.linalg.norm(w, "fro") / numpy.linalg.norm(w, 2)) ** 2


def relative(rank):
    return lambda w: rank(w) / min(w.shape)


write("parameter_compressibility.txt", {
    "network": compressibility(ALL, 0.3),
    "layer": over_layers(lambda w: compressibility(w, 0.3)),
    "row": over_rows(lambda w: compressibility(w, 0.3)),
})
write("pq_index.txt", {
    "global": pq(ALL, 0.5, 1),
    "layer": over_layers(lambda w: pq(w, 0.5, 1)),
    "neuron": over_rows(lambda w: pq(w, 0.5, 1)),
})
Z = numpy.maximum(INPUTS @ HIDDEN.T, 0)
Z = Z - Z.mean(axis=0)
write("weight_rank.txt", {
    "effective": over_layers(relative(effective)),
    "stable": over_layers(relative(stable)),
    "representation_effective": relative(effective)(Z),
    "representation_stable": relative(stable)(Z),
})
