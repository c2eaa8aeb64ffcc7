#include "experiments/report/analysis/seed_samples.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>

#include "experiments/report/analysis/statistics.h"

namespace bigstep {
namespace {

// Of a seed, from which on five seeds suffice for a rank correlation.
constexpr int kManyValues = 4;
constexpr int kSeedsForFewValues = 6;
constexpr size_t kLeastTrials = 3;  // Of a seed, for the rank correlation.

bool IsAlone(const Configuration& configuration, const std::string& axis) {
  return configuration.axis_values.size() == 1 &&
         configuration.axis_values[0].axis == axis;
}

// The value of `axis` in the configurations of a trial, a number if there is
// one; null for none.
const AxisValue* ValueOn(const Study& study, const StudyTrial& trial,
                         const std::string& axis, bool alone) {
  const AxisValue* found = nullptr;
  for (const size_t c : trial.configurations) {
    const Configuration& configuration = study.configurations[c];
    if (alone && !IsAlone(configuration, axis)) continue;
    for (const AxisValue& axis_value : configuration.axis_values) {
      if (axis_value.axis != axis) continue;
      if (axis_value.number) return &axis_value;
      found = &axis_value;
    }
  }
  return found;
}

// With fewer values a seed's rank correlation takes few distinct values, for
// which Student's interval is unreliable.
void RequireSeeds(int values, SeedTest& test) {
  if (values < kManyValues) test.least_seeds = kSeedsForFewValues;
}

// `number`, or zero if the rounding of numbers like `size` explains it.
double WithoutRounding(double number, double size) {
  return std::abs(number) <= 1e-12 * size ? 0 : number;
}

// Pairs of numbers, by seed.
using PairsBySeed =
    std::map<int64_t, std::pair<std::vector<double>, std::vector<double>>>;

}  // namespace

AxisOfTrials FindAxisOfTrials(const Study& study, const std::string& axis) {
  AxisOfTrials found;
  found.axis = axis;
  found.alone =
      std::any_of(study.configurations.begin(), study.configurations.end(),
                  [&axis](const Configuration& c) { return IsAlone(c, axis); });
  for (const StudyTrial& trial : study.trials) {
    found.values.push_back(ValueOn(study, trial, axis, found.alone));
  }
  return found;
}

Trend TrendOf(const Study& study, const AxisOfTrials& axis,
              const TrialValues& values) {
  Trend trend;
  PairsBySeed pairs;
  for (size_t t = 0; t < study.trials.size(); ++t) {
    if (axis.values[t] == nullptr) continue;
    if (!axis.values[t]->number) {
      ++trend.without_number;
    } else if (!values[t]) {
      ++trend.without_value;
    } else {
      auto& [x, y] = pairs[study.trials[t].seed];
      x.push_back(*axis.values[t]->number);
      y.push_back(*values[t]);
      ++trend.trials;
    }
  }
  bool varies = false;
  for (const auto& [seed, pair] : pairs) {
    const auto& x = pair.first;
    const auto distinct =
        static_cast<int>(std::set<double>(x.begin(), x.end()).size());
    if (distinct < 2) continue;
    trend.axis_values = trend.by_seed.empty()
                            ? distinct
                            : std::min(trend.axis_values, distinct);
    const std::optional<double> rho = Spearman(x, pair.second);
    varies = varies || rho.has_value();
    trend.by_seed.push_back(rho.value_or(0));
  }
  if (!varies) trend.by_seed.clear();
  return trend;
}

SeedTest TestTrend(const Trend& trend) {
  SeedTest test = TestSeeds(trend.by_seed);
  RequireSeeds(trend.axis_values, test);
  return test;
}

int LeastSeedsOfTrend(const Study& study, const AxisOfTrials& axis) {
  const TrialValues values(study.trials.size(), 0.0);
  return TestTrend(TrendOf(study, axis, values)).least_seeds;
}

int LeastSeedsOfCorrelation(const Study& study) {
  const TrialValues values(study.trials.size(), 0.0);
  return TestCorrelations(study, values, values, 1).least_seeds;
}

SeedTest TestCorrelations(const Study& study, const TrialValues& x,
                          const TrialValues& y, double sign) {
  PairsBySeed pairs;
  for (size_t t = 0; t < study.trials.size(); ++t) {
    if (!x[t] || !y[t]) continue;
    pairs[study.trials[t].seed].first.push_back(*x[t]);
    pairs[study.trials[t].seed].second.push_back(*y[t]);
  }
  std::vector<double> by_seed;
  size_t fewest = kManyValues;
  for (const auto& [seed, pair] : pairs) {
    if (pair.first.size() < kLeastTrials) continue;
    fewest = std::min(fewest, pair.first.size());
    by_seed.push_back(sign * Spearman(pair.first, pair.second).value_or(0));
  }
  SeedTest test = TestSeeds(by_seed);
  RequireSeeds(static_cast<int>(fewest), test);
  return test;
}

std::vector<double> DifferencesBySeed(const std::map<int64_t, double>& of,
                                      const std::map<int64_t, double>& from,
                                      double bound) {
  std::vector<double> differences;
  for (const auto& [seed, value] : of) {
    const auto other = from.find(seed);
    if (other == from.end()) continue;
    differences.push_back(WithoutRounding(
        value - other->second - bound,
        std::abs(value) + std::abs(other->second) + std::abs(bound)));
  }
  return differences;
}

double Excess(double value, double bound) {
  return WithoutRounding(value - bound, std::abs(value) + std::abs(bound));
}

}  // namespace bigstep
