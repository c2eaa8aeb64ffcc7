// Distributes trials over worker processes: a worker that dies or hangs costs
// one attempt of one trial.
#ifndef BIGSTEP_EXPERIMENTS_RUN_SUPERVISOR_H_
#define BIGSTEP_EXPERIMENTS_RUN_SUPERVISOR_H_

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/json.h"
#include "experiments/plan/plan.h"
#include "experiments/run/check_queue.h"
#include "experiments/run/progress.h"
#include "experiments/run/worker.h"
#include "experiments/run/worker_process.h"

namespace bigstep {

// A trial to be trained, or to be measured from its weights.
struct Job {
  const Trial* trial = nullptr;
  std::string label;
  double cost = 0;  // For Progress.
  // To be measured from the weights of the trial; empty: it is trained.
  std::vector<MetricChoice> metrics = {};
  // The start of the attempt on record, which a new one replaces; "": none.
  std::string replaces = {};
  bool keep_weights = false;
  int64_t max_steps = 0;  // That training may take; for Progress.
  // For the record: SHA-256 of the data that kept trials with the same dataset
  // saw, if the dataset now gives other data.
  std::set<std::string> other_data = {};

  int attempts = 0;         // Lost.
  bool from_start = false;  // Ignore the checkpoint.
};

class Supervisor {
 public:
  struct Options {
    WorkerProcess::Command command;  // Starts a worker.
    WorkerSetup setup;
    int workers = 1;
    // Wall time of one attempt; 0: any.
    double trial_timeout_s = 0;
    // Further attempts of a check or trial whose worker died.
    int retries = 1;
    // Whether checks time a few steps of each trial.
    bool time_steps = false;
    // Polled often; true stops the workers, which save their state.
    std::function<bool()> interrupted = [] { return false; };
    // Called a few times a second.
    std::function<void()> tick = [] {};
    // Called with the notes of each dataset that a check made, at least once;
    // `identity` is that of the dataset, as canonical JSON.
    std::function<void(const std::string& identity, const Json& notes)>
        on_data = [](const std::string&, const Json&) {};
    // Records that all attempts of a trial were lost, the last one for
    // `reason`. False if another run holds the trial or has recorded it. Needed
    // for RunJobs.
    std::function<absl::StatusOr<bool>(const Job& job,
                                       const std::string& reason)>
        record_failure = nullptr;
  };

  struct Result {
    int trained = 0;    // Recorded by this run; failures included.
    int measured = 0;   // From their weights; failures included.
    int failed = 0;     // Among these and the next.
    int elsewhere = 0;  // Recorded by other runs meanwhile.
    int attempts_lost = 0;
    bool interrupted = false;
    double work_s = 0;    // Workers' time on training and evaluation,
    double worker_s = 0;  // and from their start to the end of their last job.
    // Whether trials continued from checkpoints: work_s then includes the time
    // of other runs.
    bool resumed = false;
  };

  // SIGPIPE is ignored from the first one on.
  Supervisor(Options options, Progress& progress);

  // Makes `checks`; returns a result for each. One worker makes all checks with
  // equal datasets; if a dataset cannot be made, only the first of them has the
  // message. Cancelled if interrupted.
  absl::StatusOr<std::vector<CheckResult>> RunChecks(
      const std::vector<Check>& checks);

  // Starts `jobs` in this order, as workers become free. Trials held by other
  // runs come last and are waited for. An error if records cannot be written or
  // read, or workers do not start; running trials are then stopped first and
  // save their state.
  absl::StatusOr<Result> RunJobs(std::vector<Job> jobs);

 private:
  using Clock = std::chrono::steady_clock;

  // A place for a worker, which is busy while it has a job or a check.
  struct Slot {
    int number = 0;
    std::unique_ptr<WorkerProcess> process;  // Null if not needed.
    bool ready = false;
    Clock::time_point process_start;
    Clock::time_point last_end;  // Of a job.

    std::unique_ptr<Job> job;
    bool shown = false;  // The job was reported to Progress.
    bool moved = false;  // It has made a step.
    std::optional<CheckQueue::Place> check;
    int check_group = -1;          // Of the last check; -1: none yet.
    Clock::time_point work_start;  // Of the job or check.
    bool timed_out = false;
    bool replace = false;       // End the process after the job.
    bool told_to_stop = false;  // By another process; it is about to end.
    std::string last_output;    // The last line that may explain an exit.

    bool busy() const { return job != nullptr || check.has_value(); }
  };

  // Runs until `done`, assigning work with `assign`.
  absl::Status Loop(const std::function<bool()>& done,
                    const std::function<void(Slot&)>& assign);
  void StartNeeded(const std::function<void(Slot&)>& assign);
  void Wait();
  void Poll(Slot& slot);
  void OnReport(Slot& slot, const Json& report);
  void OnFinished(Slot& slot, const Json& report);
  void OnJobReport(Slot& slot, const std::string& kind, const Json& report);
  void OnOutput(Slot& slot, const std::string& line);
  void OnExit(Slot& slot);
  void CheckTime(Slot& slot);
  void StopAll();
  void NoteSaving();
  void AssignCheck(Slot& slot);
  void AssignJob(Slot& slot);
  void Begin(Slot& slot, const Json& order);
  void Show(Slot& slot);
  void EndCheck(Slot& slot, const CheckResult& result);
  void LoseCheck(Slot& slot, const std::string& reason);
  void LoseAttempt(Slot& slot, const std::string& reason);
  // The check or attempt of a worker that can do no more.
  void Lose(Slot& slot, const std::string& reason);
  void Retire(Slot& slot);
  void SetError(const absl::Status& status);
  bool AnyBusy() const;

  const Options options_;
  Progress& progress_;
  std::vector<Slot> slots_;
  Result result_;
  absl::Status error_;
  bool stopping_ = false;
  Clock::time_point stopping_since_;
  bool noted_saving_ = false;
  int failed_starts_ = 0;  // In a row.

  std::optional<CheckQueue> checks_;

  std::deque<std::unique_ptr<Job>> queue_;
  std::deque<std::unique_ptr<Job>> held_;  // By other runs.
  Clock::time_point held_until_;
  bool noted_held_ = false;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_SUPERVISOR_H_
