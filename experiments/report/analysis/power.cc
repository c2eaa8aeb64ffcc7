#include "experiments/report/analysis/power.h"

#include <algorithm>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/claims.h"
#include "experiments/report/analysis/significance.h"

namespace bigstep {
namespace {

constexpr double kPower = 0.8;
constexpr int kMostSeeds = 10000;

std::string SeedsText(double effect, double error, int least) {
  const std::optional<int> seeds = SeedsForPower(effect, error, least);
  return seeds ? absl::StrCat(*seeds, " seeds")
               : absl::StrCat("more than ", kMostSeeds, " seeds");
}

std::string PilotText(const Pilot& pilot, double error, int least) {
  const std::string shown = absl::StrCat(" that ", pilot.n, " seeds show");
  if (pilot.effect <= 0) {
    return absl::StrCat("no number of seeds, at the effect", shown,
                        ": it is not on the claim's side");
  }
  if (pilot.std <= 1e-9 * pilot.effect) {
    return absl::StrCat(least, " seeds, at the effect", shown,
                        ", which does not vary");
  }
  const double effect = pilot.effect / pilot.std;
  return absl::StrCat(
      SeedsText(effect, error, least),
      absl::StrFormat(", at the effect of %.2f standard deviations", effect),
      shown);
}

}  // namespace

double PowerOf(int n, double effect, double error) {
  const double freedom = n - 1;
  const double t =
      quantile(complement(boost::math::students_t(freedom), error / 2));
  const double shift = std::abs(effect) * std::sqrt(n);
  // Far out, the distribution is not computed, and the power is 1.
  if (shift > t + 30) return 1;
  const boost::math::non_central_t shifted(freedom, shift);
  return cdf(complement(shifted, t)) + cdf(shifted, -t);
}

std::optional<int> SeedsForPower(double effect, double error, int least) {
  if (!(std::abs(effect) > 0)) return std::nullopt;
  int low = least, high = kMostSeeds;
  if (PowerOf(high, effect, error) < kPower) return std::nullopt;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (PowerOf(middle, effect, error) < kPower) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::vector<std::string> DescribePower(const Analysis& analysis,
                                       const Records& records, double effect) {
  std::vector<std::string> lines;
  const std::vector<ClaimDesign> designs = DesignsOfClaims(analysis, records);
  std::set<int64_t> seeds;
  for (const StudyTrial& trial : analysis.study.trials) {
    seeds.insert(trial.seed);
  }
  for (size_t i = 0; i < designs.size(); ++i) {
    const ClaimDesign& design = designs[i];
    const double error = design.level / std::max(1, design.comparisons);
    const int least = design.least_seeds;
    const std::string needs =
        absl::StrCat("claim ", analysis.study.claims[i].claim.id, " needs ");
    if (!seeds.empty() && seeds.size() < static_cast<size_t>(least)) {
      lines.push_back(absl::StrFormat(
          "claim %s gets no verdict: the study has %d seeds, a verdict takes "
          "%d",
          analysis.study.claims[i].claim.id, seeds.size(), least));
    }
    if (effect > 0) {
      lines.push_back(absl::StrCat(
          needs, SeedsText(effect, error, least),
          absl::StrFormat(", at an effect of %.4g standard deviations",
                          effect)));
    } else if (design.pilot) {
      lines.push_back(
          absl::StrCat(needs, PilotText(*design.pilot, error, least)));
    } else {
      lines.push_back(absl::StrCat(needs, SeedsText(1, error, least),
                                   " at an effect of 1 standard deviation, ",
                                   SeedsText(2, error, least), " at 2"));
    }
  }
  return lines;
}

}  // namespace bigstep
