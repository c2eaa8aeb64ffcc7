#include "experiments/report/analysis/analysis.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "experiments/report/analysis/claims.h"
#include "experiments/report/analysis/comparison_basis.h"
#include "experiments/report/analysis/data_warnings.h"
#include "experiments/report/analysis/missing_results.h"
#include "experiments/report/analysis/seed_samples.h"
#include "experiments/report/analysis/selection.h"
#include "experiments/report/analysis/tandem.h"

namespace bigstep {
namespace {

Summary SummarizeSeeds(const std::map<int64_t, double>& by_seed) {
  std::vector<double> values;
  for (const auto& [seed, value] : by_seed) values.push_back(value);
  return Summarize(values);
}

// The fits of completed trials, summed up.
struct FitSum {
  double accuracy = 0, cross_entropy = 0, squared_error = 0;
  int n = 0, of_regressions = 0;

  void Add(const Record& record) {
    if (record.outcome != Outcome::kCompleted || record.fit.empty()) return;
    ++n;
    if (record.fit.contains("squared_error")) {
      squared_error += record.fit.at("squared_error").get<double>();
      ++of_regressions;
      return;
    }
    accuracy += record.fit.at("accuracy").get<double>();
    cross_entropy += record.fit.at("cross_entropy").get<double>();
  }
  // Nothing without trials, and where regressions and others would be mixed.
  std::optional<TrainFit> Mean() const {
    if (n == 0 || (of_regressions != 0 && of_regressions != n)) {
      return std::nullopt;
    }
    if (of_regressions == n)
      return TrainFit{.squared_error = squared_error / n};
    return TrainFit{accuracy / n, cross_entropy / n};
  }
};

// How trials and configurations count.
struct Rules {
  Selection selection;
  // Whether the trials that collapsed or did not converge are left out and
  // configurations that lost trials are eligible.
  bool survivors_only = false;
};

// A study with the values of its trials, looked up once.
class Analyzer {
 public:
  Analyzer(const Study& study, const Records& records) : study_(study) {
    for (const StudyTrial& trial : study.trials) {
      const auto it = records.find(trial.id);
      records_.push_back(it == records.end() ? nullptr : &it->second);
    }
    for (const Column& column : study.columns) {
      values_.emplace_back(records_.size());
      for (size_t t = 0; t < records_.size(); ++t) {
        if (records_[t] == nullptr) continue;
        values_.back()[t] =
            ResultOf(*records_[t], column.metric, column.result.name);
      }
    }
  }

  std::vector<ConfigurationResults> Configurations(const Rules& rules) const;
  std::vector<Correlation> Correlations(const Rules& rules) const;
  TrialCounts Total() const {
    TrialCounts total;
    for (const Record* record : records_) total.Add(record);
    return total;
  }

 private:
  bool Counts(size_t trial, const Rules& rules) const {
    return records_[trial] != nullptr &&
           !(rules.survivors_only &&
             (records_[trial]->collapsed || IsUnconverged(*records_[trial])));
  }

