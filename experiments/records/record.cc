#include "experiments/records/record.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/status.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<Outcome> OutcomeFromName(const std::string& name) {
  for (const Outcome outcome :
       {Outcome::kCompleted, Outcome::kDiverged, Outcome::kFailed}) {
    if (OutcomeName(outcome) == name) return outcome;
  }
  return absl::DataLossError(absl::StrCat("unknown outcome '", name, "'"));
}

// `id` is that of the record; empty: any.
absl::StatusOr<Record> RecordFromText(const std::string& text,
                                      const std::string& id) {
  ASSIGN_OR_RETURN(const Json json, ParseJson(text));
  try {
    if (json.at("format") != kRecordFormat) {
      return absl::DataLossError(absl::StrCat("expected format ", kRecordFormat,
                                              ", found ",
                                              json.at("format").dump()));
    }
    Record record;
    record.id = json.at("id").get<std::string>();
    if (!id.empty() && record.id != id) {
      return absl::DataLossError(absl::StrCat("expected the record of ", id,
                                              ", found that of ", record.id));
    }
    record.study = json.value("study", "");
    ASSIGN_OR_RETURN(record.outcome,
                     OutcomeFromName(json.at("outcome").get<std::string>()));
    record.collapsed = json.at("collapsed").get<bool>();
    record.reason = json.value("reason", "");
    record.steps = json.at("steps").get<int64_t>();
    if (json.at("stop").is_string()) record.stop = json.at("stop");
    record.metrics = json.at("metrics");
    record.trial = json.at("trial");
    record.provenance = json.at("provenance");
    record.times = json.at("times");
    record.data = json.value("data", Json::object());
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

std::string TrialFolder(const std::string& study_folder,
                        const std::string& id) {
  return absl::StrCat(study_folder, "/trials/", id);
}

absl::StatusOr<std::set<std::string>> ListTrials(
    const std::string& study_folder) {
  const fs::path folder = absl::StrCat(study_folder, "/trials");
  std::set<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    ids.insert(it->path().filename().string());
  }
  if (!error || error == std::errc::no_such_file_or_directory) return ids;
  return absl::ErrnoToStatus(error.value(),
                             absl::StrCat("cannot read ", folder.string()));
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

absl::StatusOr<Record> ReadRecordFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  absl::StatusOr<Record> record = RecordFromText(text, /*id=*/"");
  RETURN_IF_ERROR(record.status()) << "in " << path;
  return record;
}

absl::StatusOr<std::map<std::string, Record>> ReadRecords(
    const std::string& study_folder, const std::vector<std::string>& ids) {
  ASSIGN_OR_RETURN(const std::set<std::string> trials,
                   ListTrials(study_folder));
  std::map<std::string, Record> records;
  for (const std::string& id : ids) {
    if (trials.count(id) == 0) continue;
    ASSIGN_OR_RETURN(std::optional<Record> record,
                     ReadRecord(study_folder, id));
    if (record) records.emplace(id, *std::move(record));
  }
  return records;
}

}  // namespace bigstep
