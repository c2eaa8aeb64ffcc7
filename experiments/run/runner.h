// Runs the trials of a plan that have no record yet, in worker processes.
#ifndef BIGSTEP_EXPERIMENTS_RUN_RUNNER_H_
#define BIGSTEP_EXPERIMENTS_RUN_RUNNER_H_

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"
#include "experiments/run/other_data.h"
#include "experiments/run/preflight.h"
#include "experiments/run/progress.h"
#include "experiments/run/resume.h"
#include "experiments/run/worker.h"

namespace bigstep {

struct RunOptions {
  WorkerSetup setup;
  int workers = 1;
  // Wall time of one attempt of a trial, in seconds, before it counts as hung;
  // 0: any.
  double trial_timeout_s = 0;
  // How often to retry a trial whose worker died or hung.
  int retries = 1;
  OtherDataRule other_data = OtherDataRule::kRefuse;
  // Whether checks time a few steps of each trial.
  bool time_steps = false;
  // Starts a worker: this program, which must call RunWorker if IsWorker.
  std::vector<std::string> worker_command = {"/proc/self/exe", kWorkerFlag};

  // Polled often; true stops the run, and running trials save their state.
  std::function<bool()> interrupted = [] { return false; };
  // Called a few times a second.
  std::function<void()> tick = [] {};
  // See Supervisor::Options.
  std::function<void(const std::string& identity, const Json& notes)> on_data =
      [](const std::string&, const Json&) {};
};

struct RunSummary {
  int trained = 0;    // In this run; failures included.
  int measured = 0;   // From their weights, in this run; failures included.
  int reused = 0;     // Had a record before.
  int elsewhere = 0;  // Recorded by other runs in the meantime.
  int failed = 0;
  int attempts_lost = 0;  // By workers that died or hung.
  bool interrupted = false;
  // Share of the workers' time, from their start to the end of their last
  // trial, that was not spent on training and evaluation; NaN if nothing was
  // trained or trials continued from checkpoints.
  double overhead = std::numeric_limits<double>::quiet_NaN();
};

// Does what content.WorkOf says for `trials` (positions in plan.trials), where
// ReadFolder returned `content`: measures first, then trains, the longest first
// (see LongestFirst). A trial that fails, or whose worker dies, is recorded and
// does not stop the others; if it was only to be measured, its record stays.
// Before anything is trained, CheckTrials; its error leaves nothing on disk. If
// kept trials saw other data: FailedPrecondition or as options.other_data says.
// Only trials among `trials` are trained again.
//
// Other errors: Unavailable if the results folder cannot be written (finished
// trials are kept, running ones save their state) or is deleted meanwhile, or
// if workers do not start.
//
// Writes study.json, of the whole plan, the records, and status.json.
absl::StatusOr<RunSummary> RunTrials(const Plan& plan,
                                     const std::vector<size_t>& trials,
                                     const FolderContent& content,
                                     const RunOptions& options,
                                     Progress& progress);

// The trials at these positions whose data are looked at even if they are done:
// all with OtherDataRule::kRetrain, which is followed if no trial is missing,
// too; otherwise none.
std::vector<const Trial*> TrialsToLookAt(const Plan& plan,
                                         const std::vector<size_t>& trials,
                                         OtherDataRule rule);

// CheckTrials without training. Writes nothing.
absl::StatusOr<CheckedTrials> CheckInWorkers(
    const Plan& plan, const FolderContent& content,
    const std::vector<const Trial*>& trials,
    const std::vector<const Trial*>& also, const RunOptions& options,
    Progress& progress);

// Turns an error of reading or writing results into Unavailable, saying what
// happens to the trials, unless it is DataLoss or Unavailable.
absl::Status ResultsError(const absl::Status& status);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_RUNNER_H_
