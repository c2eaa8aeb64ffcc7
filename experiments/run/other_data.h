// Kept trials whose data have changed since they were trained: their results
// must not be averaged with new ones without a warning.
#ifndef BIGSTEP_EXPERIMENTS_RUN_OTHER_DATA_H_
#define BIGSTEP_EXPERIMENTS_RUN_OTHER_DATA_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/plan/plan.h"
#include "experiments/run/resume.h"

namespace bigstep {

// How a run treats such trials.
enum class OtherDataRule {
  kRefuse,   // Trains nothing.
  kRetrain,  // Trains them again; their records stay as record.json.old.
  kKeep,     // Uses them as they are; reports warn.
};

// The rule of the flag --other_data: "refuse", "retrain" or "keep".
absl::StatusOr<OtherDataRule> ParseOtherDataRule(absl::string_view word);

// The kept trials with one dataset that saw other data than it gives now.
struct OtherData {
  std::string dataset;               // Its identity as text.
  std::vector<const Trial*> trials;  // In the order of the plan.
  // DataChecksum of the data, in the record of the first trial and now.
  std::string recorded, now;
  std::set<std::string> all_recorded;  // In the records of all trials.
};

// A dataset (its identity as text) with the seed of a trial.
using DataKey = std::pair<std::string, int64_t>;

// The DataChecksum of a kept trial, from its record; "" if the trial is to be
// run or its record has none.
std::string RecordedData(const FolderContent& content, const Trial& trial);

// The kept trials whose data differ (see SameData) from `now`, which has the
// checksums of the data that were made; grouped by dataset. Trials whose data
// were not made are left out.
std::vector<OtherData> FindOtherData(const Plan& plan,
                                     const FolderContent& content,
                                     const std::map<DataKey, std::string>& now);

// "12 done with other data (sha256 0123456789ab… / cdef01234567…): dataset
// waterbirds, lr=0.1 seed 0 and 11 more", a line for each; the checksums (of
// the content, if that alone differs) are those in the first record and now.
std::string DescribeOtherData(const Plan& plan,
                              const std::vector<OtherData>& all);

// FailedPrecondition with that and the choices, unless `all` is empty.
absl::Status RefuseOtherData(const Plan& plan,
                             const std::vector<OtherData>& all);

// Renames the record of a trial to record.json.old (or .old.2, ...), unless it
// is no longer `record` or another process trains the trial.
absl::Status SetAsideRecord(const std::string& study_folder,
                            const std::string& id, const Record& record);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_OTHER_DATA_H_
