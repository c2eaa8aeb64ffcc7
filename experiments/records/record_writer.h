// Leaves the outcome of one trial on disk.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "base/json.h"
#include "experiments/records/trial_result.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// What a record says besides the result.
struct RecordHead {
  std::string id;     // Of the trial.
  std::string study;  // In which it is run.
  TrialSettings settings;
  Json provenance = Json::object();
  std::string started;  // A time as RFC 3339 writes it.
};

// Writes trial.yaml, history.csv, each picture as `<name>.png` and, last and
// atomically, record.json, whose presence means that the trial is finished. The
// part "metrics" of record.json and all of history.csv depend on the trial
// alone; times stand apart. The time since `head.started`, as exact as that is,
// becomes times.wall_s.
absl::Status WriteRecord(const std::string& study_folder,
                         const RecordHead& head, const TrialResult& result);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_
