#include "experiments/records/trial_result.h"

#include "base/terminal_text.h"

namespace bigstep {

std::string StopName(Stop stop) {
  switch (stop) {
    case Stop::kMaxSteps:
      return "max_steps";
    case Stop::kTrainThresholds:
      return "train_thresholds";
    case Stop::kPlateau:
      return "plateau";
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
  result.reason = VisibleLines(reason);  // It may name files.
  return result;
}

}  // namespace bigstep
