"""Whether two programs that train the same settings find the same accuracies.

Each draws its own random numbers, so that accuracies differ by chance. What
differs by more than MOST standard errors is not put down to it.
"""

import bisect
import math
import statistics

from study_trial import SPLITS

MOST = 4
# A difference of this size must not pass unseen.
MOST_UNSEEN = 0.05
# Student's t, two-sided at 0.001: degrees of freedom and quantile.
QUANTILES = [(1, 636.6), (2, 31.60), (3, 12.92), (4, 8.610), (5, 6.869),
             (6, 5.959), (7, 5.408), (8, 5.041), (10, 4.587), (12, 4.318),
             (15, 4.073)]


def widening(freedom):
    """What makes MOST errors of so few degrees of freedom mean what they say.

    1 where the quantile is below MOST, infinite if there are no degrees.
    """
    if freedom == 0:
        return math.inf
    at = bisect.bisect(QUANTILES, (freedom, math.inf)) - 1
    known, quantile = QUANTILES[at]
    return 1 if known == 15 and freedom > 15 else quantile / MOST


class Difference:
    """Of the mean accuracies on a split: `value`, its standard `error`.

    The error is the larger of two estimates. From settings: the spread of
    their differences, as if settings were independent. From seeds: the spread
    of the means over all settings of one seed, widened where these are few;
    settings of one seed share data and initial weights, so that they are not
    independent.
    """

    def __init__(self, ours, theirs, others):
        """`ours`, `theirs`: {(settings, seed): accuracy}.

        `others`: more of the like, for the spread over seeds alone.
        """
        a, b = group(ours, 0), group(theirs, 0)
        if a.keys() != b.keys():
            raise ValueError("the two sides have different settings: %s" %
                             ", ".join(sorted(a.keys() ^ b.keys())))
        differences = {s: statistics.fmean(a[s]) - statistics.fmean(b[s])
                       for s in a}
        self.means = tuple(statistics.fmean(map(statistics.fmean, x.values()))
                           for x in (a, b))
        self.settings = len(differences)
        self.value = statistics.fmean(differences.values())
        self.by_settings = (statistics.stdev(differences.values()) /
                            math.sqrt(self.settings))
        self.by_seeds = error_by_seeds(ours, theirs, others)
        self.error = max(self.by_settings, self.by_seeds)
        bound = MOST * self.error
        self.verdict = ("disagree" if abs(self.value) > bound else
                        "agree" if bound <= MOST_UNSEEN else "cannot tell")
        # The settings that differ most: (name, ours, theirs), each a list.
        self.farthest = [(s, a[s], b[s]) for s in sorted(
            a, key=lambda s: -abs(differences[s]))[:3]]


def group(side, part):
    """The accuracies by settings (part 0) or by seed (part 1)."""
    values = {}
    for key, accuracy in side.items():
        values.setdefault(key[part], []).append(accuracy)
    return values


def error_by_seeds(ours, theirs, others):
    squares = freedom = 0
    for side in [ours, theirs] + others:
        means = [statistics.fmean(v) for v in group(side, 1).values()]
        squares += sum((m - statistics.fmean(means)) ** 2 for m in means)
        freedom += len(means) - 1
    if freedom == 0:
        return math.inf
    seeds = sum(1 / len(group(side, 1)) for side in (ours, theirs))
    return math.sqrt(squares / freedom * seeds) * widening(freedom)


def accuracies(results, split):
    """{(settings, seed): accuracy}; that of a trial that diverged is 0."""
    return {(r["settings"], r["seed"]): float(r.get(split) or 0)
            for r in results}


def compare(ours, peers):
    """Rows (loop, split, Difference) for each loop of `peers`.

    `ours` is a list of results, `peers` {loop: list of results}.
    """
    for split in SPLITS:
        a = accuracies(ours, split)
        sides = {loop: accuracies(results, split)
                 for loop, results in peers.items()}
        for loop, side in sides.items():
            others = [s for name, s in sides.items() if name != loop]
            yield loop, split, Difference(a, side, others)
