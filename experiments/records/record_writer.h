// Writes the outcome of one trial to disk.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
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

// Record::weights of the file with these bytes.
Json WeightsJson(absl::string_view file);

// Results that were measured from the weights of a finished trial.
struct Measurement {
  std::vector<MetricChoice> metrics;
  Json results = Json::object();  // {label: {result: value}}, of each metric.
  std::map<std::string, std::string> pictures;  // See TrialResult.
  Json provenance = Json::object();
  std::string started;
  double seconds = 0;
};

// The label under which results of the metric `id` stay, once another metric
// has their `label`.
std::string FormerLabel(const std::string& label, const std::string& id);

// Adds them to the trial's record. The results of another metric under one of
// the labels stay, under the label with the beginning of its id, until that
// metric has the label again. The caller holds the trial's lock. DataLoss if
// the record lacks results of one of its metrics.
absl::Status AddMeasurement(const std::string& study_folder,
                            const std::string& id,
                            const Measurement& measurement);

// A free name in the trial's folder for a record that is replaced:
// record.json.old, or record.json.old.2 and so on.
std::string OldRecordName(const std::string& study_folder,
                          const std::string& id);

// Copies the record of a finished trial, before another one replaces it, to
// its OldRecordName. Does nothing if there is none, or that of a
// failure.
absl::Status CopyRecordAside(const std::string& study_folder,
                             const std::string& id);

// Turns the record of format 1 in the folder `former_id` into one of the
// present format under `id`, with the ids of its metrics {label: id}. The
// caller holds the trial's lock. Does nothing if another process has done it.
absl::Status AdoptRecord(const std::string& study_folder,
                         const std::string& former_id, const std::string& id,
                         const Json& metric_ids);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_RECORD_WRITER_H_