  const Study& study_;
  // One for each trial; null: missing.
  std::vector<const Record*> records_;
  std::vector<TrialValues> values_;  // By column.
};

std::vector<ConfigurationResults> Analyzer::Configurations(
    const Rules& rules) const {
  std::vector<ConfigurationResults> all(study_.configurations.size());
  std::vector<std::map<int64_t, double>> selection(all.size());
  std::vector<FitSum> fits(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].configuration = study_.configurations[i];
    all[i].by_seed.resize(study_.columns.size());
  }
  for (size_t t = 0; t < study_.trials.size(); ++t) {
    const StudyTrial& trial = study_.trials[t];
    for (const size_t i : trial.configurations) {
      all[i].Add(records_[t]);
      if (records_[t] != nullptr) fits[i].Add(*records_[t]);
    }
    if (!Counts(t, rules)) continue;
    const std::optional<double> selected =
        ResultOf(*records_[t], rules.selection.result);
    for (const size_t i : trial.configurations) {
      if (selected) selection[i][trial.seed] = *selected;
      for (size_t c = 0; c < study_.columns.size(); ++c) {
        const std::optional<double>& value = values_[c][t];
        if (value) all[i].by_seed[c][trial.seed] = *value;
      }
    }
  }
  for (size_t i = 0; i < all.size(); ++i) {
    for (const std::map<int64_t, double>& column : all[i].by_seed) {
      all[i].values.push_back(SummarizeSeeds(column));
    }
    all[i].selection = SummarizeSeeds(selection[i]);
    all[i].selection_by_seed = std::move(selection[i]);
    all[i].fit = fits[i].Mean();
  }
  return all;
}

std::vector<Correlation> Analyzer::Correlations(const Rules& rules) const {
  std::vector<Correlation> correlations;
  for (const StudyAxis& axis : study_.axes) {
    const AxisOfTrials of_trials = FindAxisOfTrials(study_, axis.name);
    for (size_t c = 0; c < study_.columns.size(); ++c) {
      TrialValues values = values_[c];
      for (size_t t = 0; t < values.size(); ++t) {
        if (!Counts(t, rules)) values[t].reset();
      }
      const Trend trend = TrendOf(study_, of_trials, values);
      Correlation correlation{axis.name, c};
      correlation.test = TestTrend(trend);
      if (!trend.by_seed.empty()) {
        correlation.rho = correlation.test.summary.mean;
      }
      correlation.trials = trend.trials;
      correlation.without_value = trend.without_value;
      correlation.without_number = trend.without_number;
      correlation.alone = of_trials.alone;
      correlations.push_back(std::move(correlation));
    }
  }
  return correlations;
}

// Corrects the differences and the trends of a report as one family. Trends
// along other axes than the reference are not judged.
void Correct(const Study& study, std::vector<Correlation>& correlations,
             std::vector<Difference>& differences) {
  std::vector<SeedTest*> tests;
  for (Correlation& correlation : correlations) {
    if (study.reference.empty() || correlation.axis == study.reference) {
      tests.push_back(&correlation.test);
    }
  }
  for (Difference& difference : differences) tests.push_back(&difference.test);
  CorrectTests(tests);
}

bool IsEligible(const ConfigurationResults& results, const Rules& rules) {
  if (results.selection.n == 0) return false;
  return rules.survivors_only ||
         (results.complete() && results.selection.n == results.trials);
}

// Whether two configurations are one, in two sweeps.
bool SameTrials(const Study& study, size_t a, size_t b) {
  return std::all_of(
      study.trials.begin(), study.trials.end(),
      [a, b](const StudyTrial& trial) {
        const auto& of = trial.configurations;
        return (std::find(of.begin(), of.end(), a) == of.end()) ==
               (std::find(of.begin(), of.end(), b) == of.end());
      });
}

// The mean of the result that selects, without the seed `but`; nothing if no
// other seed has it.
std::optional<double> SelectionMean(const ConfigurationResults& results,
                                    const std::optional<int64_t>& but) {
  const auto left_out = but ? results.selection_by_seed.find(*but)
                            : results.selection_by_seed.end();
  if (left_out == results.selection_by_seed.end()) {
    return results.selection.mean;
  }
  const int n = results.selection.n - 1;
  if (n == 0) return std::nullopt;
  return (results.selection.mean * results.selection.n - left_out->second) / n;
}

// The best of the configurations that vary `axis` alone, or of all if it is
// empty, as the seeds other than `but` have it.
Best FindBest(const Study& study, const std::vector<ConfigurationResults>& all,
              const std::string& axis, const Rules& rules,
              const std::optional<int64_t>& but = {}) {
  Best best;
  best.axis = axis;
  for (size_t i = 0; i < all.size(); ++i) {
    const ConfigurationResults& results = all[i];
    if (!axis.empty() && !VariesAlone(results.configuration, axis)) continue;
    ++best.configurations;
    best.unfinished =
        best.unfinished || results.missing > 0 || results.failed > 0;
    if (!IsEligible(results, rules)) continue;
    const std::optional<double> selected = SelectionMean(results, but);
    if (!selected) continue;
    ++best.eligible;
    const double mean = *selected;
    const double lead =
        !best.selected_by ? 1
                          : (rules.selection.lower ? *best.selected_by - mean
                                                   : mean - *best.selected_by);
    // Means of equal values may differ by their rounding.
    const double rounding = best.selected_by ? 1e-12 * std::abs(mean) : 0;
    if (std::abs(lead) <= rounding) {
      if (!but && !SameTrials(study, i, *best.configuration)) {
        best.ties.push_back(i);
      }
    } else if (lead > 0) {
      best.configuration = i;
      best.selected_by = mean;
      best.ties.clear();
    }
  }
  // One value that is measured before the others is not better than they are.
  if (best.unfinished && best.configurations > 1 && best.eligible < 2) {
    best.configuration.reset();
    best.selected_by.reset();
  }
  return best;
}

std::vector<Best> FindBests(const Study& study,
                            const std::vector<ConfigurationResults>& all,
                            const Rules& rules) {
  std::vector<Best> bests;
  for (const StudyAxis& axis : study.axes) {
    Best best = FindBest(study, all, axis.name, rules);
    if (best.configurations > 0) bests.push_back(std::move(best));
  }
  return bests;
}

std::set<int64_t> SeedsOf(const Study& study) {
  std::set<int64_t> seeds;
  for (const StudyTrial& trial : study.trials) seeds.insert(trial.seed);
  return seeds;
}

std::vector<Difference> Differences(
    const Study& study, const std::vector<ConfigurationResults>& all,
    const std::vector<Best>& bests) {
  std::vector<Difference> differences;
  const Best* reference = nullptr;
  for (const Best& best : bests) {
    if (best.axis == study.reference) reference = &best;
  }
  if (reference == nullptr) return differences;
  const std::set<int64_t> seeds = SeedsOf(study);
  const auto values = [&all, &seeds](const Best& best, size_t column) {
    std::map<int64_t, double> found;
    for (const int64_t seed : seeds) {
      const std::optional<size_t> configuration = ConfigurationFor(best, seed);
      if (!configuration) continue;
      const auto& by_seed = all[*configuration].by_seed[column];
      const auto value = by_seed.find(seed);
      if (value != by_seed.end()) found.insert(*value);
    }
    return found;
  };
  for (const Best& best : bests) {
    if (&best == reference) continue;
    for (size_t c = 0; c < study.columns.size(); ++c) {
      differences.push_back({best.axis, c,
                             TestSeeds(DifferencesBySeed(
                                 values(best, c), values(*reference, c)))});
    }
  }
  return differences;
}

// The last of values that tie in place of the first; nothing without ties.
std::vector<Best> OtherTies(std::vector<Best> bests) {
  bool any = false;
  for (Best& best : bests) {
    if (best.ties.empty()) continue;
    any = true;
    best.configuration = best.ties.back();
  }
  return any ? bests : std::vector<Best>();
}

// For each seed the best configurations by the other seeds: chosen by the seeds
// that are tested, the best of many values looks better than it is. Nothing if
// the other seeds always choose the same.
std::vector<Best> ChosenByOtherSeeds(
    const Study& study, const std::vector<ConfigurationResults>& all,
    std::vector<Best> bests, const Rules& rules) {
  const std::set<int64_t> seeds = SeedsOf(study);
  bool any = false;
  for (Best& best : bests) {
    if (!best.configuration || best.eligible < 2) continue;
    for (const int64_t seed : seeds) {
      const Best others = FindBest(study, all, best.axis, rules, seed);
      if (!others.configuration) continue;
      best.by_seed[seed] = *others.configuration;
      any = any || others.configuration != best.configuration;
    }
  }
  return any ? bests : std::vector<Best>();
}

std::vector<Alternative> Alternatives(const Study& study,
                                      const Analyzer& analyzer,
                                      const Analysis& analysis) {
  std::vector<Alternative> alternatives;
  const auto add = [&](Alternative alternative,
                       const std::vector<ConfigurationResults>& all) {
    alternative.differences = Differences(study, all, alternative.best);
    Correct(study, alternative.correlations, alternative.differences);
    alternatives.push_back(std::move(alternative));
  };
  const auto add_rules = [&](Alternative alternative, const Rules& rules) {
    const std::vector<ConfigurationResults> all =
        analyzer.Configurations(rules);
    alternative.best = FindBests(study, all, rules);
    alternative.correlations = analyzer.Correlations(rules);
    add(std::move(alternative), all);
  };
  // Other best values of the same results.
  const auto add_best = [&](const char* how, std::vector<Best> best) {
    if (best.empty()) return;
    add({.how = how,
         .best = std::move(best),
         .correlations = analysis.correlations},
        analysis.configurations);
  };
  for (const Selection& selection : study.other_selections) {
    add_rules({.how = absl::StrCat("by the ", SelectionText(study, selection)),
               .is_selection = true},
              {selection});
  }
  add_best("with the last instead of the first of the values that tie",
           OtherTies(analysis.best));
  add_best("with each seed judged at the values that the other seeds choose",
           ChosenByOtherSeeds(study, analysis.configurations, analysis.best,
                              {study.best_by()}));
  const TrialCounts total = analyzer.Total();
  if (!total.complete() || total.collapsed > 0 || total.unconverged > 0) {
    add_rules(
        {.how = total.unconverged > 0
                    ? "among the trials that converged"
                    : "among the trials that completed without collapsing",
         .survivors_only = true},
        {study.best_by(), true});
  }
  return alternatives;
}

}  // namespace

