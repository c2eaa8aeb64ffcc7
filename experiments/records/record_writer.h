// Writes the outcome of one trial to disk.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "base/json.h"
#include "experiments/records/trial_result.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// The part of a record besides the result.
struct RecordHead {
  std::string id;     // Of the trial.
  std::string study;  // The study that runs it.
  TrialSettings settings;
  Json provenance = Json::object();
  std::string started;  // A time as RFC 3339 writes it.
};

// Writes trial.yaml, history.csv, each picture as `<name>.png` and, last and
// atomically, record.json, whose presence means that the trial is finished.
// history.csv and the key "metrics" of record.json depend on the trial alone.
// The time since `head.started` becomes times.wall_s.
absl::Status WriteRecord(const std::string& study_folder,
                         const RecordHead& head, const TrialResult& result);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_
