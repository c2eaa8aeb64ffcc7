// The outcome of one trial on disk, the only input of reports. Written by
// record_writer.h.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/records/outcome.h"

namespace bigstep {

// Raised when the layout of record.json changes.
inline constexpr int kRecordFormat = 1;

// The most threads of a trial: no machine has more cores. Reproducing a trial
// starts as many.
inline constexpr int64_t kMostThreads = 1024;

// record.json, read.
struct Record {
  std::string id;     // Of the trial.
  std::string study;  // In which it was run first.
  Outcome outcome = Outcome::kCompleted;
  bool collapsed = false;
  std::string reason;  // Of a failure.
  int64_t steps = 0;   // Done; if diverged, the step of the first sign.
  std::string stop;    // Why training ended; empty after a failure.
  Json metrics = Json::object();  // {metric: {result: value or list}}.
  Json trial = Json::object();    // The settings, every option spelled out.
  Json provenance = Json::object();
  Json times = Json::object();  // Seconds, but for `started`.
  Json data = Json::object();   // The notes of the dataset.
};

// The folder of one trial: `<study_folder>/trials/<id>`.
std::string TrialFolder(const std::string& study_folder, const std::string& id);

// The name below a study's Folder of the file `name` of a trial, or of the
// trial's folder itself if `name` is empty.
std::string TrialFile(const std::string& id, absl::string_view name = "");

// The ids of the trials that have a folder, finished or not.
absl::StatusOr<std::set<std::string>> ListTrials(
    const std::string& study_folder);

// The record of a trial; nullopt if it is not finished. DataLoss, with the path
// and the cure, if WriteRecord did not write record.json; whoever wrote it, a
// record that is returned has the types that WriteRecord writes.
absl::StatusOr<std::optional<Record>> ReadRecord(
    const std::string& study_folder, const std::string& id);

// The record that `text`, of any origin, holds: of the trial `id`; of any trial
// if that is empty. DataLoss.
absl::StatusOr<Record> ParseRecord(absl::string_view text,
                                   const std::string& id = "");

// The record in the file `path`, of any trial. NotFound if the file is
// missing, else the errors of ReadRecord.
absl::StatusOr<Record> ReadRecordFile(const std::string& path);

// The records of the finished trials among `ids`, by id.
absl::StatusOr<std::map<std::string, Record>> ReadRecords(
    const std::string& study_folder, const std::vector<std::string>& ids);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_
