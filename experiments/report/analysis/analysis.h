// What the records of a study say: statistics of each setting, how results go
// with the axis_values, which value of an axis is best, and how axes compare.
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

namespace bigstep {

using Records = std::map<std::string, Record>;  // By trial id.

// One row of the table: a configuration and what its trials gave.
struct TableRow {
  Configuration configuration;
  int trials = 0;  // Planned, one for each seed.
  int completed = 0, collapsed = 0, diverged = 0, failed = 0, missing = 0;
  std::vector<Summary> values;  // One for each column, completed trials only.
  // One for each column: the values behind the summary, by seed.
  std::vector<std::map<int64_t, double>> by_seed = {};
  Summary selection = {};  // Of Study::selection; n = 0 without one.

  bool complete() const { return completed == trials; }
};

// How a column goes with the axis_value of an axis: over the completed trials
// of the settings that vary this axis alone, a trial counting once.
struct Correlation {
  std::string axis;
  size_t column = 0;
  // Spearman's rank correlation; nothing if it is undefined (fewer than three
  // trials, or all values equal).
  std::optional<double> rho;
  int n = 0;  // Trials.
  // The chance of it among as many trials if nothing depended on the
  // axis_value; see SpearmanP.
  std::optional<double> p = {};
  // Planned trials that are not among the n: those without the value (diverged,
  // failed, missing, or completed without), and those whose setting is no
  // number.
  int without_value = 0;
  int without_number = 0;
  // Whether no other axis varies. An axis that never varies alone (in a grid,
  // at random) is judged over all settings in which it varies.
  bool alone = true;
};

// The best setting of an axis by Study::selection, among the settings that vary
// this axis alone, the mean over their seeds deciding, the first of equal ones.
// A setting counts if all its trials completed (collapsed ones did) and have
// the result: a value that diverges for some seeds is not chosen for the
// others.
struct Best {
  std::string axis;
  std::optional<size_t> row;  // Nothing: no setting counts, or no selection.
  std::optional<double> selected_by;  // The mean that decided.
  int settings = 0;                   // Of this axis alone.
  int counting = 0;                   // Those that count.
  // Whether trials of its settings are missing or failed, so that another
  // setting may yet turn out best.
  bool unfinished = false;
};

// The best setting of an axis less that of the reference axis, seed by seed.
struct Difference {
  std::string axis;
  size_t column = 0;
  int pairs = 0;    // Seeds that both completed.
  double mean = 0;  // NaN if pairs = 0.
  std::optional<Interval>
      interval;  // 95 %, bootstrap over pairs; if pairs > 1.
};

// How good a setting is in all compared respects at once.
struct Tandem {
  // Each column's mean as a share of the way from the worst to the best mean of
  // all rows, turned so that 1 is best; nothing for columns without a
  // direction, for rows without values, and where all rows are equal.
  std::vector<std::optional<double>> parts;
  // The mean of the parts; nothing if one that other rows have is missing.
  std::optional<double> score;
};

struct Analysis {
  Study study;
  std::vector<TableRow> rows;             // One for each Study::configurations.
  std::vector<Correlation> correlations;  // By axis, then column.
  std::vector<Best> best;                 // One for each axis varied alone.
  std::vector<Difference> differences;    // By axis, then column.
  std::vector<Tandem> tandem;             // One for each row.
  Best best_of_all = {};                  // Among all rows; its axis is empty.
  TableRow total = {};                    // Counts alone, each trial once.
};

// Whether `configuration` varies `axis` and nothing else.
bool VariesAlone(const Configuration& configuration, const std::string& axis);

// The result `name` ("accuracy.train") of a completed trial, nothing if it is
// undefined, no single number, or the trial did not complete.
std::optional<double> ResultOf(const Record& record, const std::string& name);

Analysis Analyze(const Study& study, const Records& records);

// The rule by which values are chosen and reported, in a sentence or two, for
// the foot of every table.
std::string SelectionRule(const Study& study);

// What the study's question gets for an answer: short sentences, each with its
// figures, about the first compared results, the reference axis first. Says
// what is missing if the study is not complete.
std::vector<std::string> Findings(const Analysis& analysis);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_ANALYSIS_H_
