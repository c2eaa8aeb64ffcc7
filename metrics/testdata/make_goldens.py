#!/usr/bin/python3
"""Writes accuracy.txt, calibration_error.txt, class_selectivity*.txt,
class_separation*.txt, loss_dynamics*.txt and roc_auc.txt with numpy, scipy,
scikit-learn and PyTorch.

Usage: metrics/testdata/make_goldens.py
(Debian: apt install python3-torch python3-scipy python3-sklearn)

The data are FormulaDataset's in metrics/testing.h, the network is IdentityNet:
logits and representation are the inputs. A line is a name and its value. Made
with numpy 1.24, scipy 1.10, scikit-learn 1.2, PyTorch 1.13.
"""
import pathlib
import warnings

import numpy as np
import scipy.special
import scipy.stats
import sklearn.calibration
import sklearn.metrics
import torch


def formula_split(first, n):
    """Inputs [n, 3] float32, labels [n], bias labels [n]."""
    i = np.arange(first, first + n)
    angle = 1.7 * i[:, None] + 2.9 * np.arange(3)
    labels = (i + i // 7) % 3
    bias = np.where(i % 5 < 3, labels, i // 2 % 3)
    one_hot = np.eye(3)
    inputs = 2 + 2 * np.sin(angle) + 2 * one_hot[labels] + one_hot[bias]
    return inputs.astype(np.float32), labels, bias


TRAIN = formula_split(0, 50)
VALIDATION = formula_split(50, 60)
TEST = formula_split(110, 70)


def write(name, values):
    lines = ["%s %.15g" % item for item in values.items()]
    folder = pathlib.Path(__file__).parent
    (folder / name).write_text("\n".join(lines) + "\n")


def adjusted_average(split):
    """Accuracy, weighting examples so that groups are as large as in TRAIN."""
    logits, labels, bias = split
    train_groups = TRAIN[1] * 3 + TRAIN[2]
    groups = labels * 3 + bias
    weights = [np.mean(train_groups == g) / np.mean(groups == g)
               for g in groups]
    assert set(train_groups) <= set(groups)
    return sklearn.metrics.accuracy_score(labels, logits.argmax(1),
                                          sample_weight=weights)


def worst_groups(split):
    """Worst accuracies of a group, and their standard errors."""
    logits, labels, bias = split
    # Accuracy and standard error of each group: the standard deviation of its
    # zeros and ones, over the root of their number.
    groups = {}
    for k in np.unique(labels):
        right = [(logits.argmax(1) == labels)[(labels == k) & (bias == b)]
                 for b in np.unique(bias[labels == k])]
        groups[k] = [(r.mean(), scipy.stats.sem(r, ddof=0)) for r in right]

    def least(all_groups):  # Of equal ones, that of the largest error.
        return min(all_groups, key=lambda group: (group[0], -group[1]))

    worst = [least(of_class) for of_class in groups.values()]
    return {
        "worst_group_test": least(worst)[0],
        "worst_group_standard_error_test": least(worst)[1],
        "worst_group_by_class_test": np.mean([w[0] for w in worst]),
        # The error of a mean of independent numbers.
        "worst_group_by_class_standard_error_test":
            np.linalg.norm([w[1] for w in worst]) / len(worst),
    }


def accuracy():
    logits, labels, bias = TEST
    predictions = logits.argmax(1)
    wrong = (labels != bias) & (predictions != labels)
    return {
        "unbiased_test": sklearn.metrics.accuracy_score(labels, predictions),
        "adjusted_average_validation": adjusted_average(VALIDATION),
        "adjusted_average_test": adjusted_average(TEST),
        # Balanced accuracy is the mean recall: of groups taken for classes.
        "group_mean_test": sklearn.metrics.balanced_accuracy_score(
            labels * 3 + bias,
            np.where(predictions == labels, labels * 3 + bias, -1)),
        **worst_groups(TEST),
        "bias_agreement_test": sklearn.metrics.accuracy_score(bias,
                                                              predictions),
        "bias_explained_errors_test": sklearn.metrics.accuracy_score(
            bias[wrong], predictions[wrong]),
    }


def calibration_error(bins):
    logits, labels, _ = TEST
    probabilities = scipy.special.softmax(logits.astype(np.float64), axis=1)
    confidence = probabilities.max(1)
    right = logits.argmax(1) == labels
    # Its bins, too, hold their upper end; it leaves empty ones out.
    accuracies, confidences = sklearn.calibration.calibration_curve(
        right, confidence, n_bins=bins)
    counts, _ = np.histogram(confidence, bins=bins, range=(0, 1))
    gaps = np.abs(accuracies - confidences)
    return {
        "expected": np.sum(counts[counts > 0] / len(labels) * gaps),
        "maximum": gaps.max(),
        "mean_confidence": confidence.mean(),
        "overconfidence": confidence.mean() - right.mean(),
        "brier_score": sum(
            sklearn.metrics.brier_score_loss(labels == k, probabilities[:, k])
            for k in range(3)),
    }


def separation(z, labels):
    """The definition: all pairs, class by class."""
    distance = sklearn.metrics.pairwise.cosine_distances(z.astype(np.float64))
    classes = np.unique(labels)

    def mean(j, k):
        return distance[np.ix_(labels == j, labels == k)].mean()

    within = np.mean([mean(k, k) for k in classes])
    total = np.mean([mean(j, k) for j in classes for k in classes])
    return 1 - within / total


def class_separation():
    """Of the inputs, of inputs - 4 (both signs), and of |inputs - 4|."""
    z, labels, bias = TEST
    for name, x in [("", z), ("_centered", z - 4),
                    ("_absolute", np.abs(z - 4))]:
        write("class_separation%s.txt" % name,
              {"r2": separation(x, labels), "bias_r2": separation(x, bias)})


def selectivity(z, labels):
    """The definition, unit by unit."""
    z = np.abs(z.astype(np.float64))
    indices = []
    for unit in range(z.shape[1]):
        means = sorted(z[labels == k, unit].mean() for k in np.unique(labels))
        others = np.mean(means[:-1])
        indices.append((means[-1] - others) / (means[-1] + others + 1e-6))
    return np.array(indices)


def class_selectivity():
    """Of the inputs and of inputs - 4, which have both signs."""
    z, labels, bias = TEST
    for name, x in [("", z), ("_signed", z - 4)]:
        by_class, by_bias = selectivity(x, labels), selectivity(x, bias)
        assert (by_class > 0).all() and (by_bias > 0).all()
        write("class_selectivity%s.txt" % name,
              {"class_index": by_class.mean(),
               "bias_index": by_bias.mean(),
               "class_dominant": np.mean(by_class > by_bias)})


def loss_dynamics():
    """Of the outputs, and of the gradient."""
    inputs, labels, bias = (torch.tensor(x) for x in TRAIN)
    hidden = torch.eye(3, dtype=torch.float64, requires_grad=True)
    offset = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    out = torch.eye(3, dtype=torch.float64, requires_grad=True)
    logits = torch.relu(inputs.double() @ hidden.T + offset) @ out.T
    losses = torch.nn.functional.cross_entropy(logits, labels,
                                               reduction="none")
    losses.mean().backward()
    squares = [(w.grad ** 2).sum().item() for w in (hidden, offset, out)]
    losses, logits = losses.detach().numpy(), logits.detach()
    conflicting = (labels != bias).numpy()
    confidence = torch.softmax(logits, 1).max(1).values.numpy()
    bad = ((logits.argmax(1) != labels).numpy()) & (confidence >= 0.9)
    return {
        "effective_conflicting_share": losses[conflicting].sum() / losses.sum(),
        "nominal_conflicting_share": conflicting.mean(),
        "loss_ratio": losses[conflicting].sum() / losses[~conflicting].sum(),
        "mean_loss_ratio":
            losses[conflicting].mean() / losses[~conflicting].mean(),
        # scipy divides by the sum itself.
        "loss_entropy": scipy.stats.entropy(losses, base=len(losses)),
        "mean_confidence": confidence.mean(),
        "confident_mispredictions": bad.mean(),
        "confident_mispredictions_conflicting": bad[conflicting].mean(),
        "logit_norm": np.linalg.norm(logits.numpy(), axis=1).mean(),
        "parameter_norm": np.sqrt(6),
    }, {"gradient_norm": np.sqrt(sum(squares))}


def roc_auc():
    logits, labels, _ = TEST
    return {"auc": sklearn.metrics.roc_auc_score(
        labels, scipy.special.softmax(logits.astype(np.float64), axis=1),
        multi_class="ovr", average="macro")}


if __name__ == "__main__":
    # Of the -1 that stands for a wrong prediction.
    warnings.filterwarnings("ignore", "y_pred contains classes not in y_true")
    write("accuracy.txt", accuracy())
    write("calibration_error.txt", calibration_error(bins=15))
    class_selectivity()
    class_separation()
    write("roc_auc.txt", roc_auc())
    outputs, gradient = loss_dynamics()
    write("loss_dynamics.txt", outputs)
    write("loss_dynamics_gradient.txt", gradient)
