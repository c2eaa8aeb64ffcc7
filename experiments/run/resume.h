// The content of a study's folder before a run, and whether the run may add to
// it.
#ifndef BIGSTEP_EXPERIMENTS_RUN_RESUME_H_
#define BIGSTEP_EXPERIMENTS_RUN_RESUME_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/plan/plan.h"
#include "experiments/plan/trial_filter.h"
#include "experiments/records/record.h"
#include "experiments/run/trial_work.h"

namespace bigstep {

struct FolderContent {
  std::map<std::string, Record> records;  // Of the plan's trials, by id.
  // The folders of those of these records that have format 1, by id.
  std::map<std::string, std::string> former_folders = {};
  KeepWeights keep_weights = KeepWeights::kAuto;
  // Records that are kept but not used, as no trial of the plan has their id:
  int earlier_versions = 0;  // settings of the plan, another plugin version;
  int other_settings = 0;    // the rest.

  // The record of a trial; nullptr if there is none.
  const Record* Find(const std::string& id) const;
  TrialState StateOfTrial(const std::string& id) const;
  TrialWork WorkOf(const Trial& trial) const;
  // Whether the trial is to be trained.
  bool IsToTrain(const Trial& trial) const;
};

// Reads the records, once for a whole command. Unknown files and folders are
// ignored. Whatever conflicts with the plan's results is an error that says
// what to do:
//  - DataLoss: a damaged record of the plan;
//  - FailedPrecondition: a study.json of another format; a record whose
//    settings differ from those of the plan's trial with its id (edited, or
//    written by a program with another default).
absl::StatusOr<FolderContent> ReadFolder(const std::string& study_folder,
                                         const Plan& plan);

// The positions in plan.trials that the flags --only and --shard leave; all if
// both are empty.
absl::StatusOr<std::vector<size_t>> ChooseTrials(const Plan& plan,
                                                 const std::string& only,
                                                 const std::string& shard,
                                                 const FolderContent& content);

// "; kept but not used: 3 records of other settings, 1 of an earlier version of
// a plugin", or "".
std::string DescribeUnused(const FolderContent& content);

// The first value that differs among the keys of both:
// "optimizer.lr is 0.3, expected 0.1"; "" if there is none.
std::string Contradiction(const Json& found, const Json& expected);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_RESUME_H_
