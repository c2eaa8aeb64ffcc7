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
#include "experiments/records/trial_result.h"
#include "experiments/report/analysis/significance.h"
#include "experiments/report/analysis/statistics.h"
#include "experiments/report/analysis/trial_counts.h"
#include "experiments/report/analysis/verdict.h"

namespace bigstep {

using Records = std::map<std::string, Record>;  // By trial id.

// A configuration and what its trials gave, one trial for each seed.
struct ConfigurationResults : TrialCounts {
  Configuration configuration;
  std::vector<Summary> values;  // One for each column, completed trials only.
  // One for each column: the values behind the summary, by seed.
  std::vector<std::map<int64_t, double>> by_seed;
  // Of Study::selection, by seed, and its summary; n = 0 without one.
  std::map<int64_t, double> selection_by_seed;
  Summary selection;
  // Mean accuracy and cross-entropy on the training data at the end, over the
  // completed trials; nothing if their records do not say.
  std::optional<TrainFit> fit;
};

// The trend of a column along an axis: the rank correlation of the result with
// the value of the axis, over the completed trials of the configurations that
// vary this axis alone, seed by seed.
struct Correlation {
  std::string axis;
  size_t column = 0;
  // The mean over seeds of Spearman's rank correlation, and its test. Nothing
  // if no seed has two distinct axis values.
  std::optional<double> rho = {};
  SeedTest test = {};
  int trials = 0;  // Behind it.
  // Planned trials that are not among them: those without the result (diverged,
  // failed, missing, or completed without), and those whose axis value is not a
  // number.
  int without_value = 0;
  int without_number = 0;
  // Whether no other axis varies. For an axis that never varies alone (in a
  // grid, at random), all configurations in which it varies count.
  bool alone = true;
};

// The best configuration of an axis by the result that selects, among those
// that vary this axis alone: the best mean over their seeds, the first of equal
// ones. A configuration is eligible if all its trials completed (collapsed ones
// did) and have the result: a value that diverges for some seeds is not chosen
// for the others.
struct Best {
  std::string axis;
  // Nothing if no configuration is eligible, without a selection, and while
  // only one of several is eligible and others may become so.
  std::optional<size_t> configuration;
  std::optional<double> selected_by;  // The mean that decided.
  std::vector<size_t> ties = {};      // Others with the same mean.
  int configurations = 0;             // That vary this axis alone.
  int eligible = 0;                   // Of those.
  // Whether trials of its configurations are missing or failed, so that another
  // configuration may still turn out best.
  bool unfinished = false;
  // Where each seed is judged at the configuration that the other seeds choose:
  // that configuration. Empty: `configuration`, for all.
  std::map<int64_t, size_t> by_seed = {};
};

// The configuration at which `best` judges a seed; nothing without one.
std::optional<size_t> ConfigurationFor(const Best& best, int64_t seed);

// The best configuration of an axis minus that of the reference axis, paired by
// seed: trials of one seed share initial weights, data and their order.
struct Difference {
  std::string axis;
  size_t column = 0;
  SeedTest test = {};  // Of the differences, one a seed.
};

// The comparison made in another way, to see whether its conclusions survive.
struct Alternative {
  std::string how;  // "by the highest worst-group accuracy (worst group)".
  bool is_selection = false;    // By another of the study's selections.
  bool survivors_only = false;  // Without collapsed and unconverged trials.
  std::vector<Best> best = {};
  std::vector<Difference> differences = {};
  std::vector<Correlation> correlations = {};
};

// How good a configuration is in all compared results at once.
struct Tandem {
  // Each column's mean as a share of the way from the worst to the best mean of
  // all configurations, turned so that 1 is best; nothing for columns without a
  // direction, for configurations without values or most of whose trials
  // collapsed, and where all are equal.
  std::vector<std::optional<double>> parts;
  // The mean of the parts; nothing if one that other configurations have is
  // missing.
  std::optional<double> score;
};

struct Analysis {
  Study study;
  // One for each of Study::configurations.
  std::vector<ConfigurationResults> configurations;
  // By axis, then column. Those of the reference axis, or of all axes if there
  // is none, are tested in one family with the differences. The others are not
  // decided.
  std::vector<Correlation> correlations;
  std::vector<Best> best;  // One for each axis varied alone.
  // By axis, then column.
  std::vector<Difference> differences;
  std::vector<Tandem> tandem;  // One for each configuration.
  // By the other selections of the study; with other values of those that tie;
  // with each seed at the values that the others choose; and without trials
  // that were lost, collapsed or did not converge, if there are any.
  std::vector<Alternative> alternatives;
  std::vector<Verdict> verdicts;  // On each of the study's claims.
  Best best_of_all;              // Among all configurations; its axis is empty.
  TrialCounts total;             // Each trial once.
  std::string basis;             // See DescribeBasis.
  std::string reference_values;  // See DescribeReferenceValues.
  // See MixedDataWarnings and MissingResultWarnings.
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

// The lowest and the highest mean of a column among `configurations`, but for
// those most of whose trials collapsed: their means would set every scale.
// Nothing without values.
std::optional<Interval> RangeOfMeans(const Analysis& analysis,
                                     const std::vector<size_t>& configurations,
                                     size_t column);

// The result `name` ("accuracy.train") of a completed trial, nothing if it is
// undefined, not a single number, or the trial did not complete.
std::optional<double> ResultOf(const Record& record, const std::string& name);
std::optional<double> ResultOf(const Record& record, const std::string& metric,
                               const std::string& result);

Analysis Analyze(const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ANALYSIS_H_