std::optional<size_t> ConfigurationFor(const Best& best, int64_t seed) {
  if (!best.configuration || best.by_seed.empty()) return best.configuration;
  const auto found = best.by_seed.find(seed);
  if (found == best.by_seed.end()) return std::nullopt;
  return found->second;
}

bool VariesAlone(const Configuration& configuration, const std::string& axis) {
  return configuration.axis_values.size() == 1 &&
         configuration.axis_values[0].axis == axis;
}

std::vector<std::string> AxesInOrder(const Study& study) {
  std::vector<std::string> names;
  for (const StudyAxis& axis : study.axes) names.push_back(axis.name);
  std::stable_partition(names.begin(), names.end(), [&](const auto& name) {
    return name == study.reference;
  });
  return names;
}

std::vector<size_t> ConfigurationsOf(const Study& study,
                                     const std::string& axis) {
  const auto value = [&study](size_t i) -> const AxisValue& {
    return study.configurations[i].axis_values[0];
  };
  std::vector<size_t> found;
  for (size_t i = 0; i < study.configurations.size(); ++i) {
    if (!VariesAlone(study.configurations[i], axis)) continue;
    const bool known = std::any_of(
        found.begin(), found.end(),
        [&](size_t other) { return value(other).label == value(i).label; });
    if (!known) found.push_back(i);
  }
  const bool numbers = std::all_of(found.begin(), found.end(), [&](size_t i) {
    return value(i).number.has_value();
  });
  if (numbers) {
    std::stable_sort(found.begin(), found.end(), [&](size_t a, size_t b) {
      return *value(a).number < *value(b).number;
    });
  }
  return found;
}

