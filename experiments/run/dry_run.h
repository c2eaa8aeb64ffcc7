// The output of --plan: the trials of a plan with their states, and the work
// left.
#ifndef BIGSTEP_EXPERIMENTS_RUN_DRY_RUN_H_
#define BIGSTEP_EXPERIMENTS_RUN_DRY_RUN_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "base/json.h"
#include "experiments/plan/plan.h"
#include "experiments/run/preflight.h"
#include "experiments/run/resume.h"

namespace bigstep {

// Those of `trials` (positions in plan.trials) for which this is left to do.
std::vector<const Trial*> TrialsWith(TrialWork::Kind work, const Plan& plan,
                                     const FolderContent& content,
                                     const std::vector<size_t>& trials);

// The same for all that are left to do.
std::vector<const Trial*> TrialsToRun(const Plan& plan,
                                      const FolderContent& content,
                                      const std::vector<size_t>& trials);

// "6 trials in 4 configurations".
std::string TrialsText(size_t trials, size_t configurations);

// How long trials should take, by CostModel.
struct TimeEstimate {
  double seconds = 0;   // The known ones, one after another.
  double longest = 0;   // The longest of them, seconds.
  int64_t known = 0;    // Trials like which some trial was completed,
  int64_t timed = 0;    // or of which steps were timed.
  int64_t unknown = 0;  // The others.
  // With several workers: the work divided, but at least the longest trial.
  double SecondsWith(int64_t workers) const;
};

TimeEstimate EstimateTime(const Plan& plan, const FolderContent& content,
                          const std::vector<const Trial*>& to_run,
                          const CheckedTrials& checked = {});

// The mean size of the folders of completed and diverged trials, of at most a
// hundred; 0 if there are none. Bytes.
double MeanTrialBytes(const FolderContent& content,
                      const std::string& study_folder);

// Writes the counts of `trials` and the estimates, with `list` after a line for
// each trial and each configuration it is in.
void PrintPlan(const Plan& plan, const FolderContent& content,
               const std::vector<size_t>& trials,
               const std::string& study_folder, int64_t workers,
               const CheckedTrials& checked, bool list, std::ostream& out);

// The notes of datasets by their identity; see Supervisor::Options::on_data.
using DataNotes = std::map<std::string, Json>;

// Writes the counts and warnings of the datasets of `trials`: those in `notes`,
// or those that records have.
void PrintData(const Plan& plan, const FolderContent& content,
               const std::vector<size_t>& trials, const DataNotes& notes,
               std::ostream& out);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_DRY_RUN_H_
