#!/usr/bin/python3
"""Writes cnn.txt with what PyTorch computes with plain convolutional networks.

Usage: models/testdata/make_cnn_goldens.py (Debian: apt install python3-torch)

Weights and inputs come from formula_weights.py; all is computed in float64.
Made with PyTorch 1.13.
"""
from collections import OrderedDict

from torch import nn

from golden_rows import rows_of_passes, write


def rows(case, shape, *layers):
    model = nn.Sequential(OrderedDict(layers))
    names = [name for name, parameter in model.named_parameters()]
    return rows_of_passes(case, model, shape, names)


write("cnn.txt", [
    *rows(
        "default", (2, 3, 9, 6),
        ("conv0", nn.Conv2d(3, 32, 3, padding=1)),
        ("relu0", nn.ReLU()),
        ("pool0", nn.MaxPool2d(2)),
        ("conv1", nn.Conv2d(32, 64, 3, padding=1)),
        ("relu1", nn.ReLU()),
        ("pool1", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()),
        ("head", nn.Linear(64 * 2 * 1, 10))),
    *rows(
        "norm", (4, 1, 8, 12),
        ("conv0", nn.Conv2d(1, 8, 3, padding=1, bias=False)),
        ("norm0", nn.BatchNorm2d(8)),
        ("relu0", nn.ReLU()),
        ("pool0", nn.MaxPool2d(2)),
        ("conv1", nn.Conv2d(8, 16, 3, padding=1, bias=False)),
        ("norm1", nn.BatchNorm2d(16)),
        ("relu1", nn.ReLU()),
        ("average", nn.AdaptiveAvgPool2d(1)),
        ("flatten", nn.Flatten()),
        ("head", nn.Linear(16, 10))),
    *rows(
        "hidden", (2, 3, 8, 10),
        ("conv0", nn.Conv2d(3, 6, 4, padding=2, bias=False)),
        ("relu0", nn.ReLU()),
        ("pool0", nn.AvgPool2d(2)),
        ("flatten", nn.Flatten()),
        ("hidden0", nn.Linear(6 * 4 * 5, 20, bias=False)),
        ("relu_hidden0", nn.ReLU()),
        ("hidden1", nn.Linear(20, 15, bias=False)),
        ("relu_hidden1", nn.ReLU()),
        ("head", nn.Linear(15, 10, bias=False))),
])
