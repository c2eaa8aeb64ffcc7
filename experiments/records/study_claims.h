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

// A claim that the spec no longer has, or has with another wording.
struct WithdrawnClaim {
  StudyClaim claim;
  std::string withdrawn = {};  // When study.json lost it, in UTC.
  int trials_done = 0;         // Of the study, by then; at least one.
};

Json StudyClaimsToJson(const std::vector<StudyClaim>& claims);

// The claims in a list of any origin. DataLoss.
absl::StatusOr<std::vector<StudyClaim>> StudyClaimsFromJson(const Json& list);

Json WithdrawnClaimsToJson(const std::vector<WithdrawnClaim>& claims);
absl::StatusOr<std::vector<WithdrawnClaim>> WithdrawnClaimsFromJson(
    const Json& list);

// The claims of a study: those it has, and those it had while trials were done.
struct ClaimHistory {
  std::vector<StudyClaim> claims;
  std::vector<WithdrawnClaim> withdrawn;
};

// Continues the history `before` with `claims`: they get the times and marks of
// equal claims there, even withdrawn ones; the others get `now`, and are post
// hoc if trials are done. If so, claims that are gone are withdrawn; without
// trials they are forgotten.
ClaimHistory ContinueHistory(const ClaimHistory& before,
                             std::vector<StudyClaim> claims,
                             const std::string& now, int trials_done);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_STUDY_CLAIMS_H_
