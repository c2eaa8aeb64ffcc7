// Runs the trials of a plan that have no record yet.
#ifndef BIGSTEP_EXPERIMENTS_RUNNER_H_
#define BIGSTEP_EXPERIMENTS_RUNNER_H_

#include <c10/core/Device.h>

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "experiments/plan.h"
#include "experiments/progress.h"
#include "experiments/record_writer.h"

namespace bigstep {

struct RunOptions {
  std::string study_folder;  // Where records go.
  std::string data_root;
  std::string cache_folder;  // For prepared data; see DatasetArgs.
  c10::Device device = c10::kCPU;
  // Whether each completed trial leaves its weights, as weights.safetensors in
  // its folder.
  bool save_weights = false;
  Provenance provenance;
  // Asked often; true stops the run in good order.
  std::function<bool()> interrupted = [] { return false; };
};

struct RunSummary {
  int trained = 0;  // In this run; failures included.
  int reused = 0;   // Had a record of an earlier run.
  int failed = 0;
  bool interrupted = false;
};

// Trains one trial after another, all settings with the first seed, then with
// the second, and so on: a table over all settings is there early, and trials
// with the same data follow each other. Completed and diverged trials of
// earlier runs are kept; failed ones are tried again. A failed trial is
// recorded and does not stop the others; only records that cannot be read or
// written do. Before anything is trained, every dataset and model of the plan
// is made once; what is wrong with them (missing files, a model that does not
// take the input) is returned as one error, and nothing is written.
absl::StatusOr<RunSummary> RunPlan(const Plan& plan, const RunOptions& options,
                                   Progress& progress);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUNNER_H_
