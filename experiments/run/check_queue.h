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

// A request to a worker: check that training with the settings of a trial can
// start or, with `data_only`, only make its dataset and report the checksum.
struct Check {
  const Trial* trial = nullptr;
  bool data_only = false;
};

struct CheckResult {
  std::string message;  // The error; "" if there is none.
  // The dataset's DataChecksum; "" if it could not be made.
  std::string sha256;
  // Of the network and of the training data; 0 if training could not start.
  int64_t weights_bytes = 0;
  int64_t train_examples = 0;
  double step_s = 0;  // Seconds a step; 0 if that was not timed.
};

// Hands out the checks of equal datasets as a group, for one worker to make.
class CheckQueue {
 public:
  // A check whose worker died is made again up to `retries` times.
  CheckQueue(std::vector<Check> checks, int retries);

  // The group and the position of a check.
  struct Place {
    int group = -1;
    int check = -1;
  };

  // The next check of `group` or, after its last one, of a group that was not
  // begun; nullopt if there is none.
  std::optional<Place> Next(int group);

  const Check& At(const Place& place) const { return checks_[place.check]; }

  // Records the result of a check. If it has no checksum, the rest of the group
  // would fail in the same way and is left out.
  void End(const Place& place, const CheckResult& result);

  // Puts back a check whose worker died; false if it has no retries left.
  bool TryAgain(const Place& place);

  bool done() const { return left_ == 0; }

  // One for each check, in their order.
  const std::vector<CheckResult>& results() const { return results_; }

 private:
  const std::vector<Check> checks_;
  const int retries_;
  std::vector<std::deque<int>> groups_;  // Positions of the checks left.
  int next_group_ = 0;
  std::vector<CheckResult> results_;
  std::vector<int> attempts_;  // Lost, of each check.
  int left_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_CHECK_QUEUE_H_
