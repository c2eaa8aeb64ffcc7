// Hands trials to worker processes and looks after them: a worker that dies or
// hangs costs one attempt of one trial.
#ifndef BIGSTEP_EXPERIMENTS_RUN_SUPERVISOR_H_
#define BIGSTEP_EXPERIMENTS_RUN_SUPERVISOR_H_

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/json.h"
#include "experiments/plan/plan.h"
#include "experiments/run/progress.h"
#include "experiments/run/worker_process.h"

namespace bigstep {

// A trial to be run.
struct Job {
  const Trial* trial = nullptr;
  std::string label;
  double cost = 0;  // For Progress.
  std::string failed_before =
      {};  // When the failure on record started; "": none.

  int attempts = 0;         // Lost.
  bool from_start = false;  // Its checkpoint is not to be trusted.
};

// Settings to be tried before anything is trained.
struct Check {
  const Trial* trial = nullptr;
  std::string label;
  std::string dataset;  // Equal for equal data: one worker makes them.
};

class Supervisor {
 public:
  struct Options {
    WorkerProcess::Command command;  // Starts a worker.
    Json setup;                      // WorkerSetup.
    int workers = 1;
    // Wall time of one attempt; 0: any.
    double trial_timeout_s = 0;
    // Further attempts of a trial whose worker died.
    int retries = 1;
    // Asked often; true stops the workers in good order.
    std::function<bool()> interrupted = [] { return false; };
    // Called a few times a second.
    std::function<void()> tick = [] {};
    // Records that all attempts of a trial were lost, the last one for
    // `reason`. False if another run is at the trial or has recorded it.
    std::function<absl::StatusOr<bool>(const Job& job,
                                       const std::string& reason)>
        record_failure;
  };

  struct Result {
    int trained = 0;    // Recorded by this run; failures included.
    int failed = 0;     // Of these, and of the next.
    int elsewhere = 0;  // Recorded by other runs meanwhile.
    int attempts_lost = 0;
    bool interrupted = false;
    double work_s = 0;    // That workers spent on steps and measures,
    double worker_s = 0;  // of their life up to their last trial.
    // Whether trials went on from checkpoints: work_s then holds other runs'.
    bool resumed = false;
  };

  Supervisor(Options options, Progress& progress);

  // Tries each of `checks`; returns what is wrong, in their order: "" or a
  // message. Of equal datasets that cannot be made, the first has the message.
  // Cancelled if interrupted.
  absl::StatusOr<std::vector<std::string>> RunChecks(
      const std::vector<Check>& checks);

  // Runs `jobs`, in this order as far as workers are free. Jobs at which other
  // runs are come last, and are waited for. An error if records cannot be
  // written or read, or workers do not start; running trials then stop in good
  // order first.
  absl::StatusOr<Result> RunJobs(std::vector<Job> jobs);

 private:
  using Clock = std::chrono::steady_clock;

  // A place for a worker, which is busy if there is a job or a check.
  struct Slot {
    int number = 0;
    std::unique_ptr<WorkerProcess> process;  // Null: none is needed.
    bool ready = false;
    Clock::time_point process_start;
    Clock::time_point last_end;  // Of a job.

    std::unique_ptr<Job> job;
    bool shown = false;            // Progress knows of the job.
    bool moved = false;            // It has made a step.
    int check = -1;                // Position in checks_.
    std::deque<int> checks;        // The rest of the group.
    Clock::time_point work_start;  // Of the job or check.
    bool timed_out = false;
    bool replace = false;       // The process, once it has no job.
    bool told_to_stop = false;  // By somebody else; it is about to end.
    std::string last_output;    // That the worker printed.

    bool busy() const { return job != nullptr || check >= 0; }
  };

  // Runs until `done`, handing out work with `assign`.
  absl::Status Loop(const std::function<bool()>& done,
                    const std::function<void(Slot&)>& assign);
  void StartNeeded(const std::function<void(Slot&)>& assign);
  void Wait();
  void Listen(Slot& slot);
  void OnReport(Slot& slot, const Json& report);
  void OnFinished(Slot& slot, const Json& report);
  void OnJobReport(Slot& slot, const std::string& kind, const Json& report);
  void Read(Slot& slot, const std::string& line);
  void OnExit(Slot& slot);
  void CheckTime(Slot& slot);
  void StopAll();
  void AssignCheck(Slot& slot);
  void AssignJob(Slot& slot);
  void Begin(Slot& slot, const Json& order);
  void Show(Slot& slot);
  void EndCheck(Slot& slot, const std::string& message, bool dataset);
  void LoseAttempt(Slot& slot, const std::string& reason);
  void Retire(Slot& slot);
  void SetError(const absl::Status& status);
  bool AnyBusy() const;

  const Options options_;
  Progress& progress_;
  std::vector<Slot> slots_;
  Result result_;
  absl::Status error_;
  bool stopping_ = false;
  int failed_starts_ = 0;  // In a row.

  const std::vector<Check>* checks_ = nullptr;
  std::deque<std::deque<int>> check_groups_;  // Not handed out.
  std::vector<std::string> check_messages_;
  int checks_left_ = 0;

  std::deque<std::unique_ptr<Job>> queue_;
  std::deque<std::unique_ptr<Job>> held_;  // Other runs are at them.
  Clock::time_point held_until_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_SUPERVISOR_H_
