#include "experiments/records/study_records.h"

#include <algorithm>
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
  const Json* const found = Find(record.trial, path);
  if (found == nullptr || !found->is_number() || *found == expected) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat("trial.", path, ": expected ", Json(expected).dump(),
                   ", as study.json says of trial ", record.id, ", found ",
                   Excerpt(*found)));
}

}  // namespace

absl::Status CheckRecordOf(const Study& study, const StudyTrial& trial,
                           const Record& record) {
  const Json* const seed = Find(record.trial, "seed");
  if (seed != nullptr && *seed != trial.seed) {
    return absl::DataLossError(absl::StrCat(
        "trial.seed: expected ", trial.seed, ", as study.json says of trial ",
        record.id, ", found ", Excerpt(*seed)));
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

absl::StatusOr<std::map<std::string, Record>> ReadStudyRecords(
    const std::string& study_folder, const Study& study) {
  using ById = std::map<std::string, Record>;
  ASSIGN_OR_RETURN(ById records, ReadRecords(study_folder, study));
  for (const StudyTrial& trial : study.trials) {
    const auto record = records.find(trial.id);
    if (record == records.end()) continue;
    RETURN_IF_ERROR(CheckRecordOf(study, trial, record->second))
        << "in "
        << Folder(study_folder).PathTo(TrialFile(trial.id, "record.json"))
        << "; delete the file and run the study again";
  }
  return records;
}

}  // namespace bigstep
