// Leaves the outcome of one trial on disk.
#ifndef BIGSTEP_EXPERIMENTS_RECORD_WRITER_H_
#define BIGSTEP_EXPERIMENTS_RECORD_WRITER_H_

#include <c10/core/Device.h>

#include <string>

#include "absl/status/status.h"
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

// Writes trial.yaml, history.csv, each picture as `<name>.png` and, last and
// atomically, record.json, whose presence means that the trial is finished. The
// part "metrics" of record.json and all of history.csv depend on the trial
// alone; times stand apart.
absl::Status WriteRecord(const std::string& study_folder, const Plan& plan,
                         const Trial& trial, const TrialResult& result,
                         const Provenance& provenance,
                         const std::string& started);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORD_WRITER_H_
