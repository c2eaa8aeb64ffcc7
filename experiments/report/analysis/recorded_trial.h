// A trial of a study with its record.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_RECORDED_TRIAL_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_RECORDED_TRIAL_H_

#include <optional>
#include <string>
#include <vector>

#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {

struct RecordedTrial {
  const StudyTrial* trial = nullptr;
  const Record* record = nullptr;  // Null: not finished.

  // "completed", "collapsed", "not converged", "diverged", "failed" or
  // "missing".
  std::string State() const;
  // Its result in a column; nothing if it did not complete, or if the result is
  // not a number.
  std::optional<double> Value(const Column& column) const;
};

// The record of the trial `id`; null if there is none.
const Record* FindRecord(const Records& records, const std::string& id);

// The trials of each configuration of `study`. Both arguments must outlive the
// result.
std::vector<std::vector<RecordedTrial>> TrialsOfConfigurations(
    const Study& study, const Records& records);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_RECORDED_TRIAL_H_
