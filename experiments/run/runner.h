// Runs the trials of a plan that have no record yet, in worker processes.
#ifndef BIGSTEP_EXPERIMENTS_RUN_RUNNER_H_
#define BIGSTEP_EXPERIMENTS_RUN_RUNNER_H_

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"
#include "experiments/run/progress.h"
#include "experiments/run/worker.h"

namespace bigstep {

struct RunOptions {
  // What workers are told; `study` and `study_folder` too.
  WorkerSetup setup;
  // The plan of the whole study, if the plan to run is a part of it; else null.
  const Plan* whole = nullptr;

  int workers = 1;
  // Wall time of one attempt of a trial, in seconds, before it counts as hung;
  // 0: any.
  double trial_timeout_s = 0;
  // How often a trial is tried again whose worker died or hung.
  int retries = 1;
  // Starts a worker: this program, which must call RunWorker if IsWorker.
  std::vector<std::string> worker_command = {"/proc/self/exe", kWorkerFlag};

  // Asked often; true stops the run in good order.
  std::function<bool()> interrupted = [] { return false; };
  // Called a few times a second.
  std::function<void()> tick = [] {};
};

struct RunSummary {
  int trained = 0;    // In this run; failures included.
  int reused = 0;     // Had a record before.
  int elsewhere = 0;  // Recorded by other runs on the folder meanwhile.
  int failed = 0;
  int attempts_lost = 0;  // By workers that died or hung.
  bool interrupted = false;
  std::string unused;  // See DescribeUnused.
  // Share of the workers' life, from their start to their last trial, that did
  // not go to steps and measures; NaN if nothing was trained
  // or trials went on from checkpoints.
  double overhead = std::numeric_limits<double>::quiet_NaN();
};

// Trains what has no record, the longest trials first (see LongestFirst).
// Completed and diverged trials of earlier runs are kept; failed ones are tried
// again. A failed trial is recorded and does not stop the others; neither does
// a worker that dies. Before anything is trained, every dataset and model of
// the plan is made once; what is wrong with them (missing files, a model that
// does not take the input) is returned as one InvalidArgument, and nothing is
// written.
//
// Other errors: those of ReadFolder; Unavailable if the results folder cannot
// be written (nothing that was finished is lost, and running trials stop in
// good order) or workers do not start.
//
// Leaves study.json, the records, and status.json. SIGPIPE is ignored from the
// first call on.
absl::StatusOr<RunSummary> RunPlan(const Plan& plan, const RunOptions& options,
                                   Progress& progress);

// An error of writing or reading results, as RunPlan returns it: Unavailable,
// with what becomes of the trials, unless a file is damaged (DataLoss) or the
// status says so already.
absl::Status ResultsError(const absl::Status& status);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_RUNNER_H_
