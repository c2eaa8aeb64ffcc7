// The outcome, results and history of a trial.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_RESULT_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_RESULT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "experiments/records/history.h"
#include "experiments/records/outcome.h"

namespace bigstep {

// Why training ended.
enum class Stop {
  kMaxSteps,         // The budget was used up.
  kTrainThresholds,  // The fit that the rules of `stop` ask for was reached.
  kPlateau,          // No progress; see StopOptions::patience.
  kCollapsed,        // No better than guessing; see collapsed_after.
  kDiverged,
};

// The name in records: "max_steps", "train_thresholds", "plateau", "collapsed",
// "diverged".
std::string StopName(Stop stop);

// Over training examples.
struct TrainFit {
  double accuracy = 0;       // The share that is classified right.
  double cross_entropy = 0;  // Mean, of the labels, in nats.
  // Mean, in a regression, which has nothing else; negative otherwise.
  double squared_error = -1;

  bool of_regression() const { return squared_error >= 0; }
};

struct TrialResult {
  Outcome outcome = Outcome::kCompleted;
  int64_t steps = 0;  // Done; if diverged, the step of the first sign.
  Stop stop = Stop::kMaxSteps;
  // Completed, but no better than guessing on the training data: accuracy at
  // most 1.25 / K, or 0.53 if K = 2 (the rule of the first author's code); in a
  // regression, a squared error of at least .95 of that of the mean target.
  bool collapsed = false;
  // How well the trained network fits all training examples, in evaluation
  // mode; nullopt unless completed.
  std::optional<TrainFit> fit;
  std::string reason;             // Of a failure.
  Json metrics = Json::object();  // {metric: {result: value}} at the end.
  Json course = Json::object();   // See CourseOf.
  std::vector<HistoryRow> history;
  // Pictures at the end: PNG files by name, without ending.
  std::map<std::string, std::string> pictures;
  Json data_notes = Json::object();  // See Dataset::notes.
  Json weights = Json::object();     // See Record::weights.
  double train_seconds = 0;
  double evaluate_seconds = 0;
};

// A trial that failed before it could train.
TrialResult FailedResult(const std::string& reason);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_TRIAL_RESULT_H_
