// The results of one trial by step: history.csv.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_HISTORY_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/records/record.h"

namespace bigstep {

// The largest history.csv that is read: 300,000 rows of twenty numbers. An
// empty cell takes 16 bytes of memory for one of the file.
inline constexpr int64_t kMaxHistoryBytes = 128 << 20;

// The metrics at one step of training.
struct HistoryRow {
  int64_t step = 0;
  double train_loss = 0;  // Mean since the last row, penalties included.
  Json metrics;           // {metric: {result: value}}, the by-step metrics.
  // Of TrainingOptions::milestones, those that were first reached here.
  std::vector<double> milestones = {};
};

// The text of history.csv: a row for each evaluation, with its step, the mean
// loss since the last row, and every number of the metrics.
std::string HistoryCsv(const std::vector<HistoryRow>& history);

// history.csv, read.
struct History {
  std::vector<std::string> names;  // "train_loss", "accuracy.train", ...
  std::vector<int64_t> steps;      // Rising.
  // [step][name]; nullopt for an empty cell.
  std::vector<std::vector<std::optional<double>>> values;

  // The position of a name in `names`.
  std::optional<size_t> Find(const std::string& name) const;
};

// The history that `text`, of any origin, holds. DataLoss, with the path and
// the line, if HistoryCsv did not write it.
absl::StatusOr<History> ParseHistory(absl::string_view text,
                                     const std::string& path);

// The labels of the metrics of a record that were measured from the weights. A
// column of history.csv with such a label has the results of another metric,
// which had the label in training.
std::set<std::string> LabelsMeasuredLater(const Record& record);

// history.csv of the record's trial, without the columns of metrics that have
// lost their label since (see LabelsMeasuredLater); nullopt if there is none.
// The errors of ParseHistory.
absl::StatusOr<std::optional<History>> ReadHistory(
    const std::string& study_folder, const Record& record);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_HISTORY_H_
