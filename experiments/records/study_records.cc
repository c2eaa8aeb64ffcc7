#include "experiments/records/study_records.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/folder.h"
#include "base/json.h"
#include "base/status.h"

namespace bigstep {
namespace {

// The value at a dotted path; null if there is none.
const Json* Find(const Json& json, absl::string_view path) {
  const Json* value = &json;
  for (const absl::string_view key : absl::StrSplit(path, '.')) {
    if (!value->is_object()) return nullptr;
    const auto found = value->find(std::string(key));
    if (found == value->end()) return nullptr;
    value = &*found;
  }
  return value;
}

absl::Status CheckNumber(const Record& record, absl::string_view path,
                         double expected) {
  const std::optional<double> found = NumberAt(record.trial, path);
  if (!found || *found == expected) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("trial.", path, ": expected ", Json(expected).dump(),
                   ", as study.json says of trial ", record.id, ", found ",
                   Json(*found).dump()));
}

// The result that a column shows; null if the record has none.
const Json* FindResult(const Record& record, const Column& column) {
  for (const Json* const results : {&record.metrics, &record.course}) {
    const auto metric = results->find(column.metric);
    if (metric == results->end()) continue;
    const auto value = metric->find(column.result.name);
    if (value != metric->end()) return &*value;
  }
  return nullptr;
}

// DataLoss unless the results of the columns are single numbers in the range
// that the study declares, or null.
absl::Status CheckRanges(const Study& study, const Record& record) {
  for (const Column& column : study.columns) {
    const Json* const value = FindResult(record, column);
    if (value == nullptr || value->is_null()) continue;
    const ResultSpec& spec = column.result;
    if (value->is_number() && IsInRange(value->get<double>(), spec)) continue;
    return absl::DataLossError(absl::StrCat(
        "metrics.", column.name(), ": expected a number between ", spec.least,
        " and ", spec.most,
        ", the range that study.json declares, or null; found ",
        Excerpt(*value),
        " (if the metric was wrong: correct it and raise its Version, so that "
        "it is measured again without training)"));
  }
  return absl::OkStatus();
}

absl::Status CheckSteps(const Record& record) {
  const Json* const most = Find(record.trial, "training.max_steps");
  if (most == nullptr || !most->is_number() || *most == 0 ||
      record.steps <= *most) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat("steps: expected at most ", Excerpt(*most),
                   ", the trial's training.max_steps, found ", record.steps));
}

}  // namespace

bool IsInRange(double number, const ResultSpec& spec) {
  constexpr double kSlack = 1e-6;  // For what rounding adds.
  const double slack = kSlack * std::max(1.0, std::abs(number));
  return number >= spec.least - slack && number <= spec.most + slack;
}

std::optional<double> NumberAt(const Json& settings, absl::string_view option) {
  const Json* const found = Find(settings, option);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

absl::Status CheckRecordOf(const Study& study, const StudyTrial& trial,
                           const Record& record) {
  RETURN_IF_ERROR(CheckSteps(record));
  RETURN_IF_ERROR(CheckRanges(study, record));
  const Json* const seed = Find(record.trial, "seed");
  if (seed == nullptr || *seed != trial.seed) {
    return absl::DataLossError(absl::StrCat(
        "trial.seed: expected ", trial.seed, ", as study.json says of trial ",
        record.id, ", found ", seed == nullptr ? "none" : Excerpt(*seed)));
  }
  for (const size_t position : trial.configurations) {
    for (const AxisValue& value : study.configurations[position].axis_values) {
      const auto axis = std::find_if(
          study.axes.begin(), study.axes.end(),
          [&](const StudyAxis& axis) { return axis.name == value.axis; });
      if (!value.number || axis == study.axes.end()) continue;
      RETURN_IF_ERROR(CheckNumber(record, axis->set, *value.number));
    }
  }
  return absl::OkStatus();
}

void DropOtherMetrics(const Study& study, Record& record) {
  for (const auto& [label, id] : study.metric_ids) {
    const auto found = record.metric_ids.find(label);
    if (found == record.metric_ids.end() || found->second != id) {
      record.metrics.erase(label);
      record.course.erase(label);
    }
  }
}

absl::StatusOr<std::map<std::string, Record>> ReadStudyRecords(
    const std::string& study_folder, const Study& study) {
  ASSIGN_OR_RETURN(const std::set<std::string> trials,
                   ListTrials(study_folder));
  std::map<std::string, Record> records;
  for (const StudyTrial& trial : study.trials) {
    if (trials.count(trial.id) == 0) continue;
    ASSIGN_OR_RETURN(std::optional<Record> record,
                     ReadRecord(study_folder, trial.id));
    if (!record) continue;
    // Former versions of a metric may have had other ranges.
    DropOtherMetrics(study, *record);
    RETURN_IF_ERROR(CheckRecordOf(study, trial, *record))
        << "in "
        << Folder(study_folder).PathTo(TrialFile(trial.id, "record.json"))
        << "; delete the file and run the study again";
    records.emplace(trial.id, *std::move(record));
  }
  return records;
}

}  // namespace bigstep
