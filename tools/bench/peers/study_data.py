"""The datasets of the studies, made by the same rules as Bigstep's.

See datasets/parity.cc and datasets/colored_mnist.cc. Random numbers are not
Bigstep's: both draw from the same distributions.
"""

import collections
import gzip
import hashlib
import os

import numpy as np
import torch

from study_plan import Unsupported, options

# inputs [N, D], float32 or, of images [3, 28, 28], uint8; labels [N].
Split = collections.namedtuple("Split", "inputs labels")
Data = collections.namedtuple("Data", "train validation test")

COLORS = np.array([[0.983682, 0.312519, 0.168575],
                   [0.990530, 0.915605, 0.351512],
                   [0.672964, 0.461070, 0.579808],
                   [0.783252, 0.831556, 0.601329],
                   [0.088016, 0.777963, 0.981808],
                   [0.321393, 0.961055, 0.446450],
                   [0.024616, 0.235650, 0.758666],
                   [0.555247, 0.101580, 0.761763],
                   [0.207723, 0.392949, 0.018702],
                   [0.833658, 0.202409, 0.266943]])
NOISE = [0.05, 0.02, 0.01, 0.005, 0.002]


def seed_of(seed, stream):
    digest = hashlib.sha256(("peer/%d/%s" % (seed, stream)).encode()).digest()
    return int.from_bytes(digest[:7], "little")


def generator(seed, stream):
    return torch.Generator().manual_seed(seed_of(seed, stream))


def parity(section, seed):
    o = options(section, core_bits=10, spurious_bits=10, core_degree=3,
                spurious_degree=1, bias_conflicting_fraction=0.1,
                num_train=10000, num_validation=10000, num_test=10000)

    def draw(n, conflicting, stream):
        random = generator(seed, "dataset/" + stream)
        bits = torch.randint(0, 2, (n, o.core_bits + o.spurious_bits),
                             generator=random).float() * 2 - 1
        core, spurious = bits.split([o.core_bits, o.spurious_bits], 1)
        label = core[:, :o.core_degree].prod(1)
        flip = torch.rand(n, generator=random) < conflicting
        bias = torch.where(flip, -label, label)
        # One bit turned makes the parity of the spurious bits the bias label.
        spurious[:, 0] *= spurious[:, :o.spurious_degree].prod(1) * bias
        return Split(bits, (label > 0).long())

    return Data(draw(o.num_train, o.bias_conflicting_fraction, "train"),
                draw(o.num_validation, 0.5, "validation"),
                draw(o.num_test, 0.5, "test"))


def read_idx(stem, offset):
    """The bytes of a file of MNIST after its header."""
    if os.path.exists(stem + ".gz"):
        with gzip.open(stem + ".gz") as file:
            content = file.read()
    else:
        with open(stem, "rb") as file:
            content = file.read()
    return np.frombuffer(content, np.uint8, offset=offset)


def assign_bias_labels(labels, conflicting):
    """The rule of Nam et al.: runs of fixed length within each class."""
    bias = np.empty_like(labels)
    for y in range(10):
        where = np.flatnonzero(labels == y)
        shares = np.full(10, conflicting / 9)
        shares[y] = 1 - conflicting
        ends = np.rint(len(where) * np.cumsum(shares))
        ends[-1] = len(where)
        bias[where] = np.searchsorted(ends, np.arange(len(where)), "right")
    return bias


def paint(gray, bias, noise, random):
    """gray [N, 784] in the colours of `bias` [N]: [N, 2352]."""
    colors = torch.from_numpy(COLORS)[torch.from_numpy(bias)]
    colors += noise * torch.randn(len(bias), 3, generator=random,
                                  dtype=torch.float64)
    colors = colors.clamp_(0, 1).float()
    painted = torch.empty(len(bias), 3, 784, dtype=torch.uint8)
    for rows in torch.arange(len(bias)).split(1000):
        rows = slice(int(rows[0]), int(rows[-1]) + 1)
        painted[rows] = (colors[rows].unsqueeze(2) *
                         gray[rows].unsqueeze(1)).to(torch.uint8)
    return painted.view(len(bias), -1)


def read_mnist(folder, part, conflicting):
    """Gray images, labels and bias labels."""
    stem = os.path.join(folder, "mnist", part)
    labels = read_idx(stem + "-labels-idx1-ubyte", 8).astype(np.int64)
    images = read_idx(stem + "-images-idx3-ubyte", 16).copy()
    if part == "t10k":
        # In a random order, the same for all trials.
        order = torch.randperm(
            len(labels), generator=generator(0, "held_out_bias")).numpy()
        bias = np.empty_like(labels)
        bias[order] = assign_bias_labels(labels[order], conflicting)
    else:
        bias = assign_bias_labels(labels, conflicting)
    return torch.from_numpy(images).view(len(labels), -1), labels, bias


def colored_mnist(section, seed, data_root):
    o = options(section, bias_conflicting_fraction=0.01, severity=4)
    noise = NOISE[o.severity - 1]

    gray, labels, bias = read_mnist(data_root, "train",
                                    o.bias_conflicting_fraction)
    train = Split(paint(gray, bias, noise, generator(seed, "dataset/train")),
                  torch.from_numpy(labels))

    gray, labels, bias = read_mnist(data_root, "t10k", 0.9)
    images = paint(gray, bias, noise, generator(seed, "dataset/test"))
    # Every second image of each pair of label and bias label.
    order = np.argsort(labels * 10 + bias, kind="stable")
    halves = [torch.from_numpy(np.sort(order[half::2])) for half in (0, 1)]
    validation, test = (Split(images[half], torch.from_numpy(labels)[half])
                        for half in halves)
    return Data(train, validation, test)


def on_device(data, device):
    return Data(*(Split(*(x.to(device) for x in split)) for split in data))


def make_data(trial, data_root):
    if trial.dataset["name"] == "parity":
        return parity(trial.dataset, trial.seed)
    if trial.dataset["name"] == "colored_mnist":
        return colored_mnist(trial.dataset, trial.seed, data_root)
    raise Unsupported("dataset '%s' is not supported here" %
                      trial.dataset["name"])
