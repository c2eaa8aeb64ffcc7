#include "experiments/report/analysis/claims.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/claim_limits.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/seed_samples.h"
#include "experiments/report/analysis/significance.h"
#include "experiments/report/analysis/ties_text.h"

namespace bigstep {
namespace {

// One comparison of a claim: `test` is above zero where it is on the claim's
// side. What it measures is sign * x + offset, for a mean x of `test`.
struct Part {
  std::string measure;
  SeedTest test;
  double sign = 1;
  double offset = 0;
  std::optional<Interval> range = {};  // That the measure cannot leave.
  bool is_mean = false;                // Shown without a sign.
  // That a verdict takes, if all trials of the plan have results.
  int least_seeds = kLeastSeeds;
  std::string no_test = "no seed has both results yet";  // If n = 0.
  std::string ties = {};  // " l1=1e-3, tied with 1e-4." The values compared.

  double Measured(double x) const {
    const double value = sign * x + offset;
    return range ? std::clamp(value, range->low, range->high) : value;
  }
  Interval Measured(const Interval& x) const {
    const double a = Measured(x.low), b = Measured(x.high);
    return {std::min(a, b), std::max(a, b)};
  }
};
using Parts = std::vector<Part>;  // Of one claim.

bool IsOneOf(size_t i, const std::vector<size_t>& all) {
  return std::find(all.begin(), all.end(), i) != all.end();
}

// What is compared: the best configurations, and which trials count.
struct View {
  const std::vector<Best>& best;
  bool survivors_only = false;
};

class Measurer {
 public:
  Measurer(const Study& study, const Records& records, View view)
      : study_(study), records_(records), view_(view) {}

  // The comparisons of each claim, corrected as one family. Claims that were
  // withdrawn count in it: a claim does not gain by the end of another.
  std::vector<Parts> Measure() {
    std::vector<Parts> claims;
    for (const StudyClaim& claim : study_.claims) {
      claims.push_back(PartsOf(claim));
    }
    std::vector<Parts> withdrawn;
    for (const WithdrawnClaim& claim : study_.withdrawn) {
      withdrawn.push_back(PartsOf(claim.claim));
    }
    std::vector<SeedTest*> family;
    for (std::vector<Parts>* all : {&claims, &withdrawn}) {
      for (Parts& parts : *all) {
        for (Part& part : parts) family.push_back(&part.test);
      }
    }
    CorrectTests(family);
    family_size_ = static_cast<int>(family.size());
    return claims;
  }

  // Comparisons of all claims that Measure found, withdrawn ones included.
  int family_size() const { return family_size_; }

 private:
  const TrialValues& ValuesOf(const std::string& result) {
    const auto [it, is_new] = values_.try_emplace(result);
    if (!is_new) return it->second;
    for (const StudyTrial& trial : study_.trials) {
      const auto record = records_.find(trial.id);
      const bool counts =
          record != records_.end() &&
          !(view_.survivors_only &&
            (record->second.collapsed || IsUnconverged(record->second)));
      it->second.push_back(counts ? ResultOf(record->second, result)
                                  : std::nullopt);
    }
    return it->second;
  }

  Best BestOf(const std::string& axis) const {
    for (const Best& best : view_.best) {
      if (best.axis == axis) return best;
    }
    return {};
  }

  std::map<int64_t, double> BySeed(const std::string& result,
                                   const Best& best) {
    std::map<int64_t, double> values;
    for (size_t t = 0; t < study_.trials.size(); ++t) {
      const StudyTrial& trial = study_.trials[t];
      const std::optional<double>& value = ValuesOf(result)[t];
      const std::optional<size_t> at = ConfigurationFor(best, trial.seed);
      if (value && at && IsOneOf(*at, trial.configurations)) {
        values[trial.seed] = *value;
      }
    }
    return values;
  }

  std::string NameOf(const std::string& axis) const {
    const Best best = BestOf(axis);
    if (!best.configuration) return axis;
    return study_.configurations[*best.configuration].name;
  }

  // " lr=0.1, tied with 0.3."; empty without ties.
  std::string TiesOf(const std::string& axis) const {
    const Best best = BestOf(axis);
    if (best.ties.empty()) return "";
    return absl::StrCat(" ", NameOf(axis), TiesText(study_, best), ".");
  }

