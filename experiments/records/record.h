// The outcome of one trial on disk, the only input of reports. Written by
// record_writer.h.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "experiments/records/outcome.h"
#include "experiments/records/study.h"

namespace bigstep {

// Raised when the layout of record.json changes. Format 1, in which the metrics
// count in the id of the trial, is read as well.
inline constexpr int kRecordFormat = 2;

// The largest record.json that is read: a matrix of a thousand classes and
// groups, with room. Values take up to 50 times their bytes in memory.
inline constexpr int64_t kMaxRecordBytes = 32 << 20;

// The weights of a trained network, beside its record.
inline constexpr char kWeightsFile[] = "weights.safetensors";

// The most threads of a trial: no machine has more cores. Reproducing a trial
// starts as many.
inline constexpr int64_t kMostThreads = 1024;

// record.json, read.
struct Record {
  int format = kRecordFormat;
  std::string id;     // Of the trial.
  std::string study;  // In which it was run first.
  Outcome outcome = Outcome::kCompleted;
  bool collapsed = false;
  std::string reason;  // Of a failure.
  int64_t steps = 0;   // Done; if diverged, the step of the first sign.
  std::string stop;    // Why training ended; empty after a failure.
  // {accuracy, cross_entropy} over all training examples at the end; empty if
  // not completed, and in older records.
  Json fit = Json::object();
  Json metrics = Json::object();  // {metric: {result: value or list}}.
  // Results about the course of training: {metric: {"train.peak": value}}.
  Json course = Json::object();
  // MetricChoice::Id of each of them; empty in format 1.
  std::map<std::string, std::string> metric_ids = {};
  // {sha256, bytes} of weights.safetensors; empty if the file was not kept.
  Json weights = Json::object();
  // What was measured from them later: {metrics: [label], started, seconds,
  // provenance} each time.
  Json measured = Json::array();
  Json trial = Json::object();  // The settings, every option spelled out.
  Json provenance = Json::object();
  Json times = Json::object();  // Seconds, but for `started`.
  Json data = Json::object();   // The notes of the dataset.
};

// Whether the trial had a fit to reach (StopOptions::wants_fit) and ended
// without it.
bool IsUnconverged(const Record& record);

// How long training and evaluation took.
double SecondsOf(const Record& record);

// The folder of one trial: `<study_folder>/trials/<id>`.
std::string TrialFolder(const std::string& study_folder, const std::string& id);

// The name below a study's Folder of the file `name` of a trial, or of the
// trial's folder itself if `name` is empty.
std::string TrialFile(const std::string& id, absl::string_view name = "");

// The ids of the trials that have a folder, finished or not.
absl::StatusOr<std::set<std::string>> ListTrials(
    const std::string& study_folder);

// The record of a trial; nullopt if it is not finished. DataLoss, with the path
// and the fix, if WriteRecord did not write record.json; whoever wrote it, a
// record that is returned has the types that WriteRecord writes.
absl::StatusOr<std::optional<Record>> ReadRecord(
    const std::string& study_folder, const std::string& id);

// The record in a trial's folder called `name`, whatever its id. As ReadRecord.
absl::StatusOr<std::optional<Record>> ReadRecordIn(
    const std::string& study_folder, const std::string& name);

// The record that `text`, of any origin, holds: of the trial `id`; of any trial
// if that is empty. DataLoss.
absl::StatusOr<Record> ParseRecord(absl::string_view text,
                                   const std::string& id = "");

// The record in the file `path`, of any trial. NotFound if the file is
// missing, else the errors of ReadRecord.
absl::StatusOr<Record> ReadRecordFile(const std::string& path);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_RECORD_H_
