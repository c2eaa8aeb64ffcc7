// Reruns a recorded trial and reports whether it gives the same.
#ifndef BIGSTEP_EXPERIMENTS_RUN_REPRODUCE_H_
#define BIGSTEP_EXPERIMENTS_RUN_REPRODUCE_H_

#include <functional>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"

namespace bigstep {

struct ReproduceOptions {
  std::string record;  // See ReadTrialToReproduce.
  std::string data_root;
  std::string cache_folder;
  std::string device;            // Empty: that of the record.
  double tolerance = 0;          // See Compare.
  std::string commit;            // Of this program.
  std::string workspace_commit;  // See MakeProvenance.
  // Starts the program again with the kernels of the record; see
  // blas_kernels.h. Empty: the trial runs with those of this process.
  std::function<void(const std::string& kernels)> restart = nullptr;
};

// Whether the trial gives what its record says, up to the tolerance. Prints the
// comparison to `out`. Cancelled if interrupted; other errors if the trial
// cannot be run. Sets up the process as a worker's: call it once.
absl::StatusOr<bool> Reproduce(const ReproduceOptions& options,
                               std::ostream& out);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_REPRODUCE_H_
