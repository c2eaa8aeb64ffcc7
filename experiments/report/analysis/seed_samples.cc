#include "experiments/report/analysis/seed_samples.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "experiments/report/analysis/statistics.h"

namespace bigstep {
namespace {

constexpr int kFewAxisValues = 4;
constexpr int kSeedsForFewAxisValues = 6;
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
  std::set<double> numbers;
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
      numbers.insert(x.back());
      ++trend.trials;
    }
  }
  trend.axis_values = static_cast<int>(numbers.size());
  bool varies = false;
  for (const auto& [seed, pair] : pairs) {
    const auto& x = pair.first;
    if (std::set<double>(x.begin(), x.end()).size() < 2) continue;
    const std::optional<double> rho = Spearman(x, pair.second);
    varies = varies || rho.has_value();
    trend.by_seed.push_back(rho.value_or(0));
  }
  if (!varies) trend.by_seed.clear();
  return trend;
}

SeedTest TestTrend(const Trend& trend) {
  SeedTest test = TestSeeds(trend.by_seed);
  if (trend.axis_values < kFewAxisValues) {
    test.least_seeds = kSeedsForFewAxisValues;
  }
  return test;
}

std::vector<double> CorrelationsBySeed(const Study& study, const TrialValues& x,
                                       const TrialValues& y) {
  PairsBySeed pairs;
  for (size_t t = 0; t < study.trials.size(); ++t) {
    if (!x[t] || !y[t]) continue;
    pairs[study.trials[t].seed].first.push_back(*x[t]);
    pairs[study.trials[t].seed].second.push_back(*y[t]);
  }
  std::vector<double> by_seed;
  for (const auto& [seed, pair] : pairs) {
    if (pair.first.size() < kLeastTrials) continue;
    by_seed.push_back(Spearman(pair.first, pair.second).value_or(0));
  }
  return by_seed;
}

std::map<int64_t, double> ValuesBySeed(const Study& study,
                                       const TrialValues& values,
                                       size_t configuration) {
  std::map<int64_t, double> by_seed;
  for (size_t t = 0; t < study.trials.size(); ++t) {
    const StudyTrial& trial = study.trials[t];
    const auto& of = trial.configurations;
    if (!values[t] ||
        std::find(of.begin(), of.end(), configuration) == of.end())
      continue;
    by_seed[trial.seed] = *values[t];
  }
  return by_seed;
}

std::vector<double> DifferencesBySeed(const std::map<int64_t, double>& of,
                                      const std::map<int64_t, double>& from) {
  std::vector<double> differences;
  for (const auto& [seed, value] : of) {
    const auto other = from.find(seed);
    if (other != from.end()) differences.push_back(value - other->second);
  }
  return differences;
}

}  // namespace bigstep
