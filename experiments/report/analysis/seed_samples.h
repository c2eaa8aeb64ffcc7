// Independent values, one for each seed, for tests over seeds.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SEED_SAMPLES_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SEED_SAMPLES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/records/study.h"
#include "experiments/report/analysis/significance.h"

namespace bigstep {

// One result: a value for each of Study::trials, nothing where there is none.
using TrialValues = std::vector<std::optional<double>>;

// The values of `axis` in the trials of a study. If configurations vary it
// alone, these only; else all in which it varies.
struct AxisOfTrials {
  std::string axis;
  bool alone = true;
  std::vector<const AxisValue*> values;  // One for each trial; null: none.
};
AxisOfTrials FindAxisOfTrials(const Study& study, const std::string& axis);

// The rank correlation of a result with the value of an axis, seed by seed.
struct Trend {
  // Of each seed with at least two distinct axis values; zero if all results of
  // the seed are equal. Empty if that is so for every seed.
  std::vector<double> by_seed;
  int trials = 0;       // That have a result and a number on the axis.
  int axis_values = 0;  // Distinct ones, of the seed in `by_seed` with fewest.
  int without_value = 0;
  int without_number = 0;  // On the axis.
};
Trend TrendOf(const Study& study, const AxisOfTrials& axis,
              const TrialValues& values);

// The test of a trend. Few axis values give few distinct correlations, for
// which Student's interval is unreliable: with fewer than four, six seeds are
// needed.
SeedTest TestTrend(const Trend& trend);

// The seeds that a trend along `axis` and a correlation across trials take if
// all trials have results.
int LeastSeedsOfTrend(const Study& study, const AxisOfTrials& axis);
int LeastSeedsOfCorrelation(const Study& study);

// The test of the rank correlations of two results across the trials of each
// seed that has three or more of both; zero if one of them does not vary.
// `sign`: 1, or -1 to turn them. Six seeds as in TestTrend where a seed has
// fewer than four trials.
SeedTest TestCorrelations(const Study& study, const TrialValues& x,
                          const TrialValues& y, double sign);

// `of` minus `from` minus `bound`, for the seeds that both have. Zero where the
// rounding of these numbers explains it.
std::vector<double> DifferencesBySeed(const std::map<int64_t, double>& of,
                                      const std::map<int64_t, double>& from,
                                      double bound = 0);

// value - bound, or zero where rounding explains it.
double Excess(double value, double bound);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_SEED_SAMPLES_H_