std::vector<size_t> AllConfigurations(const Study& study) {
  std::vector<size_t> all(study.configurations.size());
  std::iota(all.begin(), all.end(), size_t{0});
  return all;
}

std::optional<Interval> RangeOfMeans(const Analysis& analysis,
                                     const std::vector<size_t>& configurations,
                                     size_t column) {
  std::optional<Interval> range;
  for (const size_t i : configurations) {
    const ConfigurationResults& results = analysis.configurations[i];
    const Summary& summary = results.values[column];
    if (summary.n == 0 || results.most_collapsed()) continue;
    if (!range) range = Interval{summary.mean, summary.mean};
    range->low = std::min(range->low, summary.mean);
    range->high = std::max(range->high, summary.mean);
  }
  return range;
}

std::optional<double> ResultOf(const Record& record, const std::string& metric,
                               const std::string& result) {
  if (record.outcome != Outcome::kCompleted) return std::nullopt;
  for (const Json* const metrics : {&record.metrics, &record.course}) {
    const auto values = metrics->find(metric);
    if (values == metrics->end()) continue;
    const auto value = values->find(result);
    if (value != values->end() && value->is_number()) {
      return value->get<double>();
    }
  }
  return std::nullopt;
}

std::optional<double> ResultOf(const Record& record, const std::string& name) {
  // Labels of metrics and names of results may hold dots themselves.
  for (size_t dot = name.find('.'); dot != std::string::npos;
       dot = name.find('.', dot + 1)) {
    const auto value =
        ResultOf(record, name.substr(0, dot), name.substr(dot + 1));
    if (value) return value;
  }
  return std::nullopt;
}

Analysis Analyze(const Study& study, const Records& records) {
  const Analyzer analyzer(study, records);
  const Rules rules{study.best_by()};
  Analysis analysis;
  analysis.study = study;
  analysis.configurations = analyzer.Configurations(rules);
  analysis.correlations = analyzer.Correlations(rules);
  analysis.best = FindBests(study, analysis.configurations, rules);
  analysis.total = analyzer.Total();
  analysis.basis = DescribeBasis(study, records);
  analysis.reference_values = DescribeReferenceValues(study, records);
  analysis.warnings = MixedDataWarnings(study, records);
  for (std::string& warning :
       MissingResultWarnings(study, records, analysis.total)) {
    analysis.warnings.push_back(std::move(warning));
  }
  analysis.best_of_all = FindBest(study, analysis.configurations, "", rules);
  analysis.differences =
      Differences(study, analysis.configurations, analysis.best);
  Correct(study, analysis.correlations, analysis.differences);
  analysis.alternatives = Alternatives(study, analyzer, analysis);
  analysis.verdicts = JudgeClaims(analysis, records);
  analysis.tandem = Tandems(analysis);
  return analysis;
}

}  // namespace bigstep
