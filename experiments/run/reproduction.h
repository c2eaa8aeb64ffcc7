// Reads a recorded trial, and compares it with another run of the trial.
#ifndef BIGSTEP_EXPERIMENTS_RUN_REPRODUCTION_H_
#define BIGSTEP_EXPERIMENTS_RUN_REPRODUCTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/records/record.h"
#include "experiments/spec/trial_settings.h"
#include "experiments/train/trainer.h"

namespace bigstep {

// A record with the files beside it.
struct TrialToReproduce {
  std::string folder;  // The folder of the record.
  Record record;
  TrialSettings settings;
  // Labels of metrics that had other versions: in neither of the above.
  std::vector<std::string> former_metrics = {};
  std::optional<std::string> history;  // The text of history.csv, if there.
};

// Reads a trial from `path`: its folder, or record.json or trial.yaml in it.
// InvalidArgument if it is not a record, if its settings cannot be read by this
// program, or if their id under this program's plugin versions is not that of
// the record; the message then says which versions differ, if they are
// recorded.
absl::StatusOr<TrialToReproduce> ReadTrialToReproduce(const std::string& path);

// Finds the files that the trial started from, such as weights: at the path in
// the record or else, if the record has their checksum, beside it; `settings`
// then name the latter. NotFound, or FailedPrecondition if there are only files
// with other checksums.
absl::Status FindStartFiles(TrialToReproduce* trial);

struct Comparison {
  int64_t numbers = 0;  // Compared: of metrics, fit, course and history.
  int64_t rows = 0;     // Of the history; 0 if none was compared.
  // A line for each difference: name, recorded, found, difference.
  std::vector<std::string> differences;
  // Numbers that differ within the tolerance.
  int64_t tolerated = 0;
  double largest = 0;  // Relative difference.
  std::string largest_name;
};

// Compares outcome, steps, stopping rule, all metrics, the fit, results about
// the course of training, and the history. Numbers may differ by `tolerance`
// times the larger magnitude; 0: not at all. Everything else must be equal.
Comparison Compare(const TrialToReproduce& recorded, const TrialResult& found,
                   double tolerance);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_REPRODUCTION_H_
