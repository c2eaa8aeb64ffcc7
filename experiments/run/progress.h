// The progress of a study, for its user and for other programs.
#ifndef BIGSTEP_EXPERIMENTS_RUN_PROGRESS_H_
#define BIGSTEP_EXPERIMENTS_RUN_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <utility>

#include "base/json.h"
#include "experiments/run/terminal_view.h"

namespace bigstep {

// Tracks a study, trial by trial, and reports to a terminal. Life: Begin; then
// for each attempt of a trial Started, any number of Stepped and Evaluated, and
// one of Finished, Lost, Elsewhere and Left; Tick in between, a few times a
// second; End.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  struct Study {
    std::string name;
    int trials = 0;   // Chosen, done ones included.
    int reused = 0;   // Of these, done before.
    double cost = 0;  // Of those to run; in any unit.
  };
  struct Attempt {
    std::string id;
    std::string label;  // "lr=0.1 seed 1".
    int64_t max_steps = 0;
    double cost = 0;
    int pid = 0;  // Of the worker.
  };

  Progress(std::ostream& out, ProgressView view,
           std::function<Clock::time_point()> now = Clock::now)
      : view_(out, view), now_(std::move(now)) {}

  // The clock of the study starts.
  void Begin(const Study& study);

  // `worker` is a number unique among the running workers.
  void Started(int worker, const Attempt& attempt);
  // `steps` are done already, from a checkpoint.
  void Resumed(int worker, int64_t steps);
  void Stepped(int worker, int64_t step, double loss);
  // `metrics`: see HeadlineMetrics.
  void Evaluated(int worker, const std::string& metrics);
  // The trial has a record; `outcome` says how it ended, as in "completed".
  void Finished(int worker, const std::string& outcome);
  // The same for a failure. `reason` may have several lines.
  void Failed(int worker, const std::string& reason);
  // The attempt was lost and the trial will be tried again.
  void Lost(int worker, const std::string& reason);
  // Another run finished the trial.
  void Elsewhere(int worker);
  // Another run holds it, or this one is stopping.
  void Left(int worker);

  // See TerminalView.
  void Note(const std::string& text) { view_.Note(text); }
  void Print(const std::string& text) { view_.Print(text); }

  // Shows what is due.
  void Tick();
  // Removes the rewritten lines.
  void End() { view_.Clear(); }

  // The content of status.json: trials, workers, rate, time left, failures.
  Json Status() const;

  // Seconds until all trials are done at the present rate; infinite or NaN
  // before anything is known.
  double SecondsLeft() const;

 private:
  struct Worker {
    Attempt attempt;
    int64_t resumed = 0;
    int64_t step = 0;
    double loss = 0;
    std::string metrics;
    Clock::time_point start;
  };

  bool live() const { return view_.mode() == ProgressView::Mode::kLive; }
  bool plain() const { return view_.mode() == ProgressView::Mode::kPlain; }
  double Elapsed() const;
  int done() const { return study_.reused + finished_ + elsewhere_; }
  // Share of the budget that the worker's attempt has done.
  static double Part(const Worker& worker);
  double StepsPerSecond(const Worker& worker) const;
  std::string StudyLine() const;
  std::string WorkerLine(const Worker& worker) const;
  // Removes and returns the worker's attempt.
  Worker Take(int worker);
  // The same for an attempt that leaves its trial unfinished.
  Worker Drop(int worker);
  void ShowEnd(const Worker& worker, const std::string& outcome);

  TerminalView view_;
  std::function<Clock::time_point()> now_;

  Study study_;
  Clock::time_point begin_;
  int finished_ = 0;  // Failures included.
  int failed_ = 0;
  int elsewhere_ = 0;
  int lost_ = 0;
  double cost_done_ = 0;       // Of trials that ended.
  double cost_inherited_ = 0;  // Of that, not done by this run.
  std::map<int, Worker> workers_;
  Json failures_ = Json::array();
  Clock::time_point last_shown_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_PROGRESS_H_
