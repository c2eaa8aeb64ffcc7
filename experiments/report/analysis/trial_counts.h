// How many trials ended in which way.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TRIAL_COUNTS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TRIAL_COUNTS_H_

#include <string>

#include "experiments/records/record.h"

namespace bigstep {

struct TrialCounts {
  int trials = 0;  // Planned.
  int completed = 0, collapsed = 0, diverged = 0, failed = 0, missing = 0;
  int unconverged = 0;  // Of the completed ones: see IsUnconverged.

  bool complete() const { return completed == trials; }
  // Networks that guess are not a trade-off, and compress at will.
  bool most_collapsed() const { return 2 * collapsed > completed; }
  // Adds a trial; null: it has no record yet.
  void Add(const Record* record);
  TrialCounts& operator+=(const TrialCounts& other);
};

// "5 completed (1 collapsed, 2 not converged), 2 diverged".
std::string OutcomesText(const TrialCounts& counts);

// "5"; with the other outcomes, "5 (1 collapsed, 2 diverged)".
std::string ShortOutcomesText(const TrialCounts& counts);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TRIAL_COUNTS_H_
