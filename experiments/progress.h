// What a user sees while a study runs.
#ifndef BIGSTEP_EXPERIMENTS_PROGRESS_H_
#define BIGSTEP_EXPERIMENTS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

#include "experiments/trainer.h"

namespace bigstep {

// On a terminal one line, rewritten a few times a second; elsewhere a line when
// a trial starts and ends, and one a minute in between.
// Life: SetTrials; then for each trial Start, any number of Step and Evaluated,
// Finish.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  // `columns`: the width of the terminal that `out` is; 0 if it is none. `now`
  // tells the time.
  Progress(std::ostream& out, int columns,
           std::function<Clock::time_point()> now = Clock::now)
      : out_(out), columns_(columns), now_(std::move(now)) {}

  // How many trials there will be. The clock of the study starts.
  void SetTrials(int64_t trials);

  // The next trial begins; `label` says which one, for a reader.
  void Start(const std::string& label, int64_t max_steps);
  void Step(int64_t step, double loss);
  void Evaluated(const HistoryRow& row);
  // It ended; `outcome` says how, "completed" or "failed: <reason>".
  void Finish(const std::string& outcome);
  // It was stopped: removes the rewritten line.
  void Abandon();

 private:
  // "[2/30] lr=0.1 seed 1 | step 600/3000 | 2100 steps/s | loss 0.31 | ...".
  std::string Line(Clock::time_point now) const;

  std::ostream& out_;
  int columns_;
  std::function<Clock::time_point()> now_;

  int64_t trials_ = 0;
  int64_t finished_ = 0;
  Clock::time_point study_start_;

  std::string label_;
  int64_t max_steps_ = 0;
  int64_t step_ = 0;
  double loss_ = 0;
  std::string metrics_;
  Clock::time_point trial_start_;
  Clock::time_point last_shown_;
};

// "4.2 s", "3:07", "2:03:11".
std::string FormatDuration(double seconds);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PROGRESS_H_
