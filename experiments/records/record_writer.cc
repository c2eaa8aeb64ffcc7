#include "experiments/records/record_writer.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/record.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// The seconds from `started` to now; null if that is not a time.
Json SecondsSince(const std::string& started) {
  absl::Time start;
  if (!absl::ParseTime(absl::RFC3339_full, started, &start, nullptr)) {
    return nullptr;
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  return std::round(seconds * 1000) / 1000;
}

// The ids of `metrics`, which a completed trial has measured.
Json MetricIds(const std::vector<MetricChoice>& metrics) {
  Json ids = Json::object();
  for (const MetricChoice& metric : metrics) ids[metric.label] = metric.Id();
  return ids;
}

Json RecordJson(const RecordHead& head, const TrialResult& result) {
  Json json = {{"format", kRecordFormat},
               {"id", head.id},
               {"study", head.study},
               {"outcome", OutcomeName(result.outcome)},
               {"steps", result.steps},
               {"stop", result.outcome == Outcome::kFailed
                            ? Json()  // See `reason`.
                            : Json(StopName(result.stop))},
               {"collapsed", result.collapsed},
               {"metrics", result.metrics},
               {"trial", head.settings.ToJson()},
               {"provenance", head.provenance},
               {"times",
                {{"started", head.started},
                 {"train_s", result.train_seconds},
                 {"evaluate_s", result.evaluate_seconds}}}};
  if (!result.course.empty()) json["course"] = result.course;
  if (result.fit && result.fit->of_regression()) {
    json["fit"] = {{"squared_error", result.fit->squared_error}};
  } else if (result.fit) {
    json["fit"] = {{"accuracy", result.fit->accuracy},
                   {"cross_entropy", result.fit->cross_entropy}};
  }
  const Json wall = SecondsSince(head.started);
  if (!wall.is_null()) json["times"]["wall_s"] = wall;
  if (!result.data_notes.empty()) json["data"] = result.data_notes;
  if (!result.weights.empty()) json["weights"] = result.weights;
  if (!result.reason.empty()) json["reason"] = result.reason;
  json["metric_ids"] = result.outcome == Outcome::kCompleted
                           ? MetricIds(head.settings.metrics)
                           : Json::object();
  return json;
}

std::string RecordText(const Json& json) {
  // Messages of libraries may not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// record.json as it is.
absl::StatusOr<Json> ReadRecordJson(const Folder& folder,
                                    const std::string& id) {
  ASSIGN_OR_RETURN(const std::string text,
                   folder.Read(TrialFile(id, "record.json"), kMaxRecordBytes));
  RETURN_IF_ERROR(ParseRecord(text).status());
  return ParseJson(text);
}

std::string LabelOf(const Json& choice) {
  return choice.value("label", choice.value("name", ""));
}

// Takes the metric of this label out of the record.
void RemoveMetric(const std::string& label, Json& record) {
  record["metrics"].erase(label);
  record["metric_ids"].erase(label);
  if (record.contains("course")) record["course"].erase(label);
  Json others = Json::array();
  for (const Json& choice : record["trial"]["metrics"]) {
    if (LabelOf(choice) != label) others.push_back(choice);
  }
  record["trial"]["metrics"] = std::move(others);
}

// Gives the results under `label` another label, made of their metric's id.
void Relabel(const std::string& label, Json& record) {
  Json& ids = record["metric_ids"];
  if (!ids.contains(label)) return;
  const std::string other = FormerLabel(label, ids[label].get<std::string>());
  RemoveMetric(other, record);  // Earlier results of the same metric.
  ids[other] = ids[label];
  record["metrics"][other] = record["metrics"][label];
  if (record.contains("course") && record["course"].contains(label)) {
    record["course"][other] = record["course"][label];
    record["course"].erase(label);
  }
  for (Json& choice : record["trial"]["metrics"]) {
    if (LabelOf(choice) == label) choice["label"] = other;
  }
}

// Removes the former results of the metric `id`, which has its `label` back;
// those about the course of training, which cannot be measured later, stay.
void RemoveFormer(const std::string& label, const std::string& id,
                  Json& record) {
  const std::string former = FormerLabel(label, id);
  if (record["metric_ids"].value(former, "") != id) return;
  if (record.contains("course") && record["course"].contains(former)) {
    record["course"][label] = record["course"][former];
  }
  RemoveMetric(former, record);
}

void AddResults(const Measurement& measurement, Json& record) {
  Json labels = Json::array();
  for (const MetricChoice& metric : measurement.metrics) {
    Relabel(metric.label, record);
    RemoveFormer(metric.label, metric.Id(), record);
    record["metrics"][metric.label] = measurement.results.at(metric.label);
    record["metric_ids"][metric.label] = metric.Id();
    record["trial"]["metrics"].push_back(metric.ToJson());
    labels.push_back(metric.label);
  }
  record["measured"].push_back({{"metrics", labels},
                                {"started", measurement.started},
                                {"seconds", measurement.seconds},
                                {"provenance", measurement.provenance}});
}

}  // namespace

std::string FormerLabel(const std::string& label, const std::string& id) {
  return absl::StrCat(label, "_", id.substr(0, 4));
}

Json WeightsJson(absl::string_view file) {
  return {{"sha256", Sha256Hex(file)}, {"bytes", file.size()}};
}

absl::Status WriteRecord(const std::string& study_folder,
                         const RecordHead& head, const TrialResult& result) {
  const Folder folder(study_folder);
  const auto file = [&head](absl::string_view name) {
    return TrialFile(head.id, name);
  };
  RETURN_IF_ERROR(folder.Make(file("")));
  RETURN_IF_ERROR(
      folder.Write(file("trial.yaml"), ToSpecYaml(head.settings.ToJson())));
  RETURN_IF_ERROR(
      folder.Write(file("history.csv"), HistoryCsv(result.history)));
  for (const auto& [name, png] : result.pictures) {
    RETURN_IF_ERROR(folder.Write(file(absl::StrCat(name, ".png")), png));
  }
  return folder.Write(file("record.json"),
                      RecordText(RecordJson(head, result)));
}

absl::Status AddMeasurement(const std::string& study_folder,
                            const std::string& id,
                            const Measurement& measurement) {
  const Folder folder(study_folder);
  ASSIGN_OR_RETURN(Json record, ReadRecordJson(folder, id));
  for (const auto& [label, metric_id] : record["metric_ids"].items()) {
    if (record["metrics"].contains(label)) continue;
    return absl::DataLossError(absl::StrCat(
        folder.PathTo(TrialFile(id, "record.json")),
        ": metrics: no results of '", label,
        "', which is in metric_ids; delete the file to run the trial "
        "again"));
  }
  AddResults(measurement, record);
  for (const auto& [name, png] : measurement.pictures) {
    RETURN_IF_ERROR(
        folder.Write(TrialFile(id, absl::StrCat(name, ".png")), png));
  }
  RETURN_IF_ERROR(folder.Write(TrialFile(id, "trial.yaml"),
                               ToSpecYaml(record.at("trial"))));
  return folder.Write(TrialFile(id, "record.json"), RecordText(record));
}

std::string OldRecordName(const std::string& study_folder,
                          const std::string& id) {
  const Folder folder(study_folder);
  const std::string old = TrialFile(id, "record.json.old");
  std::string name = old;
  for (int i = 2; folder.HasFile(name); ++i) name = absl::StrCat(old, ".", i);
  return name;
}

absl::Status CopyRecordAside(const std::string& study_folder,
                             const std::string& id) {
  const Folder folder(study_folder);
  const std::string name = TrialFile(id, "record.json");
  const absl::StatusOr<std::string> text = folder.Read(name, kMaxRecordBytes);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  RETURN_IF_ERROR(text.status());
  const absl::StatusOr<Record> record = ParseRecord(*text);
  if (!record.ok() || record->outcome == Outcome::kFailed) {
    return absl::OkStatus();
  }
  return folder.Write(OldRecordName(study_folder, id), *text);
}

absl::Status AdoptRecord(const std::string& study_folder,
                         const std::string& former_id, const std::string& id,
                         const Json& metric_ids) {
  const Folder folder(study_folder);
  absl::StatusOr<Json> record = ReadRecordJson(folder, former_id);
  if (absl::IsNotFound(record.status())) return absl::OkStatus();
  RETURN_IF_ERROR(record.status());
  Json& json = *record;
  json["format"] = kRecordFormat;
  json["id"] = id;
  json["metric_ids"] = metric_ids;
  const absl::StatusOr<std::string> weights =
      folder.Read(TrialFile(former_id, kWeightsFile));
  if (weights.ok()) json["weights"] = WeightsJson(*weights);
  // A run that ends between these two is followed by one that renames.
  RETURN_IF_ERROR(
      folder.Write(TrialFile(former_id, "record.json"), RecordText(json)));
  return folder.Rename(TrialFile(former_id), TrialFile(id));
}

}  // namespace bigstep
