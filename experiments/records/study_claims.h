// The claims in study.json, and when they were first there.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_STUDY_CLAIMS_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_STUDY_CLAIMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "experiments/spec/claim.h"

namespace bigstep {

struct StudyClaim {
  Claim claim;
  bool lower_is_better = false;  // Of its result.
  // When study.json first held the claim as it is, in UTC
  // ("2026-01-31T12:00:00Z"); empty before it is written.
  std::string first_recorded = {};
  bool post_hoc = false;  // Trials of the study were done by then.
};

Json StudyClaimsToJson(const std::vector<StudyClaim>& claims);

// The claims in a list of any origin. DataLoss.
absl::StatusOr<std::vector<StudyClaim>> StudyClaimsFromJson(const Json& list);

// Gives `claims` the times and marks that equal claims have in `before`; the
// others get `now`, and are post hoc if trials are done.
void DateClaims(const std::vector<StudyClaim>& before, const std::string& now,
                bool trials_done, std::vector<StudyClaim>& claims);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_STUDY_CLAIMS_H_
