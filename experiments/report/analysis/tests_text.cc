#include "experiments/report/analysis/tests_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/significance.h"

namespace bigstep {

std::string TestsText(const Analysis& analysis) {
  const SeedTest* basis = nullptr;
  int differences = 0, trends = 0, of_claims = 0;
  const auto add = [&basis](const SeedTest& test, int& count) {
    if (test.comparisons == 0) return;
    ++count;
    if (basis == nullptr || test.summary.n > basis->summary.n) basis = &test;
  };
  for (const Difference& difference : analysis.differences) {
    add(difference.test, differences);
  }
  for (const Correlation& correlation : analysis.correlations) {
    add(correlation.test, trends);
  }
  for (const Verdict& verdict : analysis.verdicts) {
    of_claims = std::max(of_claims, verdict.comparisons);
  }
  if (basis == nullptr) return "";
  return absl::StrCat(
      "Tests are paired by seed. Intervals and p are corrected by Holm over ",
      CountText(basis->comparisons, "test"), " (",
      CountText(differences, "difference"), ", ", CountText(trends, "trend"),
      ")",
      of_claims == 0 ? ""
                     : absl::StrCat("; the ", CountText(of_claims, "test"),
                                    " of claims, among themselves"),
      ". ", BasisText(*basis), ".");
}

std::string WithdrawnText(const Analysis& analysis) {
  std::vector<std::string> ids;
  for (const Verdict& verdict : analysis.verdicts) {
    if (verdict.outcome == ClaimOutcome::kWithdrawn) ids.push_back(verdict.id);
  }
  if (ids.empty()) return "";
  return absl::StrCat(
      CountText(ids.size(), "claim"), ids.size() == 1 ? " was" : " were",
      " withdrawn after trials were done: ", absl::StrJoin(ids, ", "), ".");
}

}  // namespace bigstep
