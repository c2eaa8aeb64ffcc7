#include "experiments/report/analysis/tests_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/significance.h"

namespace bigstep {
namespace {

constexpr size_t kNamed = 10;  // Seeds of a change in a sentence.

}  // namespace

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

std::string SeedChangesText(const Study& study) {
  std::vector<std::string> parts;
  const auto add = [&parts](const SeedChange& change,
                            const std::vector<int64_t>& seeds,
                            const char* what) {
    if (seeds.empty()) return;
    const size_t named = std::min(kNamed, seeds.size());
    parts.push_back(absl::StrCat(
        absl::StrJoin(seeds.begin(), seeds.begin() + static_cast<int>(named),
                      ", "),
        seeds.size() > named
            ? absl::StrCat(" and ", seeds.size() - named, " more")
            : "",
        what, " after ", CountText(change.trials_done, "trial"), " (",
        change.when.substr(0, 10), ")"));
  };
  for (const SeedChange& change : study.seed_changes) {
    add(change, change.added, " added");
    add(change, change.removed, " removed");
  }
  if (parts.empty()) return "";
  return absl::StrCat(
      "Seeds changed while trials were done: ", absl::StrJoin(parts, "; "),
      ". If that depended on their results, the p are too small.");
}

}  // namespace bigstep
