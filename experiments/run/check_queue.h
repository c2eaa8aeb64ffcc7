// The checks made before any trial is run.
#ifndef BIGSTEP_EXPERIMENTS_RUN_CHECK_QUEUE_H_
#define BIGSTEP_EXPERIMENTS_RUN_CHECK_QUEUE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "experiments/plan/plan.h"

namespace bigstep {

// A question to a worker: whether training with the settings of a trial can
// start, or only, what its data are.
struct Check {
  const Trial* trial = nullptr;
  bool data_only = false;
};

struct CheckResult {
  std::string message;        // The error; "" if there is none.
  std::string sha256;         // Of the data; "" if they were not made.
  int64_t weights_bytes = 0;  // Of the network; 0 if it was not made.
};

// Hands out the checks of equal datasets as a group, for one worker to make.
class CheckQueue {
 public:
  // `checks` stays the caller's. A check whose worker died is made again up to
  // `retries` times.
  CheckQueue(const std::vector<Check>& checks, int retries);

  // The group and the position of a check.
  struct Place {
    int group = -1;
    int check = -1;
  };

  // The next check of `group` or, after its last one, of a group that nobody
  // has; nullopt if there is none.
  std::optional<Place> Next(int group);

  const Check& At(const Place& place) const { return checks_[place.check]; }

  // Without data in `result` the rest of the group would fail the same way, and
  // is left out.
  void End(const Place& place, const CheckResult& result);

  // The worker died. False if the check was made often enough.
  bool TryAgain(const Place& place);

  bool done() const { return left_ == 0; }

  // One a check.
  const std::vector<CheckResult>& results() const { return results_; }

 private:
  const std::vector<Check>& checks_;
  const int retries_;
  std::vector<std::deque<int>> groups_;  // Positions of the checks left.
  int next_group_ = 0;
  std::vector<CheckResult> results_;
  std::vector<int> attempts_;  // Lost.
  int left_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_CHECK_QUEUE_H_
