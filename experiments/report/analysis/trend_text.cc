#include "experiments/report/analysis/trend_text.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/significance.h"

namespace bigstep {
namespace {

// How a result changes as the axis's value rises, in words.
std::string Verb(const Correlation& correlation) {
  const std::string& axis = correlation.axis;
  if (!correlation.rho) {
    return absl::StrCat("has no trend with ", axis, " to test");
  }
  switch (correlation.test.side) {
    case Side::kTooFewSeeds:
      return absl::StrCat("has too few seeds for a trend with ", axis);
    case Side::kUndecided:
      return absl::StrCat("has no clear trend with ", axis);
    case Side::kAbove:
    case Side::kBelow:
      break;
  }
  const bool rises = *correlation.rho > 0;
  return std::abs(*correlation.rho) < 0.5
             ? absl::StrCat("tends to ", rises ? "rise" : "fall", " with ",
                            axis)
             : absl::StrCat(rises ? "rises" : "falls", " with ", axis);
}

// "rank correlation +0.94 [+0.80, +1.00], n = 5, corrected p < 0.001, exact p =
// 0.062"; the reason if there is no verdict.
std::string Evidence(const Correlation& correlation) {
  const SeedTest& test = correlation.test;
  std::string text;
  if (!correlation.rho) {
    text = correlation.trials == 0
               ? "no trial can be ranked"
               : absl::StrCat("the results or the values of ", correlation.axis,
                              " do not differ");
  } else {
    text = absl::StrFormat("rank correlation %+.2f", *correlation.rho);
    if (test.corrected) {
      absl::StrAppendFormat(&text, " [%+.2f, %+.2f]",
                            std::max(-1.0, test.corrected->low),
                            std::min(1.0, test.corrected->high));
    }
    if (test.side != Side::kTooFewSeeds) {
      absl::StrAppend(&text, ", ", TestText(test));
    } else {
      absl::StrAppend(
          &text, ", n = ", test.summary.n,
          test.summary.n < kLeastSeeds ? "" : ", of fewer than four values");
    }
  }
  if (!correlation.alone) text += ", other axes vary too";
  const auto add = [&text](int count, const char* what) {
    if (count > 0)
      absl::StrAppend(&text, ", ", count, count == 1 ? " trial" : " trials",
                      what);
  };
  add(correlation.without_value, " without a value");
  add(correlation.without_number, " with an axis value that is not a number");
  return text;
}

}  // namespace

std::string TrendText(const Correlation& correlation) {
  return absl::StrCat(Verb(correlation), " (", Evidence(correlation), ")");
}

}  // namespace bigstep
