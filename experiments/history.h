// The results of one trial by step, as record_writer.h left them.
#ifndef BIGSTEP_EXPERIMENTS_HISTORY_H_
#define BIGSTEP_EXPERIMENTS_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace bigstep {

struct History {
  std::vector<std::string> names;  // "train_loss", "accuracy.train", ...
  std::vector<int64_t> steps;      // Rising.
  // [step][name]; nothing where there was no number.
  std::vector<std::vector<std::optional<double>>> values;

  // The position of a name in `names`.
  std::optional<size_t> Find(const std::string& name) const;
};

// history.csv of a trial; nothing if there is none. DataLoss, naming the file
// and the line, if it is not what was written.
absl::StatusOr<std::optional<History>> ReadHistory(
    const std::string& study_folder, const std::string& id);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_HISTORY_H_