  Parts PartsOf(const StudyClaim& claim) {
    switch (claim.claim.expect) {
      case Expectation::kRises:
      case Expectation::kFalls:
        return {TrendPart(claim.claim)};
      case Expectation::kCorrelates:
        return {CorrelationPart(claim.claim)};
      case Expectation::kBetter:
      case Expectation::kNotWorse:
        return ComparisonParts(claim);
      case Expectation::kAtLeast:
      case Expectation::kAtMost:
        return {LevelPart(claim.claim)};
    }
    return {};
  }

  Part TrendPart(const Claim& claim) {
    Part part;
    part.measure = absl::StrCat("rank correlation with ", claim.along);
    part.sign = claim.expect == Expectation::kRises ? 1 : -1;
    part.range = Interval{-1, 1};
    const AxisOfTrials axis = FindAxisOfTrials(study_, claim.along);
    Trend trend = TrendOf(study_, axis, ValuesOf(claim.result));
    for (double& rho : trend.by_seed) rho *= part.sign;
    part.test = TestTrend(trend);
    part.least_seeds = LeastSeedsOfTrend(study_, axis);
    part.no_test = trend.axis_values < 2
                       ? "no seed has results at two values yet"
                       : "no seed's results differ";
    return part;
  }

  Part CorrelationPart(const Claim& claim) {
    Part part;
    part.measure =
        absl::StrCat("rank correlation with ", study_.TitleOf(claim.with),
                     " across the trials of a seed");
    part.sign = claim.negative ? -1 : 1;
    part.range = Interval{-1, 1};
    const TrialValues with = ValuesOf(claim.with);
    part.test =
        TestCorrelations(study_, with, ValuesOf(claim.result), part.sign);
    part.least_seeds = LeastSeedsOfCorrelation(study_);
    part.no_test = "no seed has three trials with both results yet";
    return part;
  }

  Parts ComparisonParts(const StudyClaim& claim) {
    Parts parts;
    const std::string& result = claim.claim.result;
    const double margin = claim.claim.margin.value_or(0);
    const bool not_worse = claim.claim.expect == Expectation::kNotWorse;
    const std::map<int64_t, double> own =
        BySeed(result, BestOf(claim.claim.compare));
    for (const std::string& axis : claim.claim.against) {
      Part part;
      part.measure =
          absl::StrCat(NameOf(claim.claim.compare), " less ", NameOf(axis));
      part.sign = claim.lower_is_better ? -1 : 1;
      const double bound = not_worse ? -margin : margin;
      part.offset = part.sign * bound;
      std::vector<double> differences =
          DifferencesBySeed(own, BySeed(result, BestOf(axis)), part.offset);
      for (double& value : differences) value *= part.sign;
      part.test = TestSeeds(differences);
      part.ties = absl::StrCat(TiesOf(claim.claim.compare), TiesOf(axis));
      parts.push_back(std::move(part));
    }
    return parts;
  }

  Best ConfigurationAt(const std::map<std::string, std::string>& at) const {
    if (at.size() == 1 && at.begin()->second == "best") {
      return BestOf(at.begin()->first);
    }
    Best found;
    for (size_t i = 0; i < study_.configurations.size(); ++i) {
      if (!found.configuration && IsAt(study_.configurations[i], at)) {
        found.configuration = i;
      }
    }
    return found;
  }

  Part LevelPart(const Claim& claim) {
    Part part;
    const Best at = ConfigurationAt(claim.at);
    part.measure = absl::StrCat(
        "mean at ",
        at.configuration
            ? study_.configurations[*at.configuration].name
            : absl::StrJoin(claim.at, ", ", absl::PairFormatter("=")));
    part.sign = claim.expect == Expectation::kAtLeast ? 1 : -1;
    part.offset = *claim.value;
    part.is_mean = true;
    part.no_test = "no seed has a result yet";
    std::vector<double> values;
    for (const auto& [seed, value] : BySeed(claim.result, at)) {
      values.push_back(part.sign * Excess(value, *claim.value));
    }
    part.test = TestSeeds(values);
    part.test.level = kLevelOfMeans;
    return part;
  }

