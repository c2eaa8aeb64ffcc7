// Records of format 1, whose ids counted the metrics: found, and given their
// present ids.
#ifndef BIGSTEP_EXPERIMENTS_RUN_FORMER_RECORDS_H_
#define BIGSTEP_EXPERIMENTS_RUN_FORMER_RECORDS_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "experiments/plan/plan.h"
#include "experiments/run/resume.h"

namespace bigstep {

// Adds the records of format 1 in the trials' folders `names` to `content`, if
// the plan has their trials and `content` no record of them, and removes these
// names. If a trial has several records, the one with results of most metrics
// of the plan is taken. A record counts only if its id is that of its settings
// in this program, with the versions of metrics that it names: other plugins
// have the versions they had. Results of metrics whose versions have changed
// since are former ones.
void FindFormerRecords(const std::string& study_folder, const Plan& plan,
                       std::set<std::string>& names, FolderContent& content);

// Renames the folders of the records that FindFormerRecords found, and writes
// them in the present format.
absl::Status AdoptFormerRecords(const std::string& study_folder,
                                const FolderContent& content);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_FORMER_RECORDS_H_
