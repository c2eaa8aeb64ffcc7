#include "experiments/run/trial_work.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "metrics/family.h"

namespace bigstep {
namespace {

std::vector<MetricChoice> MissingMetrics(const Trial& trial,
                                         const Record& record) {
  std::vector<MetricChoice> missing;
  for (const MetricChoice& metric : trial.settings.metrics) {
    const auto found = record.metric_ids.find(metric.label);
    if (found == record.metric_ids.end() || found->second != metric.Id()) {
      missing.push_back(metric);
    }
  }
  return missing;
}

// The labels of those whose values during training are needed.
std::vector<std::string> OfTraining(const std::vector<MetricChoice>& metrics) {
  std::vector<std::string> labels;
  for (const MetricChoice& metric : metrics) {
    const auto traits = Metrics::Get().TraitsOf(metric.config);
    // A metric that cannot be made is refused by the check of the trial.
    if (!traits.ok() || traits->of_training) {
      labels.push_back(metric.label);
    }
  }
  return labels;
}

}  // namespace

absl::StatusOr<KeepWeights> ParseKeepWeights(absl::string_view word) {
  if (word == "auto") return KeepWeights::kAuto;
  if (word == "all") return KeepWeights::kAll;
  if (word == "none") return KeepWeights::kNone;
  return absl::InvalidArgumentError(absl::StrCat(
      "--keep_weights: expected auto, all or none, got '", word, "'"));
}

TrialWork WorkFor(const Trial& trial, const Record* record, KeepWeights keep) {
  using Kind = TrialWork::Kind;
  if (record == nullptr || record->outcome == Outcome::kFailed) {
    return {Kind::kTrain};
  }
  // A network that diverged has no results, whatever the metrics.
  if (record->outcome == Outcome::kDiverged) return {};
  const bool weights = !record->weights.empty();
  TrialWork work{Kind::kNone, MissingMetrics(trial, *record)};
  const std::vector<std::string> of_training = OfTraining(work.missing);
  if (!of_training.empty()) {
    work.kind = Kind::kTrain;
    work.reason = absl::StrCat(absl::StrJoin(of_training, ", "),
                               of_training.size() == 1 ? " is" : " are",
                               " measured during training");
  } else if (!work.missing.empty()) {
    work.kind = weights ? Kind::kMeasure : Kind::kTrain;
  }
  if (!weights && of_training.empty() &&
      (work.kind == Kind::kTrain || keep == KeepWeights::kAll)) {
    work.kind = Kind::kTrain;
    work.reason = "its weights were not kept";
  }
  return work;
}

}  // namespace bigstep
