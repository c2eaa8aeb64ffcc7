// Runs the trial of a record again and compares.
#ifndef BIGSTEP_EXPERIMENTS_RUN_REPRODUCTION_H_
#define BIGSTEP_EXPERIMENTS_RUN_REPRODUCTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/records/record.h"
#include "experiments/spec/trial_settings.h"
#include "experiments/train/trainer.h"

namespace bigstep {

// A record with what lies beside it.
struct RecordedTrial {
  Record record;
  TrialSettings settings;
  std::optional<std::string> history;  // The text of history.csv, if there.
};

// Reads a trial from `path`: its folder, or record.json or trial.yaml in it.
// InvalidArgument if it is no record, if its settings cannot be read by this
// program, or if their id under this program's plugin versions is not that of
// the record; the message then says which versions differ, if the record tells.
absl::StatusOr<RecordedTrial> ReadRecordedTrial(const std::string& path);

struct Comparison {
  int64_t numbers = 0;  // Compared: of metrics and of the history.
  int64_t rows = 0;     // Of the history; 0 if there was none to compare.
  // What differs, a line each: name, recorded, found, difference.
  std::vector<std::string> differences;
  // Of the numbers that differ but were tolerated.
  int64_t tolerated = 0;
  double largest = 0;  // Relative difference.
  std::string largest_name;
};

// Compares outcome, steps, why training ended, all metrics and the history.
// Numbers are equal if they are so to the last bit, or if they differ by at
// most `tolerance` times the larger magnitude; everything else must be equal.
Comparison Compare(const RecordedTrial& recorded, const TrialResult& found,
                   double tolerance);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_REPRODUCTION_H_
