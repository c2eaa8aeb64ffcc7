#include "experiments/record.h"

#include <torch/version.h>

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/device.h"
#include "base/files.h"
#include "base/status.h"
#include "experiments/png.h"

namespace bigstep {
namespace {

// Bumped when the layout of record.json changes.
constexpr int kFormat = 1;

// One row a step: step, train_loss, then every number the metrics gave.
std::string HistoryCsv(const std::vector<HistoryRow>& history) {
  std::set<std::string> names;
  for (const HistoryRow& row : history) {
    for (const auto& [metric, values] : row.metrics.items()) {
      for (const auto& [result, value] : values.items()) {
        if (!value.is_array()) names.insert(absl::StrCat(metric, ".", result));
      }
    }
  }
  std::string csv = "step,train_loss";
  for (const std::string& name : names) absl::StrAppend(&csv, ",", name);
  absl::StrAppend(&csv, "\n");
  for (const HistoryRow& row : history) {
    absl::StrAppend(&csv, row.step, ",", Json(row.train_loss).dump());
    for (const std::string& name : names) {
      const size_t dot = name.find('.');
      const Json value = row.metrics.value(name.substr(0, dot), Json::object())
                             .value(name.substr(dot + 1), Json());
      absl::StrAppend(&csv, ",", value.is_null() ? "" : value.dump());
    }
    absl::StrAppend(&csv, "\n");
  }
  return csv;
}

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

Json RecordJson(const Plan& plan, const Trial& trial, const TrialResult& result,
                const Provenance& provenance, const std::string& started) {
  Json json = {{"format", kFormat},
               {"id", trial.id},
               {"study", plan.study},
               {"outcome", OutcomeName(result.outcome)},
               {"steps", result.steps},
               {"stop", result.outcome == Outcome::kFailed
                            ? Json()  // It broke off, for the reason below.
                            : Json(StopName(result.stop))},
               {"collapsed", result.collapsed},
               {"metrics", result.metrics},
               {"trial", trial.settings.ToJson()},
               {"provenance",
                {{"commit", provenance.commit},
                 {"libtorch", provenance.libtorch},
                 {"compiler", provenance.compiler},
                 {"device", provenance.device},
                 {"device_name", provenance.device_name},
                 {"threads", 1}}},
               {"times",
                {{"started", started},
                 {"train_s", result.train_seconds},
                 {"evaluate_s", result.evaluate_seconds}}}};
  if (!result.data_notes.empty()) json["data"] = result.data_notes;
  if (!result.reason.empty()) json["reason"] = result.reason;
  return json;
}

absl::StatusOr<Outcome> OutcomeFromName(const std::string& name) {
  for (const Outcome outcome :
       {Outcome::kCompleted, Outcome::kDiverged, Outcome::kFailed}) {
    if (OutcomeName(outcome) == name) return outcome;
  }
  return absl::DataLossError(absl::StrCat("unknown outcome '", name, "'"));
}

absl::StatusOr<Record> RecordFromText(const std::string& text,
                                      const std::string& id) {
  ASSIGN_OR_RETURN(const Json json, ParseJson(text));
  try {
    if (json.at("format") != kFormat) {
      return absl::DataLossError(absl::StrCat(
          "expected format ", kFormat, ", found ", json.at("format").dump()));
    }
    if (json.at("id") != id) {
      return absl::DataLossError(absl::StrCat("expected the record of ", id,
                                              ", found that of ",
                                              json.at("id").dump()));
    }
    Record record;
    ASSIGN_OR_RETURN(record.outcome,
                     OutcomeFromName(json.at("outcome").get<std::string>()));
    record.collapsed = json.at("collapsed").get<bool>();
    record.reason = json.value("reason", "");
    record.metrics = json.at("metrics");
    const Json& metrics = record.metrics;
    if (!metrics.is_object() ||
        !std::all_of(metrics.begin(), metrics.end(),
                     [](const Json& values) { return values.is_object(); })) {
      return absl::DataLossError(
          "expected metrics as {metric: {result: value}}");
    }
    return record;
  } catch (const Json::exception& error) {
    return absl::DataLossError(error.what());
  }
}

}  // namespace

std::string OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCompleted:
      return "completed";
    case Outcome::kDiverged:
      return "diverged";
    case Outcome::kFailed:
      return "failed";
  }
  return "";
}

Provenance MakeProvenance(c10::Device device, const std::string& commit) {
  return {commit, TORCH_VERSION, __VERSION__, device.str(),
          DeviceDescription(device)};
}

std::string TrialFolder(const std::string& study_folder,
                        const std::string& id) {
  return absl::StrCat(study_folder, "/trials/", id);
}

absl::Status WriteRecord(const std::string& study_folder, const Plan& plan,
                         const Trial& trial, const TrialResult& result,
                         const Provenance& provenance,
                         const std::string& started) {
  const std::string folder = TrialFolder(study_folder, trial.id);
  RETURN_IF_ERROR(MakeFolder(folder));
  RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/trial.yaml"),
                                      ToSpecYaml(trial.settings.ToJson())));
  RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/history.csv"),
                                      HistoryCsv(result.history)));
  for (const Picture& picture : result.pictures) {
    RETURN_IF_ERROR(WritePng(absl::StrCat(folder, "/", picture.name, ".png"),
                             picture.pixels));
  }
  return WriteFileAtomically(
      absl::StrCat(folder, "/record.json"),
      // Messages of others may not be UTF-8.
      RecordJson(plan, trial, result, provenance, started)
              .dump(2, ' ', false, Json::error_handler_t::replace) +
          "\n");
}

absl::StatusOr<std::optional<Record>> ReadRecord(
    const std::string& study_folder, const std::string& id) {
  const std::string path =
      absl::StrCat(TrialFolder(study_folder, id), "/record.json");
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status())) return std::optional<Record>();
  RETURN_IF_ERROR(text.status());
  absl::StatusOr<Record> record = RecordFromText(*text, id);
  RETURN_IF_ERROR(record.status())
      << "in " << path << "; delete the file to run the trial again";
  return std::optional<Record>(*std::move(record));
}

absl::StatusOr<std::map<std::string, Record>> ReadRecords(
    const std::string& study_folder, const Plan& plan) {
  std::map<std::string, Record> records;
  for (const Trial& trial : plan.trials) {
    ASSIGN_OR_RETURN(std::optional<Record> record,
                     ReadRecord(study_folder, trial.id));
    if (record) records.emplace(trial.id, *std::move(record));
  }
  return records;
}

}  // namespace bigstep
