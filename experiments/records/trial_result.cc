#include "experiments/records/trial_result.h"

namespace bigstep {

std::string StopName(Stop stop) {
  switch (stop) {
    case Stop::kMaxSteps:
      return "max_steps";
    case Stop::kTrainThresholds:
      return "train_thresholds";
    case Stop::kCollapsed:
      return "collapsed";
    case Stop::kDiverged:
      return "diverged";
  }
  return "";
}

TrialResult FailedResult(const std::string& reason) {
  TrialResult result;
  result.outcome = Outcome::kFailed;
  result.reason = reason;
  return result;
}

}  // namespace bigstep
