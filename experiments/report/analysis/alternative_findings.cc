#include "experiments/report/analysis/alternative_findings.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/plain_name.h"

namespace bigstep {
namespace {

constexpr size_t kNamed = 5;  // Turned verdicts in a sentence.

const char* SideName(Side side) {
  switch (side) {
    case Side::kTooFewSeeds:
      return "too few seeds";
    case Side::kUndecided:
      return "undecided";
    case Side::kAbove:
      return "higher";
    case Side::kBelow:
      return "lower";
  }
  return "";
}

// Adds "accuracy of l2 (higher, then undecided)" for each test of
// `analysis` that another one of its axis and column decides differently.
template <typename Test>
void AddTurned(const Analysis& analysis, const std::vector<Test>& before,
               const std::vector<Test>& after, const char* what,
               std::vector<std::string>* turned) {
  for (const Test& test : before) {
    const auto other = std::find_if(
        after.begin(), after.end(), [&test](const Test& candidate) {
          return candidate.axis == test.axis && candidate.column == test.column;
        });
    if (other == after.end() || other->test.side == test.test.side) continue;
    turned->push_back(absl::StrCat(
        analysis.study.columns[test.column].title(), what, test.axis, " (",
        SideName(test.test.side), ", then ", SideName(other->test.side), ")"));
  }
}

std::string List(const std::vector<std::string>& turned) {
  if (turned.size() <= kNamed) return absl::StrJoin(turned, ", ");
  return absl::StrCat(
      absl::StrJoin(turned.begin(), turned.begin() + kNamed, ", "), " and ",
      turned.size() - kNamed, " more");
}

bool HasVerdict(const Analysis& analysis) {
  return std::any_of(analysis.differences.begin(), analysis.differences.end(),
                     [](const Difference& difference) {
                       return difference.test.side != Side::kTooFewSeeds;
                     });
}

// "the best lr is 0.3 instead of 0.1"; empty without a reference.
std::string OtherBest(const Analysis& analysis,
                      const Alternative& alternative) {
  const auto label = [&analysis](const std::vector<Best>& bests) {
    for (const Best& best : bests) {
      if (best.axis != analysis.study.reference || !best.configuration)
        continue;
      return analysis.study.configurations[*best.configuration]
          .axis_values[0]
          .label;
    }
    return std::string("not defined");
  };
  if (analysis.study.reference.empty()) return "";
  const std::string before = label(analysis.best);
  const std::string after = label(alternative.best);
  return absl::StrCat("the best ", analysis.study.reference, " is ",
                      before == after ? "still " : "", after,
                      before == after ? "" : absl::StrCat(", not ", before));
}

}  // namespace

std::vector<std::string> AlternativeFindings(const Analysis& analysis) {
  std::vector<std::string> sentences;
  for (const Alternative& alternative : analysis.alternatives) {
    std::vector<std::string> turned;
    AddTurned(analysis, analysis.differences, alternative.differences, " of ",
              &turned);
    if (!alternative.is_selection) {
      AddTurned(analysis, analysis.correlations, alternative.correlations,
                " along ", &turned);
      if (turned.empty()) continue;
      sentences.push_back(absl::StrCat(
          "Sensitivity: ", alternative.how, ", ",
          CountText(turned.size(), "verdict"),
          turned.size() == 1 ? " changes: " : " change: ", List(turned), "."));
      continue;
    }
    std::string sentence = absl::StrCat("Chosen ", alternative.how, " instead");
    const std::string best = OtherBest(analysis, alternative);
    if (!best.empty()) absl::StrAppend(&sentence, ", ", best);
    if (!turned.empty()) {
      absl::StrAppend(&sentence, "; verdicts that change: ", List(turned));
    } else if (HasVerdict(analysis)) {
      absl::StrAppend(&sentence, "; all verdicts stay the same");
    }
    sentences.push_back(sentence + ".");
  }
  return sentences;
}

}  // namespace bigstep
