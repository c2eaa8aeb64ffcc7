// Leaves the outcome of one trial on disk.
#ifndef BIGSTEP_EXPERIMENTS_RECORD_WRITER_H_
#define BIGSTEP_EXPERIMENTS_RECORD_WRITER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/plan.h"
#include "experiments/provenance.h"
#include "experiments/trainer.h"

namespace bigstep {

// How a record calls it: "max_steps", "train_thresholds", "collapsed",
// "diverged".
std::string StopName(Stop stop);

// history.csv: a row for each evaluation, with its step, the mean loss since
// the last row, and every number that the metrics gave.
std::string HistoryCsv(const std::vector<HistoryRow>& history);

// Writes trial.yaml, history.csv, each picture as `<name>.png` and, last and
// atomically, record.json, whose presence means that the trial is finished. The
// part "metrics" of record.json and all of history.csv depend on the trial
// alone; times stand apart. `started` is a time as RFC 3339 writes it; what
// passed until now, as exactly as `started` is, becomes times.wall_s.
absl::Status WriteRecord(const std::string& study_folder, const Plan& plan,
                         const Trial& trial, const TrialResult& result,
                         const Provenance& provenance,
                         const std::string& started);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORD_WRITER_H_
