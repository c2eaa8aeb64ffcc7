#include "experiments/report/analysis/significance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

bool ExactPAgrees(const SeedTest& test) {
  const double least = std::exp2(1 - test.summary.n);
  return *test.p_exact <= std::max(kSignificance, least);
}

void Decide(SeedTest& test) {
  if (test.summary.n < test.least_seeds) {
    test.side = Side::kTooFewSeeds;
  } else if (!test.p_corrected || *test.p_corrected >= kSignificance ||
             !ExactPAgrees(test)) {
    test.side = Side::kUndecided;
  } else {
    test.side = test.summary.mean > 0 ? Side::kAbove : Side::kBelow;
  }
}

}  // namespace

SeedTest TestSeeds(const std::vector<double>& values) {
  SeedTest test;
  test.summary = Summarize(values);
  test.p = StudentP(test.summary);
  test.p_exact = SignFlipP(values);
  return test;
}

void CorrectTests(const std::vector<SeedTest*>& tests) {
  std::vector<SeedTest*> counted;
  std::vector<double> p;
  for (SeedTest* test : tests) {
    if (!test->p) continue;
    counted.push_back(test);
    p.push_back(std::min(1.0, *test->p * kSignificance / test->level));
  }
  const std::vector<double> adjusted = HolmAdjusted(p);
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return p[a] < p[b]; });
  // The first comparison that is not significant ends Holm's procedure: all
  // later ones are held against the same threshold.
  size_t remaining = order.size();
  for (const size_t i : order) {
    SeedTest& test = *counted[i];
    test.comparisons = static_cast<int>(counted.size());
    test.p_corrected = adjusted[i];
    test.corrected = StudentInterval(
        test.summary, test.level / static_cast<double>(remaining));
    if (adjusted[i] < kSignificance) --remaining;
  }
  for (SeedTest* test : tests) Decide(*test);
}

std::string PText(double p) {
  if (p < 0.001) return "p < 0.001";
  // Not the bound itself, on whose other side the verdict is another.
  if (p < kSignificance && p > kSignificance - 0.0005) return "p < 0.05";
  return p < 0.1 ? absl::StrFormat("p = %.3f", p)
                 : absl::StrFormat("p = %.2f", p);
}

std::string TestText(const SeedTest& test) {
  if (test.summary.n < test.least_seeds) return BasisText(test);
  std::string text = absl::StrCat("n = ", test.summary.n);
  if (test.p_corrected) {
    absl::StrAppend(&text, ", corrected ", PText(*test.p_corrected));
  }
  return absl::StrCat(text, ", exact ", PText(*test.p_exact));
}

std::string BasisText(const SeedTest& test) {
  const int n = test.summary.n;
  if (n < test.least_seeds) {
    return absl::StrCat(
        "n = ", n, ": too few seeds for a verdict",
        n < kLeastSeeds ? "" : " on a correlation of fewer than four values");
  }
  if (n == kLeastSeeds) {
    return absl::StrCat("n = ", n,
                        ": the corrected t interval decides, where all seeds "
                        "agree in sign");
  }
  return absl::StrCat("n = ", n,
                      ": the corrected t interval and the exact p must agree");
}

}  // namespace bigstep
