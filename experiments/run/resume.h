// What a study's folder holds before a run, and whether the run may add to it.
#ifndef BIGSTEP_EXPERIMENTS_RUN_RESUME_H_
#define BIGSTEP_EXPERIMENTS_RUN_RESUME_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"
#include "experiments/records/record.h"

namespace bigstep {

struct FolderContent {
  std::map<std::string, Record> records;  // Of the plan's trials, by id.
  // Records that are kept but not used, as no trial of the plan has their id:
  int earlier_versions = 0;  // settings of the plan, another plugin version;
  int other_settings = 0;    // the rest.
};

// Reads the records. Files and folders of others do not matter. What cannot
// stand beside the plan's results is an error that says what to do:
//  - DataLoss: a record of the plan that is not whole;
//  - FailedPrecondition: a study.json of another format; a record whose
//    settings are not those of the plan's trial with its id (edited, or written
//    by a program in which a default was another).
absl::StatusOr<FolderContent> ReadFolder(const std::string& study_folder,
                                         const Plan& plan);

// "; kept but not used: 3 records of other settings, 1 of an earlier version of
// a plugin", or "".
std::string DescribeUnused(const FolderContent& content);

// Where `found` says something else than `expected` of what both name:
// "optimizer.lr is 0.3, expected 0.1"; "" if nowhere.
std::string Contradiction(const Json& found, const Json& expected);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_RESUME_H_
