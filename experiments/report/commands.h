// What the program `report` does.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_COMMANDS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"

namespace bigstep {

// The flags of `report`, as given.
struct ReportCommand {
  std::string out;
  std::string compare;
  bool tensorboard = false;
  bool watch = false;
};

// Makes the reports of the studies in `out`, or puts those of `compare` side by
// side. What was done goes to standard output, notes to standard error. Returns
// the exit code: a study that cannot be read does not stop the reports of
// others. InvalidArgument if the flags contradict each other.
absl::StatusOr<int> MakeReports(const ReportCommand& command);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_COMMANDS_H_
