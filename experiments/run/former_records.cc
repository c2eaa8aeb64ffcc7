#include "experiments/run/former_records.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/file_lock.h"
#include "base/folder.h"
#include "base/status.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/trial_lock.h"
#include "experiments/spec/trial_reader.h"

namespace bigstep {
namespace {

// A metric of a record, with the version that it had then: that of today if the
// record does not say.
struct FormerMetric {
  Json identity;  // See MetricChoice::Identity.
  std::string id;
};

FormerMetric FormerMetricOf(const Record& record, const MetricChoice& metric) {
  Json identity = metric.config.Identity();
  const Json plugins = record.provenance.value("plugins", Json::object());
  if (plugins.is_object()) {
    const auto version =
        plugins.find(absl::StrCat("metric ", metric.config.name()));
    if (version != plugins.end()) identity["version"] = *version;
  }
  FormerMetric former;
  former.id = MetricId(identity);
  former.identity = std::move(identity);
  if (metric.label != metric.config.name()) {
    former.identity["label"] = metric.label;
  }
  return former;
}

// The id that the record's trial had, metrics counted.
std::string FormerId(const Record& record, const TrialSettings& settings) {
  Json metrics = Json::array();
  for (const MetricChoice& metric : settings.metrics) {
    metrics.push_back(FormerMetricOf(record, metric).identity);
  }
  return settings.IdWithMetrics(metrics);
}

// The ids of the metrics that a completed trial has measured, by label.
Json FormerMetricIds(const Record& record, const TrialSettings& settings) {
  Json ids = Json::object();
  if (record.outcome != Outcome::kCompleted) return ids;
  for (const MetricChoice& metric : settings.metrics) {
    ids[metric.label] = FormerMetricOf(record, metric).id;
  }
  return ids;
}

// The settings of a record in the folder `name` whose id is of format 1;
// nothing if it is another record.
std::optional<TrialSettings> SettingsOf(const Record& record,
                                        const std::string& name) {
  // The id of today in such a folder: it was to be renamed.
  if (record.format != 1 && record.id == name) return std::nullopt;
  auto settings = TrialSettingsFromJson(record.trial, name);
  if (!settings.ok() || FormerId(record, *settings) != name) {
    return std::nullopt;
  }
  return *std::move(settings);
}

// How many results a record has that the plan's trial asks for.
int64_t Matches(const Trial& trial, const Record& record) {
  const auto missing =
      WorkFor(trial, &record, KeepWeights::kNone).missing.size();
  return std::ssize(trial.settings.metrics) - static_cast<int64_t>(missing);
}

// As AdoptRecord will write it.
void Modernize(const TrialSettings& settings, Record& record) {
  record.format = kRecordFormat;
  record.id = settings.Id();
  record.metric_ids = FormerMetricIds(record, settings)
                          .get<std::map<std::string, std::string>>();
  // Of the file, if there is one.
  record.weights = {{"sha256", ""}, {"bytes", 0}};
}

// Removes what an unfinished training left in the folder of the trial `id`.
// False if it is under way.
absl::StatusOr<bool> MakeRoom(const std::string& study_folder,
                              const std::string& id) {
  const Folder folder(study_folder);
  ASSIGN_OR_RETURN(const auto files, folder.List(TrialFile(id)));
  if (files.empty()) return true;
  ASSIGN_OR_RETURN(const std::optional<FileLock> lock,
                   LockTrial(study_folder, id));
  if (!lock || folder.HasFile(TrialFile(id, "record.json"))) return false;
  std::error_code ignored;
  std::filesystem::remove_all(TrialFolder(study_folder, id), ignored);
  return true;
}

}  // namespace

void FindFormerRecords(const std::string& study_folder, const Plan& plan,
                       std::set<std::string>& names, FolderContent& content) {
  std::map<std::string, const Trial*> wanted;
  for (const Trial& trial : plan.trials) {
    if (content.Find(trial.id) == nullptr) wanted[trial.id] = &trial;
  }
  for (auto it = names.begin(); it != names.end() && !wanted.empty();) {
    const std::string& name = *it++;
    auto record = ReadRecordIn(study_folder, name);
    if (!record.ok() || !*record) continue;
    const auto settings = SettingsOf(**record, name);
    if (!settings || wanted.count(settings->Id()) == 0) continue;
    const Trial& trial = *wanted[settings->Id()];
    Modernize(*settings, **record);
    const Record* const other = content.Find(trial.id);
    if (other != nullptr &&
        Matches(trial, *other) >= Matches(trial, **record)) {
      continue;
    }
    content.records[trial.id] = **std::move(record);
    content.former_folders[trial.id] = name;
  }
  for (const auto& [id, name] : content.former_folders) names.erase(name);
}

absl::Status AdoptFormerRecords(const std::string& study_folder,
                                const FolderContent& content) {
  for (const auto& [id, name] : content.former_folders) {
    absl::StatusOr<std::optional<FileLock>> lock =
        LockTrial(study_folder, name);
    // Another run has renamed the folder or is about to.
    if (absl::IsNotFound(lock.status())) continue;
    RETURN_IF_ERROR(lock.status());
    if (!lock->has_value()) continue;
    ASSIGN_OR_RETURN(const bool room, MakeRoom(study_folder, id));
    if (!room) continue;
    ASSIGN_OR_RETURN(const TrialSettings settings,
                     TrialSettingsFromJson(content.Find(id)->trial, name));
    RETURN_IF_ERROR(AdoptRecord(study_folder, name, settings.Id(),
                                FormerMetricIds(*content.Find(id), settings)));
  }
  return absl::OkStatus();
}

}  // namespace bigstep
