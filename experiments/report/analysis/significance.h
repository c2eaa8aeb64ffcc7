// When a difference or a trend over seeds is significant: the one rule by which
// tables, sentences, figures and claims decide. docs/statistics.md explains it
// and shows how it was tested.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SIGNIFICANCE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SIGNIFICANCE_H_

#include <optional>
#include <string>
#include <vector>

#include "experiments/report/analysis/statistics.h"

namespace bigstep {

// Fewer seeds get no verdict.
inline constexpr int kLeastSeeds = 5;
inline constexpr double kSignificance = 0.05;
// The error of an interval for means against a fixed value: there the skewness
// of results near a bound does not cancel, and a 95 % interval of five seeds
// would err in up to 12 % of the cases.
inline constexpr double kLevelOfMeans = 0.01;

// On which side of zero the mean lies.
enum class Side { kTooFewSeeds, kUndecided, kAbove, kBelow };

// A test of the mean of independent values, one a seed, against zero.
struct SeedTest {
  Summary summary;  // Of the values; its interval is the plain one, of 95 %.
  std::optional<double> p;        // Student's, two-sided; if n > 1.
  std::optional<double> p_exact;  // By sign flips.
  int least_seeds = kLeastSeeds;  // That a verdict takes.
  // The error that an interval may make: skewed values need a wider one. A p
  // counts as p * kSignificance / level.
  double level = kSignificance;

  // Filled in by CorrectTests.
  int comparisons = 0;                     // That are corrected for.
  std::optional<double> p_corrected = {};  // After Holm.
  // Excludes zero where p_corrected < 5 %. At most as narrow as the plain one.
  std::optional<Interval> corrected = {};
  Side side = Side::kTooFewSeeds;
};

// Before CorrectTests.
SeedTest TestSeeds(const std::vector<double>& values);

// Decides `tests`, the comparisons of one family. The mean is above or below
// zero if its interval, corrected by Holm's procedure, excludes zero, and the
// exact p agrees: it is at most 5 %, or, with five seeds, as small as five
// seeds allow (6.25 %: all have the same sign). Tests of fewer than two values
// are not counted.
void CorrectTests(const std::vector<SeedTest*>& tests);

// A number as in "p = 0.012", "p < 0.001".
std::string PText(double p);

// "n = 5, corrected p = 0.012, exact p = 0.062"; "n = 3: too few seeds for a
// verdict".
std::string TestText(const SeedTest& test);

// The reason for a missing verdict, or its basis: "n = 3: too few seeds for a
// verdict".
std::string BasisText(const SeedTest& test);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SIGNIFICANCE_H_
