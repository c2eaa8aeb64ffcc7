// The outcome of one trial on disk: the only thing that reports read. Written
// by record_writer.h.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "experiments/records/outcome.h"

namespace bigstep {

// Bumped when the layout of record.json changes.
inline constexpr int kRecordFormat = 1;

// record.json, read.
struct Record {
  std::string id;     // Of the trial.
  std::string study;  // In which it was run first.
  Outcome outcome = Outcome::kCompleted;
  bool collapsed = false;
  std::string reason;  // Of a failure.
  int64_t steps = 0;   // Done; if diverged, the step at which it showed.
  std::string stop;    // Why training ended; empty if it broke off.
  Json metrics = Json::object();  // {metric: {result: value or list}}.
  Json trial = Json::object();    // The settings, every option spelled out.
  Json provenance = Json::object();
  Json times = Json::object();  // Seconds, but for `started`.
  Json data = Json::object();   // What the dataset says of itself.
};

// The folder of one trial: `<study_folder>/trials/<id>`.
std::string TrialFolder(const std::string& study_folder, const std::string& id);

// The record of a trial, or nothing if it is not finished. DataLoss, naming
// the file and what to do, if record.json is not what WriteRecord wrote.
absl::StatusOr<std::optional<Record>> ReadRecord(
    const std::string& study_folder, const std::string& id);

// The record in the file `path`, whichever trial's it is. NotFound if there is
// no such file, else the errors of ReadRecord.
absl::StatusOr<Record> ReadRecordFile(const std::string& path);

// The records of all finished trials among `ids`, by id.
absl::StatusOr<std::map<std::string, Record>> ReadRecords(
    const std::string& study_folder, const std::vector<std::string>& ids);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_
