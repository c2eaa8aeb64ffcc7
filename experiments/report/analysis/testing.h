// Studies and records made by hand, for tests of reports.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TESTING_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TESTING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// Adds configurations and trials to a study, and records of some of them.
class StudyBuilder {
 public:
  // Two columns: accuracy.test (higher is better) and size.bytes (lower, no
  // bound). The best is chosen by accuracy.validation.
  StudyBuilder() {
    study_.name = "tiny";
    study_.question = "Does it run?";
    study_.reference = "lr";
    study_.selection = "accuracy.validation";
    study_.columns = {
        {"accuracy", {"test", "doc"}},
        {"size", {"bytes", "doc", 0, kInfinity, Direction::kLower}}};
  }

  // A configuration that varies one axis; returns its position.
  size_t AddAxisValue(const std::string& axis, const std::string& label,
                      std::optional<double> number) {
    return AddConfiguration(
        {axis, axis + "=" + label, {{axis, label, number}}});
  }

  size_t AddConfiguration(const Configuration& configuration) {
    for (const AxisValue& value : configuration.axis_values) {
      bool known = false;
      for (const StudyAxis& axis : study_.axes) {
        known = known || axis.name == value.axis;
      }
      if (!known)
        study_.axes.push_back({value.axis, "optimizer." + value.axis});
    }
    study_.configurations.push_back(configuration);
    return study_.configurations.size() - 1;
  }

  // A trial of some configurations without a record; returns its id.
  std::string AddMissing(const std::vector<size_t>& configurations,
                         int64_t seed) {
    study_.trials.push_back(
        {"t" + std::to_string(study_.trials.size()), seed, configurations});
    return study_.trials.back().id;
  }

  // A completed trial; a null value is undefined. Its validation accuracy is
  // that on the test data.
  Record& AddCompleted(const std::vector<size_t>& configurations, int64_t seed,
                       const Json& accuracy, const Json& bytes) {
    Record& record = AddRecord(configurations, seed);
    record.metrics = {
        {"accuracy", {{"test", accuracy}, {"validation", accuracy}}},
        {"size", {{"bytes", bytes}}}};
    return record;
  }

  Record& AddOutcome(const std::vector<size_t>& configurations, int64_t seed,
                     Outcome outcome) {
    Record& record = AddRecord(configurations, seed);
    record.outcome = outcome;
    if (outcome == Outcome::kFailed) record.reason = "out of memory";
    return record;
  }

  Analysis Analyzed() const { return Analyze(study_, records_); }

  Study study_;
  Records records_;

 private:
  Record& AddRecord(const std::vector<size_t>& configurations, int64_t seed) {
    const std::string id = AddMissing(configurations, seed);
    Record& record = records_[id];
    record.id = id;
    return record;
  }
};

// Two axes of two and three values, two seeds each. lr=0.1 is shared with
// momentum=0; lr=1 diverges once; momentum=0.9 collapses once; the last value
// has a failed and a missing trial.
inline StudyBuilder MixedStudy() {
  StudyBuilder b;
  const size_t low = b.AddAxisValue("lr", "0.1", 0.1);
  const size_t high = b.AddAxisValue("lr", "1", 1.0);
  const size_t none = b.AddAxisValue("momentum", "0", 0.0);
  const size_t some = b.AddAxisValue("momentum", "0.9", 0.9);
  const size_t more = b.AddAxisValue("momentum", "0.99", 0.99);
  b.AddCompleted({low, none}, 0, 0.5, 100);
  b.AddCompleted({low, none}, 1, 0.7, 300);
  b.AddCompleted({high}, 0, 0.9, 50);
  b.AddOutcome({high}, 1, Outcome::kDiverged);
  b.AddCompleted({some}, 0, 0.75, nullptr);
  b.AddCompleted({some}, 1, 0.75, 80).collapsed = true;
  b.AddOutcome({more}, 0, Outcome::kFailed);
  b.AddMissing({more}, 1);
  return b;
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TESTING_H_
