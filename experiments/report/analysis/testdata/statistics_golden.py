"""Prints the numbers that statistics_test.cc expects.

SciPy is the witness of intervals, p-values, rank correlations and power. Made
with SciPy 1.10.1:
  python3 experiments/report/analysis/testdata/statistics_golden.py
"""
import math

import scipy.stats

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



def flips(values):
    """Fisher's exact p: SciPy's test of all 2^n signs."""
    return scipy.stats.permutation_test(
        (values,), lambda x: abs(sum(x)), permutation_type="samples",
        n_resamples=float("inf"), alternative="greater").pvalue


SAMPLES = (
    [0.03, 0.05, 0.02, 0.04, 0.06],
    [0.03, 0.05, -0.02, 0.04, 0.06],
    [0.1, -0.2, 0.3, 0.25, 0.05, 0.15, 0.4, 0.2],
    [1, 1, 1, -1, 1, 1, 1, 1],
    [0.5, -0.25, 0, 0.25, 1])
for values in SAMPLES:
    t = scipy.stats.ttest_1samp(values, 0)
    print("p", values, t.pvalue, flips(values))

# The interval of a comparison that is tested at 5 % / 4.
mean = sum(SAMPLES[0]) / 5
t = scipy.stats.t.isf(0.05 / 4 / 2, 4)
print("interval at 5 % / 4", mean - t * scipy.stats.sem(SAMPLES[0]),
      mean + t * scipy.stats.sem(SAMPLES[0]))

# Power of Student's test, two-sided at 5 %, for shifts in standard deviations.
for n, shift in ((5, 1.0), (5, 2.0), (10, 1.0), (20, 0.5)):
    freedom, delta = n - 1, shift * math.sqrt(n)
    t = scipy.stats.t.isf(0.025, freedom)
    print("power", n, shift, scipy.stats.nct.sf(t, freedom, delta) +
          scipy.stats.nct.cdf(-t, freedom, delta))