  const Study& study_;
  const Records& records_;
  const View view_;
  std::map<std::string, TrialValues> values_;
  int family_size_ = 0;
};

ClaimOutcome OutcomeOf(const Parts& parts) {
  const auto is = [](Side side) {
    return [side](const Part& part) { return part.test.side == side; };
  };
  if (std::any_of(parts.begin(), parts.end(), is(Side::kBelow))) {
    return ClaimOutcome::kContradicted;
  }
  return !parts.empty() &&
                 std::all_of(parts.begin(), parts.end(), is(Side::kAbove))
             ? ClaimOutcome::kSupported
             : ClaimOutcome::kUndecided;
}

// The comparison that stands least on the claim's side, of those that decide.
const Part& Deciding(const Parts& parts, ClaimOutcome outcome) {
  const auto counts = [outcome](const Part& part) {
    switch (outcome) {
      case ClaimOutcome::kSupported:
        return part.test.side == Side::kAbove;
      case ClaimOutcome::kContradicted:
        return part.test.side == Side::kBelow;
      default:
        return part.test.side != Side::kAbove;
    }
  };
  const auto is_less = [&counts](const Part& a, const Part& b) {
    if (counts(a) != counts(b)) return counts(a);
    const bool none = b.test.summary.n == 0;
    if (a.test.summary.n == 0 || none) return a.test.summary.n != 0 && none;
    return a.test.summary.mean < b.test.summary.mean;
  };
  return *std::min_element(parts.begin(), parts.end(), is_less);
}

// "rank correlation with lr +0.93 [+0.80, +1.00], n = 5, corrected p = 0.002,
// exact p = 0.062".
std::string EvidenceText(const Part& part, const NumberStyle& style) {
  const SeedTest& test = part.test;
  if (test.summary.n == 0) {
    return absl::StrCat(part.measure, ": ", part.no_test);
  }
  const auto number = [&](double x) {
    return part.is_mean ? style.Text(x) : style.Signed(x);
  };
  std::string text =
      absl::StrCat(part.measure, " ", number(part.Measured(test.summary.mean)));
  if (test.corrected) {
    const Interval ends = part.Measured(*test.corrected);
    absl::StrAppend(&text, " [", number(ends.low), ", ", number(ends.high),
                    "]");
  }
  return absl::StrCat(text, ", ", TestText(test));
}

// "margin 0.02", "at least 0.9"; empty for a bound of zero.
std::string BoundText(const Claim& claim) {
  if (claim.margin.value_or(0) > 0) {
    return absl::StrFormat("margin %.6g", *claim.margin);
  }
  if (!claim.value) return "";
  return absl::StrFormat(
      "at %s %.6g", claim.expect == Expectation::kAtLeast ? "least" : "most",
      *claim.value);
}

// The style of a claim's effect: a correlation's, or that of its result.
NumberStyle StyleOf(const Analysis& analysis, const Claim& claim,
                    const Part& part) {
  NumberStyle style;
  if (!part.range) {
    const std::vector<NumberStyle> styles = ColumnStyles(analysis);
    for (size_t c = 0; c < styles.size(); ++c) {
      if (analysis.study.columns[c].name() == claim.result) style = styles[c];
    }
  }
  return StyleOf(style, part.test);
}

std::string FigureOf(const Study& study, const Claim& claim) {
  const bool drawn =
      std::any_of(study.columns.begin(), study.columns.end(),
                  [&](const Column& c) { return c.name() == claim.result; });
  // Curves draw a result along every axis.
  if (!drawn || claim.expect == Expectation::kCorrelates) return "";
  std::string stem = claim.result;
  for (char& c : stem) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_') {
      c = '-';
    }
  }
  return stem;
}

