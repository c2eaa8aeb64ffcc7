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

// What to say about trials that are left out, of which there are `count`.
std::string LeftOut(int count, const std::string& first) {
  return absl::StrCat(
      kFlag, ": ", count, count == 1 ? " trial is" : " trials are",
      " left out (the first: ", first,
      "): the settings in the record have another id in this program, in which "
      "a plugin has another version or an option another meaning; run the "
      "study's spec with these metrics, which trains them again");
}

}  // namespace

absl::StatusOr<Plan> PlanToMeasure(const std::string& study_folder,
                                   const std::string& metrics,
                                   std::string* note) {
  ASSIGN_OR_RETURN(const std::vector<MetricChoice> choices,
                   ReadMetrics(metrics));
  Plan plan;
  ASSIGN_OR_RETURN(plan.study, ReadStudy(study_folder));
  RETURN_IF_ERROR(AddColumns(choices, plan.study));
  int left_out = 0;
  std::string first;
  for (StudyTrial& trial : plan.study.trials) {
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(study_folder, trial.id));
    if (!record || record->outcome == Outcome::kFailed) continue;
    ASSIGN_OR_RETURN(TrialSettings settings,
                     TrialSettingsFromJson(record->trial, record->id));
    // Other metrics of the record stay as they are, whatever their version.
    settings.metrics = choices;
    const std::string id = settings.Id();
    if (record->format > 1 && id != trial.id) {
      if (left_out++ == 0) first = TrialFolder(study_folder, trial.id);
      continue;
    }
    trial.id = id;
    plan.trials.push_back({id, std::move(settings), trial.configurations});
  }
  if (left_out == 0) return plan;
  *note = LeftOut(left_out, first);
  if (plan.trials.empty()) return absl::FailedPreconditionError(*note);
  return plan;
}

}  // namespace bigstep
