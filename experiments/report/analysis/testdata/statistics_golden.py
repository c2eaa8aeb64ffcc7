"""Prints the numbers that statistics_test.cc expects.

SciPy is the witness of intervals and rank correlations. Bootstrap intervals
come from a second implementation, below, whose generator is checked against the
number that the C++ standard gives. Made with SciPy 1.10.1:
  python3 experiments/report/analysis/testdata/statistics_golden.py
"""
import functools
import itertools
import math
import operator

import scipy.stats

MASK = (1 << 64) - 1


class Mt19937_64:
    """The generator of that name in the C++ standard ([rand.predef])."""

    def __init__(self, seed):
        self.state = [seed & MASK]
        for i in range(1, 312):
            last = self.state[-1]
            self.state.append(
                (6364136223846793005 * (last ^ (last >> 62)) + i) & MASK)
        self.index = 312

    def draw(self):
        if self.index == 312:
            for i in range(312):
                x = ((self.state[i] & (MASK << 31) & MASK) |
                     (self.state[(i + 1) % 312] & ((1 << 31) - 1)))
                self.state[i] = (self.state[(i + 156) % 312] ^ (x >> 1) ^
                                 (0xB5026F5AA96619E9 if x & 1 else 0))
            self.index = 0
        x = self.state[self.index]
        self.index += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71D67FFFEDA60000
        x ^= (x << 37) & 0xFFF7EEE000000000
        return (x & MASK) ^ ((x & MASK) >> 43)


def bootstrap(values, draws=10000, seed=0):
    generator = Mt19937_64(seed)
    n = len(values)
    # Added one by one: sum() of newer Pythons rounds in another way.
    means = sorted(
        functools.reduce(
            operator.add,
            (values[(generator.draw() * n) >> 64] for _ in range(n))) / n
        for _ in range(draws))
    outside = draws * 25 // 1000
    return means[outside], means[-1 - outside]


standard = Mt19937_64(5489)
assert [standard.draw() for _ in range(10000)][-1] == 9981545732273789042


def quantile(freedom):
    """SciPy's own, ppf, is right to ten digits only: go on from there."""
    t = scipy.stats.t.ppf(0.975, freedom)
    for _ in range(5):
        t += ((scipy.stats.t.sf(t, freedom) - 0.025) /
              scipy.stats.t.pdf(t, freedom))
    return t


# Known in closed form.
assert abs(quantile(1) / math.tan(0.475 * math.pi) - 1) < 1e-14
assert abs(quantile(2) / (0.95 / math.sqrt(2 * 0.975 * 0.025)) - 1) < 1e-14

for values in ([2, 4, 6], [0.5, 0.75], [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4]):
    mean = sum(values) / len(values)
    half = quantile(len(values) - 1) * scipy.stats.sem(values)
    print("t", values, mean - half, mean + half)

for x, y in (
        ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]),
        ([0.01, 0.01, 0.1, 0.1, 1, 1], [0.5, 0.6, 0.9, 0.5, 0.2, 0.2]),
        ([3, 1, 2], [1, 2, 3])):
    print("spearman", x, y, *scipy.stats.spearmanr(x, y))



def ranks(values):
    return [sum(v < value for v in values) +
            (sum(v == value for v in values) + 1) / 2 for value in values]


def exact_p(x, y):
    """All n! pairings, each once: those as far from zero, and n!."""
    x, y = ranks(x), ranks(y)
    mean = (len(x) + 1) / 2

    def agreement(order):
        return abs(sum((a - mean) * (b - mean) for a, b in zip(order, y)))

    sums = [agreement(order) for order in itertools.permutations(x)]
    return sum(s >= agreement(x) for s in sums), len(sums)


for x, y in (
        ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]),
        ([0.01, 0.01, 0.1, 0.1, 1, 1], [0.5, 0.6, 0.9, 0.5, 0.2, 0.2]),
        ([3, 1, 2], [1, 2, 3]),
        ([0.1, 0.1, 0.1, 1, 1, 1], [1, 2, 3, 4, 5, 6]),
        ([1, 2, 3], [0, 0, 1])):
    print("exact p", x, y, *exact_p(x, y))


def student_p(rho, n):
    """Two-sided, by Simpson's rule over the density from 0 to t."""
    freedom = n - 2
    t = abs(rho) * math.sqrt(freedom / (1 - rho * rho))
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    scale /= math.sqrt(freedom * math.pi)

    def density(x):
        return scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)

    steps = 10000
    total = sum((1 if i in (0, steps) else 4 if i % 2 else 2) *
                density(t * i / steps) for i in range(steps + 1))
    return 1 - 2 * total * t / steps / 3


nine, mixed = list(range(1, 10)), [3, 4, 1, 2, 8, 7, 6, 5, 9]
rho = 1 - 6 * sum((a - b) ** 2 for a, b in zip(nine, mixed)) / (9 * 80)
print("student", rho, student_p(rho, 9))

for values, draws, seed in (
        ([0.1, -0.2, 0.3, 0.25, 0.05], 10000, 0),
        ([1, 2, 4, 8, 16, 32, 64, 128], 1000, 7)):
    print("bootstrap", values, draws, seed, *bootstrap(values, draws, seed))

# All 27 resamples of three values, for a sense of what few values can say.
print("exact", sorted(set(
    sum(resample) / 3 for resample in itertools.product([1, 2, 4], repeat=3))))
