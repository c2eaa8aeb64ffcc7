#include "experiments/report/analysis/analysis.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "experiments/report/analysis/data_warnings.h"
#include "experiments/report/analysis/missing_results.h"

namespace bigstep {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::optional<double> ResultOf(const Record& record, const std::string& metric,
                               const std::string& result) {
  if (record.outcome != Outcome::kCompleted) return std::nullopt;
  const auto values = record.metrics.find(metric);
  if (values == record.metrics.end()) return std::nullopt;
  const auto value = values->find(result);
  if (value == values->end() || !value->is_number()) return std::nullopt;
  return value->get<double>();
}

Summary SummarizeSeeds(const std::map<int64_t, double>& by_seed) {
  std::vector<double> values;
  for (const auto& [seed, value] : by_seed) values.push_back(value);
  return Summarize(values);
}

// A study with the values of its trials, looked up once.
class Analyzer {
 public:
  Analyzer(const Study& study, const Records& records) : study_(study) {
    for (const StudyTrial& trial : study.trials) {
      const auto it = records.find(trial.id);
      records_.push_back(it == records.end() ? nullptr : &it->second);
      values_.emplace_back(study.columns.size());
      if (records_.back() == nullptr) continue;
      for (size_t c = 0; c < study.columns.size(); ++c) {
        values_.back()[c] = ResultOf(*records_.back(), study.columns[c].metric,
                                     study.columns[c].result.name);
      }
    }
  }

  std::vector<ConfigurationResults> Configurations() const;
  std::vector<Correlation> Correlations() const;
  TrialCounts Total() const {
    TrialCounts total;
    for (const Record* record : records_) total.Add(record);
    return total;
  }

 private:
  // The value of `axis` in the configurations of a trial; null for none.
  const AxisValue* ValueOn(const StudyTrial& trial, const std::string& axis,
                           bool alone) const;
  bool VariesAlone(const std::string& axis) const {
    return std::any_of(study_.configurations.begin(),
                       study_.configurations.end(),
                       [&](const Configuration& configuration) {
                         return bigstep::VariesAlone(configuration, axis);
                       });
  }
  // `axis_values` has one for each trial.
  Correlation Correlate(const std::vector<const AxisValue*>& axis_values,
                        size_t column) const;

  const Study& study_;
  // One for each trial; null: missing.
  std::vector<const Record*> records_;
  // By trial, then column.
  std::vector<std::vector<std::optional<double>>> values_;
};

std::vector<ConfigurationResults> Analyzer::Configurations() const {
  std::vector<ConfigurationResults> all(study_.configurations.size());
  std::vector<std::map<int64_t, double>> selection(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].configuration = study_.configurations[i];
    all[i].by_seed.resize(study_.columns.size());
  }
  for (size_t t = 0; t < study_.trials.size(); ++t) {
    const StudyTrial& trial = study_.trials[t];
    const Record* record = records_[t];
    const std::optional<double> selected =
        record == nullptr ? std::nullopt
                          : bigstep::ResultOf(*record, study_.selection);
    for (const size_t i : trial.configurations) {
      all[i].Add(record);
      if (selected) selection[i][trial.seed] = *selected;
      for (size_t c = 0; c < study_.columns.size(); ++c) {
        const std::optional<double>& value = values_[t][c];
        if (value) all[i].by_seed[c][trial.seed] = *value;
      }
    }
  }
  for (size_t i = 0; i < all.size(); ++i) {
    for (const std::map<int64_t, double>& column : all[i].by_seed) {
      all[i].values.push_back(SummarizeSeeds(column));
    }
    all[i].selection = SummarizeSeeds(selection[i]);
  }
  return all;
}

const AxisValue* Analyzer::ValueOn(const StudyTrial& trial,
                                   const std::string& axis, bool alone) const {
  const AxisValue* found = nullptr;
  for (const size_t c : trial.configurations) {
    const Configuration& configuration = study_.configurations[c];
    if (alone && !bigstep::VariesAlone(configuration, axis)) continue;
    for (const AxisValue& axis_value : configuration.axis_values) {
      if (axis_value.axis != axis) continue;
      if (axis_value.number) return &axis_value;
      found = &axis_value;
    }
  }
  return found;
}

Correlation Analyzer::Correlate(
    const std::vector<const AxisValue*>& axis_values, size_t column) const {
  Correlation correlation;
  std::vector<double> x, y;
  for (size_t t = 0; t < axis_values.size(); ++t) {
    if (axis_values[t] == nullptr) continue;
    const std::optional<double> value = values_[t][column];
    if (!axis_values[t]->number) {
      ++correlation.without_number;
    } else if (!value) {
      ++correlation.without_value;
    } else {
      x.push_back(*axis_values[t]->number);
      y.push_back(*value);
    }
  }
  correlation.column = column;
  correlation.n = static_cast<int>(x.size());
  correlation.rho = Spearman(x, y);
  correlation.p = SpearmanP(x, y);
  return correlation;
}

std::vector<Correlation> Analyzer::Correlations() const {
  std::vector<Correlation> correlations;
  for (const StudyAxis& axis : study_.axes) {
    const bool alone = VariesAlone(axis.name);
    std::vector<const AxisValue*> axis_values;
    for (const StudyTrial& trial : study_.trials) {
      axis_values.push_back(ValueOn(trial, axis.name, alone));
    }
    for (size_t c = 0; c < study_.columns.size(); ++c) {
      correlations.push_back(Correlate(axis_values, c));
      correlations.back().axis = axis.name;
      correlations.back().alone = alone;
    }
  }
  return correlations;
}