Verdict VerdictOn(const Analysis& analysis, const StudyClaim& claim,
                  const Parts& parts) {
  Verdict verdict{claim.claim.id, claim.claim.says, OutcomeOf(parts)};
  verdict.bound = BoundText(claim.claim);
  verdict.figure = FigureOf(analysis.study, claim.claim);
  verdict.post_hoc = claim.post_hoc;
  verdict.first_recorded = claim.first_recorded;
  if (parts.empty()) return verdict;
  const Part& part = Deciding(parts, verdict.outcome);
  const SeedTest& test = part.test;
  verdict.measure = part.measure;
  verdict.n = test.summary.n;
  verdict.p = test.p_exact;
  verdict.p_corrected = test.p_corrected;
  verdict.comparisons = test.comparisons;
  if (verdict.n > 0) verdict.effect = part.Measured(test.summary.mean);
  if (test.corrected) verdict.interval = part.Measured(*test.corrected);
  verdict.style = StyleOf(analysis, claim.claim, part);
  verdict.sentence = absl::StrCat(
      Capitalized(ClaimOutcomeName(verdict.outcome)),
      verdict.bound.empty() ? "" : absl::StrCat(" (", verdict.bound, ")"), ": ",
      EvidenceText(part, verdict.style), ".");
  verdict.sentence += part.ties;
  if (parts.size() > 1) {
    const auto on_side = std::count_if(
        parts.begin(), parts.end(),
        [](const Part& p) { return p.test.side == Side::kAbove; });
    absl::StrAppend(&verdict.sentence, " ", on_side, " of ", parts.size(),
                    " comparisons ", on_side == 1 ? "supports" : "support",
                    " it; the one that decides is shown.");
  }
  if (verdict.post_hoc) {
    verdict.sentence += " Post hoc: recorded after trials were done.";
  }
  return verdict;
}

Verdict WithdrawnVerdict(const WithdrawnClaim& claim) {
  const StudyClaim& before = claim.claim;
  Verdict verdict{before.claim.id, before.claim.says, ClaimOutcome::kWithdrawn};
  verdict.bound = BoundText(before.claim);
  verdict.post_hoc = before.post_hoc;
  verdict.first_recorded = before.first_recorded;
  verdict.sentence =
      absl::StrCat("Withdrawn after ", CountText(claim.trials_done, "trial"),
                   claim.trials_done == 1 ? " was" : " were", " done, ",
                   claim.withdrawn, ".");
  return verdict;
}

}  // namespace

std::vector<Verdict> JudgeClaims(const Analysis& analysis,
                                 const Records& records) {
  const Study& study = analysis.study;
  std::vector<Verdict> verdicts;
  if (study.claims.empty() && study.withdrawn.empty()) return verdicts;
  const std::vector<Parts> claims =
      Measurer(study, records, {analysis.best}).Measure();
  for (size_t i = 0; i < claims.size(); ++i) {
    verdicts.push_back(VerdictOn(analysis, study.claims[i], claims[i]));
    verdicts.back().sentence +=
        ClaimLimits(study, records, study.claims[i].claim);
  }
  for (const Alternative& other : analysis.alternatives) {
    const std::vector<Parts> others =
        Measurer(study, records, {other.best, other.survivors_only}).Measure();
    for (size_t i = 0; i < claims.size(); ++i) {
      const ClaimOutcome outcome = OutcomeOf(others[i]);
      if (outcome == verdicts[i].outcome) continue;
      absl::StrAppend(&verdicts[i].sentence, " ",
                      Capitalized(ClaimOutcomeName(outcome)),
                      other.is_selection ? " if chosen " : " ", other.how, ".");
    }
  }
  for (const WithdrawnClaim& claim : study.withdrawn) {
    verdicts.push_back(WithdrawnVerdict(claim));
  }
  return verdicts;
}

std::vector<ClaimDesign> DesignsOfClaims(const Analysis& analysis,
                                         const Records& records) {
  Measurer measurer(analysis.study, records, {analysis.best});
  const std::vector<Parts> claims = measurer.Measure();
  std::vector<ClaimDesign> designs;
  for (const Parts& parts : claims) {
    ClaimDesign design;
    design.comparisons = measurer.family_size();
    std::optional<Pilot>& pilot = design.pilot;
    for (const Part& part : parts) {
      design.level = part.test.level;
      design.least_seeds = std::max(design.least_seeds, part.least_seeds);
      const Summary& summary = part.test.summary;
      if (summary.n < 2) continue;
      // Without division, as deviations may be zero.
      if (pilot && summary.mean * pilot->std >= pilot->effect * summary.std) {
        continue;
      }
      pilot = Pilot{summary.mean, summary.std, summary.n};
    }
    designs.push_back(design);
  }
  return designs;
}

}  // namespace bigstep
