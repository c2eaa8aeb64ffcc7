// What a user sees while a study runs, and what other programs can read.
#ifndef BIGSTEP_EXPERIMENTS_RUN_PROGRESS_H_
#define BIGSTEP_EXPERIMENTS_RUN_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace bigstep {

// How a study is shown:
//  - live: some lines at the bottom of a terminal, rewritten a few times a
//    second: the study, then each worker;
//  - plain: a line when a trial starts and ends, one a minute in between;
//  - quiet: failures and notes alone, which all show.
struct ProgressView {
  enum class Mode { kLive, kPlain, kQuiet };

  Mode mode = Mode::kPlain;
  // The size of the terminal; live only.
  int columns = 80;
  int rows = 24;
};

// Follows a study, trial by trial. Life: Begin; then for each attempt of a
// trial Started, any number of Stepped and Evaluated, and one of Finished,
// Lost, Elsewhere and Left; Tick in between, a few times a second; End.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  struct Study {
    std::string name;
    int trials = 0;   // In the plan.
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

  // `now` tells the time.
  Progress(std::ostream& out, ProgressView view,
           std::function<Clock::time_point()> now = Clock::now)
      : out_(out), view_(view), now_(std::move(now)) {}

  // The clock of the study starts.
  void Begin(const Study& study);

  // `worker` is any number that tells it from the others.
  void Started(int worker, const Attempt& attempt);
  // `steps` are done already, from a checkpoint.
  void Resumed(int worker, int64_t steps);
  void Stepped(int worker, int64_t step, double loss);
  // `metrics`: the numbers that most people look at.
  void Evaluated(int worker, const std::string& metrics);
  // It has a record now; `outcome` says how it ended, as in "completed".
  void Finished(int worker, const std::string& outcome);
  // The same, of a failure. `reason` may have several lines.
  void Failed(int worker, const std::string& reason);
  // The attempt was lost and the trial will be tried again.
  void Lost(int worker, const std::string& reason);
  // Another run finished the trial.
  void Elsewhere(int worker);
  // Another run is at it, or this one is stopping.
  void Left(int worker);

  // Something to be read, above the rewritten lines. Equal ones show once.
  void Note(const std::string& text);

  // Shows what is due.
  void Tick();
  // Removes the rewritten lines.
  void End();

  // Shows a text, as it is, where the rewritten lines are.
  void Print(const std::string& text);

  // What status.json says: trials, workers, rate, time left, failures.
  Json Status() const;

  // Seconds until all trials are done if it goes on like this; infinite before
  // anything is known.
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

  bool live() const { return view_.mode == ProgressView::Mode::kLive; }
  double Elapsed() const;
  int done() const { return study_.reused + finished_ + elsewhere_; }
  // Share of the budget that the worker's attempt has done.
  static double Part(const Worker& worker);
  double StepsPerSecond(const Worker& worker) const;
  std::string StudyLine() const;
  std::string WorkerLine(const Worker& worker) const;
  void Line(const std::string& text);
  void Clear();
  void Paint();
  // The worker's attempt is over; returns it.
  Worker Take(int worker);
  // The same of an attempt that came to nothing.
  Worker Drop(int worker);
  void ShowEnd(const Worker& worker, const std::string& outcome);

  std::ostream& out_;
  const ProgressView view_;
  std::function<Clock::time_point()> now_;

  Study study_;
  Clock::time_point begin_;
  int started_ = 0;
  int finished_ = 0;  // Failures included.
  int failed_ = 0;
  int elsewhere_ = 0;
  int lost_ = 0;
  double cost_done_ = 0;       // Of trials that ended.
  double cost_inherited_ = 0;  // Of that, done before this run began.
  std::map<int, Worker> workers_;
  Json failures_ = Json::array();
  std::set<std::string> notes_;

  int painted_ = 0;  // Lines that can be rewritten.
  Clock::time_point last_shown_;
};

// "4.2 s", "3:07", "2:03:11".
std::string FormatDuration(double seconds);

// "train 0.750, unbiased test 0.500" from the metrics of one evaluation, if
// they include accuracy; else "".
std::string HeadlineMetrics(const Json& metrics);

// The first line, and no more than 200 bytes of it.
std::string FirstLine(const std::string& text);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_PROGRESS_H_