// The best of the configurations that vary `axis` alone, or of all if it is
// empty.
Best FindBest(const Study& study, const std::vector<ConfigurationResults>& all,
              const std::string& axis) {
  Best best;
  best.axis = axis;
  for (size_t i = 0; i < all.size(); ++i) {
    const ConfigurationResults& results = all[i];
    if (!axis.empty() && !VariesAlone(results.configuration, axis)) continue;
    ++best.configurations;
    best.unfinished =
        best.unfinished || results.missing > 0 || results.failed > 0;
    const Summary& selection = results.selection;
    if (!results.complete() || selection.n == 0) continue;
    if (selection.n != results.trials) continue;
    ++best.eligible;
    const double mean = selection.mean;
    if (best.selected_by &&
        !(study.selection_lower ? mean < *best.selected_by
                                : mean > *best.selected_by)) {
      continue;
    }
    best.configuration = i;
    best.selected_by = mean;
  }
  return best;
}

// `of` minus `from`, seed by seed.
Difference Subtract(const ConfigurationResults& of,
                    const ConfigurationResults& from, size_t column) {
  Difference difference;
  difference.column = column;
  difference.mean = kNan;
  std::vector<double> pairs;
  for (const auto& [seed, value] : of.by_seed[column]) {
    const auto other = from.by_seed[column].find(seed);
    if (other != from.by_seed[column].end()) {
      pairs.push_back(value - other->second);
    }
  }
  difference.pairs = static_cast<int>(pairs.size());
  difference.mean = Summarize(pairs).mean;
  difference.interval = BootstrapMean(pairs);
  return difference;
}

std::vector<Difference> Differences(const Analysis& analysis) {
  std::vector<Difference> differences;
  const Best* reference = nullptr;
  for (const Best& best : analysis.best) {
    if (best.axis == analysis.study.reference) reference = &best;
  }
  if (reference == nullptr) return differences;
  for (const Best& best : analysis.best) {
    if (&best == reference) continue;
    for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
      Difference difference;
      difference.column = c;
      difference.mean = kNan;
      if (best.configuration && reference->configuration) {
        difference =
            Subtract(analysis.configurations[*best.configuration],
                     analysis.configurations[*reference->configuration], c);
      }
      difference.axis = best.axis;
      differences.push_back(difference);
    }
  }
  return differences;
}

std::vector<Tandem> Tandems(const Analysis& analysis) {
  const std::vector<ConfigurationResults>& all = analysis.configurations;
  const size_t columns = analysis.study.columns.size();
  std::vector<Tandem> tandems(all.size());
  for (Tandem& tandem : tandems) tandem.parts.resize(columns);
  std::set<size_t> ranked;  // Columns that some configuration has a part of.
  for (size_t c = 0; c < columns; ++c) {
    const Direction direction = analysis.study.columns[c].result.direction;
    const std::optional<Interval> range =
        RangeOfMeans(analysis, AllConfigurations(analysis.study), c);
    if (direction == Direction::kNeither || !range) continue;
    const double span = range->high - range->low;
    if (!(span > 0)) continue;
    ranked.insert(c);
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].values[c].n == 0) continue;
      const double mean = all[i].values[c].mean;
      tandems[i].parts[c] = direction == Direction::kHigher
                                ? (mean - range->low) / span
                                : (range->high - mean) / span;
    }
  }
  for (Tandem& tandem : tandems) {
    double sum = 0;
    size_t count = 0;
    for (const size_t c : ranked) {
      if (!tandem.parts[c]) continue;
      sum += *tandem.parts[c];
      ++count;
    }
    if (count == 0 || count < ranked.size()) continue;
    tandem.score = sum / static_cast<double>(count);
  }
  return tandems;
}

}  // namespace

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
    const Summary& summary = analysis.configurations[i].values[column];
    if (summary.n == 0) continue;
    if (!range) range = Interval{summary.mean, summary.mean};
    range->low = std::min(range->low, summary.mean);
    range->high = std::max(range->high, summary.mean);
  }
  return range;
}

std::optional<size_t> HighestScore(const Analysis& analysis,
                                   const std::vector<size_t>& configurations) {
  std::optional<size_t> highest;
  for (const size_t i : configurations) {
    const std::optional<double>& score = analysis.tandem[i].score;
    if (!score || !analysis.configurations[i].complete()) continue;
    if (!highest || *score > *analysis.tandem[*highest].score) highest = i;
  }
  return highest;
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
  Analysis analysis;
  analysis.study = study;
  analysis.configurations = analyzer.Configurations();
  analysis.correlations = analyzer.Correlations();
  for (const StudyAxis& axis : study.axes) {
    Best best = FindBest(study, analysis.configurations, axis.name);
    if (best.configurations > 0) analysis.best.push_back(std::move(best));
  }
  analysis.total = analyzer.Total();
  analysis.warnings = DataWarnings(study, records);
  for (std::string& warning : MissingResultWarnings(study, records)) {
    analysis.warnings.push_back(std::move(warning));
  }
  analysis.best_of_all = FindBest(study, analysis.configurations, "");
  analysis.differences = Differences(analysis);
  analysis.tandem = Tandems(analysis);
  return analysis;
}

}  // namespace bigstep
