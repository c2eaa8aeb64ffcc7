#include "experiments/report/analysis/claim_limits.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "experiments/report/analysis/seed_samples.h"

namespace bigstep {
namespace {

// Which trials a claim compares: a flag for each of Study::trials.
std::vector<bool> TrialsOf(const Study& study, const Claim& claim) {
  std::vector<std::string> axes = claim.against;
  axes.push_back(claim.compare);
  for (const auto& [axis, label] : claim.at) {
    if (label == "best") axes.push_back(axis);
  }
  const auto is_compared = [&](size_t i) {
    const Configuration& configuration = study.configurations[i];
    return (!claim.at.empty() && IsAt(configuration, claim.at)) ||
           std::any_of(axes.begin(), axes.end(), [&](const std::string& axis) {
             return VariesAlone(configuration, axis);
           });
  };
  std::vector<const AxisValue*> along;
  if (!claim.along.empty()) along = FindAxisOfTrials(study, claim.along).values;
  std::vector<bool> of_claim;
  for (size_t t = 0; t < study.trials.size(); ++t) {
    const auto& configurations = study.trials[t].configurations;
    of_claim.push_back(
        claim.expect == Expectation::kCorrelates ||
        (!along.empty() && along[t] != nullptr) ||
        std::any_of(configurations.begin(), configurations.end(), is_compared));
  }
  return of_claim;
}

}  // namespace

std::string ClaimLimits(const Study& study, const Records& records,
                        const Claim& claim) {
  const std::vector<bool> of_claim = TrialsOf(study, claim);
  int unconverged = 0, without_value = 0, all = 0;
  for (size_t t = 0; t < study.trials.size(); ++t) {
    if (!of_claim[t]) continue;
    ++all;
    const auto record = records.find(study.trials[t].id);
    if (record == records.end() || !ResultOf(record->second, claim.result)) {
      ++without_value;
    } else if (IsUnconverged(record->second)) {
      ++unconverged;
    }
  }
  std::string text;
  if (unconverged > 0) {
    absl::StrAppend(&text, " ", unconverged,
                    " of its trials did not converge.");
  }
  if (without_value > 0 && without_value < all) {
    absl::StrAppend(&text, " ", without_value, " of its trials ",
                    without_value == 1 ? "has" : "have",
                    " no value (diverged, failed, missing or undefined).");
  }
  return text;
}

}  // namespace bigstep
