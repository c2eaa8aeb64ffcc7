// The outcome of one trial on disk: the only thing that reports read.
#ifndef BIGSTEP_EXPERIMENTS_RECORD_H_
#define BIGSTEP_EXPERIMENTS_RECORD_H_

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/json.h"
#include "experiments/plan.h"
#include "experiments/trainer.h"

namespace bigstep {

// Where and with what the trials run.
struct Provenance {
  std::string commit;  // Of this program's source, "+" appended if changed.
  std::string libtorch;
  std::string compiler;
  std::string device;       // "cpu", "cuda:0".
  std::string device_name;  // "cpu: <model>".
};

// What this build on this device is.
Provenance MakeProvenance(c10::Device device, const std::string& commit);

// What a report needs of a record.
struct Record {
  Outcome outcome = Outcome::kCompleted;
  bool collapsed = false;
  std::string reason;  // Of a failure.
  Json metrics;
};

// The folder of one trial: `<study_folder>/trials/<id>`.
std::string TrialFolder(const std::string& study_folder, const std::string& id);

// Writes trial.yaml, history.csv, each picture as `<name>.png` and, last and
// atomically, record.json, whose presence means that the trial is finished. The
// part "metrics" of record.json and all of history.csv depend on the trial
// alone; times stand apart.
absl::Status WriteRecord(const std::string& study_folder, const Plan& plan,
                         const Trial& trial, const TrialResult& result,
                         const Provenance& provenance,
                         const std::string& started);

// The record of a trial, or nothing if it is not finished. DataLoss, naming
// the file and what to do, if record.json is not what WriteRecord wrote.
absl::StatusOr<std::optional<Record>> ReadRecord(
    const std::string& study_folder, const std::string& id);

// The records of all finished trials of the plan, by id.
absl::StatusOr<std::map<std::string, Record>> ReadRecords(
    const std::string& study_folder, const Plan& plan);

// "completed", "diverged", "failed".
std::string OutcomeName(Outcome outcome);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORD_H_
