#include "experiments/run/recorded_plan.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/problems.h"
#include "base/spec_reader.h"
#include "base/status.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/spec/trial_reader.h"
#include "metrics/family.h"

namespace bigstep {
namespace {

constexpr char kFlag[] = "--measure";

absl::StatusOr<std::vector<MetricChoice>> ReadMetrics(const std::string& text) {
  Problems problems;
  const std::string list =
      !text.empty() && text[0] == '[' ? text : absl::StrCat("[", text, "]");
  const SpecNode node = ReadSpec(list, kFlag, /*order=*/0, problems);
  std::vector<MetricChoice> metrics;
  if (problems.empty()) metrics = ReadMetricChoices(node, "", problems);
  RETURN_IF_ERROR(problems.ToStatus());
  return metrics;
}

// Adds the columns of `metrics`, in place of other metrics of these labels.
absl::Status AddColumns(const std::vector<MetricChoice>& metrics,
                        Study& study) {
  for (const MetricChoice& metric : metrics) {
    ASSIGN_OR_RETURN(const MetricTraits traits,
                     Metrics::Get().TraitsOf(metric.config));
    if (traits.of_training) {
      return absl::InvalidArgumentError(absl::StrCat(
          kFlag, ": ", metric.label,
          " is measured during training; add it to the spec of the study and "
          "run that"));
    }
    study.metric_ids[metric.label] = metric.Id();
    std::vector<Column>& columns = study.columns;
    columns.erase(std::remove_if(columns.begin(), columns.end(),
                                 [&metric](const Column& column) {
                                   return column.metric == metric.label;
                                 }),
                  columns.end());
    for (const ResultSpec& result : traits.results) {
      columns.push_back({metric.label, result});
    }
  }
  return absl::OkStatus();
}

// The settings of a record, with `metrics` in place of those of these labels.
absl::StatusOr<TrialSettings> SettingsWith(
    const Record& record, const std::vector<MetricChoice>& metrics) {
  ASSIGN_OR_RETURN(TrialSettings settings,
                   TrialSettingsFromJson(record.trial, record.id));
  std::vector<MetricChoice> all = metrics;
  for (const MetricChoice& metric : settings.metrics) {
    const bool replaced = std::any_of(
        metrics.begin(), metrics.end(),
        [&metric](const auto& other) { return other.label == metric.label; });
    if (!replaced) all.push_back(metric);
  }
  settings.metrics = std::move(all);
  return settings;
}

}  // namespace

absl::StatusOr<Plan> PlanToMeasure(const std::string& study_folder,
                                   const std::string& metrics) {
  ASSIGN_OR_RETURN(const std::vector<MetricChoice> choices,
                   ReadMetrics(metrics));
  Plan plan;
  ASSIGN_OR_RETURN(plan.study, ReadStudy(study_folder));
  RETURN_IF_ERROR(AddColumns(choices, plan.study));
  for (StudyTrial& trial : plan.study.trials) {
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(study_folder, trial.id));
    if (!record || record->outcome == Outcome::kFailed) continue;
    ASSIGN_OR_RETURN(TrialSettings settings, SettingsWith(*record, choices));
    trial.id = settings.Id();
    plan.trials.push_back(
        {trial.id, std::move(settings), trial.configurations});
  }
  return plan;
}

}  // namespace bigstep
