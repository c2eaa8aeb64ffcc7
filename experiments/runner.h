// Runs the trials of a plan that have no record yet.
#ifndef BIGSTEP_EXPERIMENTS_RUNNER_H_
#define BIGSTEP_EXPERIMENTS_RUNNER_H_

#include <c10/core/Device.h>

#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "experiments/plan.h"
#include "experiments/record.h"

namespace bigstep {

struct RunOptions {
  std::string study_folder;  // Where records go.
  std::string data_root;
  c10::Device device = c10::kCPU;
  Provenance provenance;
  std::ostream* progress = nullptr;  // Not null.
  bool terminal = false;             // Whether `progress` is one.
};

struct RunSummary {
  int trained = 0;   // In this run; failures included.
  int reused = 0;    // Had a record of an earlier run.
  int failed = 0;
  bool interrupted = false;
};

// Trains one trial after another, all settings with the first seed, then with
// the second, and so on: a table over all settings is there early, and trials
// with the same data follow each other. Completed and diverged trials of
// earlier runs are kept; failed ones are tried again. A failed trial does not
// stop the others.
// Before anything is trained, every dataset and model of the plan is made once;
// what is wrong with them (missing files, a model that does not take the
// input) is returned as one error, and nothing is written.
absl::StatusOr<RunSummary> RunPlan(const Plan& plan, const RunOptions& options);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUNNER_H_
