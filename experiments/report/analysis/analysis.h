// Analyzes the records of a study: statistics of each configuration, how
// results correlate with the values of axes, which value of an axis is best,
// and how axes compare.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ANALYSIS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ANALYSIS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/statistics.h"
#include "experiments/report/analysis/trial_counts.h"

namespace bigstep {

using Records = std::map<std::string, Record>;  // By trial id.

// A configuration and what its trials gave, one trial for each seed.
struct ConfigurationResults : TrialCounts {
  Configuration configuration;
  std::vector<Summary> values;  // One for each column, completed trials only.
  // One for each column: the values behind the summary, by seed.
  std::vector<std::map<int64_t, double>> by_seed;
  Summary selection;  // Of Study::selection; n = 0 without one.
};

// The correlation of a column with the value of an axis, over the completed
// trials of the configurations that vary this axis alone; a trial counts once.
struct Correlation {
  std::string axis;
  size_t column = 0;
  // Spearman's rank correlation; nothing if it is undefined (fewer than three
  // trials, or all values equal).
  std::optional<double> rho;
  int n = 0;  // Trials.
  // The chance of it among as many trials if the result did not depend on the
  // axis; see SpearmanP.
  std::optional<double> p = {};
  // Planned trials that are not among the n: those without the result
  // (diverged, failed, missing, or completed without), and those whose axis
  // value is not a number.
  int without_value = 0;
  int without_number = 0;
  // Whether no other axis varies. For an axis that never varies alone (in a
  // grid, at random), all configurations in which it varies count.
  bool alone = true;
};

// The best configuration of an axis by Study::selection, among those that vary
// this axis alone: the best mean over their seeds, the first of equal ones. A
// configuration is eligible if all its trials completed (collapsed ones did)
// and have the result: a value that diverges for some seeds is not chosen for
// the others.
struct Best {
  std::string axis;
  // Nothing if no configuration is eligible, or without a selection.
  std::optional<size_t> configuration;
  std::optional<double> selected_by;  // The mean that decided.
  int configurations = 0;             // That vary this axis alone.
  int eligible = 0;                   // Of those.
  // Whether trials of its configurations are missing or failed, so that another
  // configuration may still turn out best.
  bool unfinished = false;
};

// The best configuration of an axis minus that of the reference axis, seed by
// seed.
struct Difference {
  std::string axis;
  size_t column = 0;
  int pairs = 0;    // Seeds that both completed.
  double mean = 0;  // NaN if pairs = 0.
  std::optional<Interval>
      interval;  // 95 %, bootstrap over pairs; if pairs > 1.
};

// How good a configuration is in all compared results at once.
struct Tandem {
  // Each column's mean as a share of the way from the worst to the best mean of
  // all configurations, turned so that 1 is best; nothing for columns without a
  // direction, for configurations without values, and where all are equal.
  std::vector<std::optional<double>> parts;
  // The mean of the parts; nothing if one that other configurations have is
  // missing.
  std::optional<double> score;
};

struct Analysis {
  Study study;
  // One for each of Study::configurations.
  std::vector<ConfigurationResults> configurations;
  std::vector<Correlation> correlations;  // By axis, then column.
  std::vector<Best> best;                 // One for each axis varied alone.
  std::vector<Difference> differences;    // By axis, then column.
  std::vector<Tandem> tandem;             // One for each configuration.
  Best best_of_all;   // Among all configurations; its axis is empty.
  TrialCounts total;  // Each trial once.
  // See DataWarnings and MissingResultWarnings.
  std::vector<std::string> warnings;
};

// Whether `configuration` varies `axis` and nothing else.
bool VariesAlone(const Configuration& configuration, const std::string& axis);

// The axes' names: the reference axis first, then the others in the study's
// order.
std::vector<std::string> AxesInOrder(const Study& study);

// The configurations that vary `axis` alone, as positions in the study: in the
// order of the axis's numbers if all its values are numbers, otherwise of the
// plan. A value that several sweeps have counts once.
std::vector<size_t> ConfigurationsOf(const Study& study,
                                     const std::string& axis);

// All positions in Study::configurations.
std::vector<size_t> AllConfigurations(const Study& study);

// The lowest and the highest mean of a column among `configurations`; nothing
// without values.
std::optional<Interval> RangeOfMeans(const Analysis& analysis,
                                     const std::vector<size_t>& configurations,
                                     size_t column);

// The configuration with the highest score in tandem; nothing if none has one.
// Configurations with lost trials, whose score is that of the survivors, do not
// take part.
std::optional<size_t> HighestScore(const Analysis& analysis,
                                   const std::vector<size_t>& configurations);

// The result `name` ("accuracy.train") of a completed trial, nothing if it is
// undefined, not a single number, or the trial did not complete.
std::optional<double> ResultOf(const Record& record, const std::string& name);

Analysis Analyze(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ANALYSIS_H_
