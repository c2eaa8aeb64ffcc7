// A study as an array of Slurm jobs: --slurm.
#ifndef BIGSTEP_EXPERIMENTS_RUN_SLURM_SCRIPT_H_
#define BIGSTEP_EXPERIMENTS_RUN_SLURM_SCRIPT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/plan/plan.h"
#include "experiments/run/resume.h"

namespace bigstep {

// The number of tasks of the array, and the resources that each requests.
struct SlurmRequest {
  int64_t tasks = 1;
  int64_t cpus = 1;       // Per task.
  int64_t memory_mb = 0;  // Per task.
  int64_t minutes = 0;    // Time limit of a task.
  std::string basis;      // The source of time and memory, as a sentence.
};

// The request for those of `to_run` trials. `workers` of `threads` threads run
// side by side in a task. The tasks are sized to take about two hours each, as
// estimated from completed trials of the same dataset, model and training; the
// limits are 1.5 times the estimates.
// Without such trials, tasks, time and memory are guesses, and `basis` says so.
SlurmRequest MakeSlurmRequest(const Plan& plan, const FolderContent& content,
                              const std::vector<const Trial*>& to_run,
                              int64_t workers, int64_t threads);

// The command that all tasks of a study run.
struct SlurmStudy {
  std::string name;
  std::string program;                 // `run`, an absolute path.
  std::vector<std::string> arguments;  // Of `run`; paths are absolute.
  std::string only;                    // --only, which is not in `arguments`.
  int64_t threads = 1;                 // Per worker.
};

// The script, for bash. Run by its user, it submits itself as an array of jobs,
// one --shard each, and a job that makes the report after them. A task whose
// time is up lets `run` save its state and is queued again.
std::string SlurmScript(const SlurmStudy& study, const SlurmRequest& request);

// Writes it to `path`. AlreadyExists if there is a file that is not such a
// script.
absl::Status WriteSlurmScript(const std::string& path,
                              const std::string& script);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_SLURM_SCRIPT_H_
