#include "experiments/report/analysis/findings.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/alternative_findings.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/selection.h"
#include "experiments/report/analysis/significance.h"
#include "experiments/report/analysis/trend_text.h"

namespace bigstep {
namespace {

constexpr size_t kColumns = 3;         // Results that sentences are about.
constexpr size_t kConfigurations = 3;  // Named in a sentence.

// "3 trials", "1 trial".
std::string Number(int count, const std::string& noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

class Writer {
 public:
  explicit Writer(const Analysis& analysis)
      : a_(analysis), styles_(ColumnStyles(analysis)) {}

  std::vector<std::string> Write() {
    AddState();
    if (a_.total.completed == 0) return std::move(sentences_);
    AddBest();
    for (size_t c = 0; c < Columns(); ++c) {
      if (a_.study.reference.empty()) {
        for (const StudyAxis& axis : a_.study.axes) AddTrend(axis.name, c);
      } else {
        AddTrend(a_.study.reference, c);
        AddComparison(c);
      }
    }
    for (std::string& sentence : AlternativeFindings(a_)) {
      sentences_.push_back(std::move(sentence));
    }
    AddTandem();
    AddBasis();
    return std::move(sentences_);
  }

 private:
  using Count = int TrialCounts::*;

  size_t Columns() const { return std::min(kColumns, a_.study.columns.size()); }
  std::string Name(size_t column) const {
    return a_.study.columns[column].name();
  }
  bool LowerIsBetter(size_t column) const {
    return a_.study.columns[column].result.direction == Direction::kLower;
  }
  const Best* BestOf(const std::string& axis) const {
    for (const Best& best : a_.best) {
      if (best.axis == axis) return &best;
    }
    return nullptr;
  }
  std::string Rule() const { return SelectionText(a_.study.best_by()); }

  void AddState();
  void AddBest();
  void AddTrend(const std::string& axis, size_t column);
  void AddComparison(size_t column);
  void AddTandem();
  void AddBasis();
  std::string TopConfigurations(Count count) const;
  std::string Results(size_t configuration) const;
  std::string TiesText(const Best& best) const;
  std::string DifferenceText(const Difference& difference) const;
  std::string Ends(const std::string& axis, size_t column, bool alone) const;

  const Analysis& a_;
  std::vector<NumberStyle> styles_;  // One for each column.
  std::vector<std::string> sentences_;
};

// "3 of lr=3, 1 of lr=1": the configurations with the most first.
std::string Writer::TopConfigurations(Count count) const {
  std::vector<std::pair<int, std::string>> counts;
  for (const ConfigurationResults& results : a_.configurations) {
    if (results.*count == 0) continue;
    counts.emplace_back(results.*count, results.configuration.name);
  }
  std::stable_sort(
      counts.begin(), counts.end(),
      [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> parts;
  for (size_t i = 0; i < counts.size() && i < kConfigurations; ++i) {
    parts.push_back(absl::StrCat(counts[i].first, " of ", counts[i].second));
  }
  if (counts.size() > kConfigurations) {
    parts.push_back(Number(static_cast<int>(counts.size() - kConfigurations),
                           "more configuration"));
  }
  return absl::StrJoin(parts, ", ");
}

void Writer::AddState() {
  const TrialCounts& total = a_.total;
  if (total.trials == 0) {
    sentences_.push_back("There are no findings: the study has no trials.");
    return;
  }
  const auto add = [&](Count count, const char* what, const char* meaning) {
    if (total.*count == 0) return;
    sentences_.push_back(
        absl::StrCat(total.*count, " of ", Number(total.trials, "trial"), " ",
                     what, " (", TopConfigurations(count), ")", meaning, "."));
  };
  if (total.missing == total.trials) {
    sentences_.push_back(absl::StrCat(
        "There are no findings yet: all ", Number(total.trials, "trial"),
        total.trials == 1 ? " is" : " are", " missing."));
    return;
  }
  add(&TrialCounts::missing, total.missing == 1 ? "is missing" : "are missing",
      ": these findings are partial");
  add(&TrialCounts::failed, "failed",
      ", which says nothing about their configurations");
  add(&TrialCounts::diverged, "diverged",
      ": they have no values and are in no mean, and their configurations "
      "cannot be an axis's best");
  add(&TrialCounts::collapsed, "collapsed to guessing",
      ": their values count like those of the others");
}

// "accuracy.unbiased_test 1.0000 ± 0.0000, prunability.auc 0.9000 (n = 5)"; the
// n of each where a value is defined for fewer trials.
std::string Writer::Results(size_t configuration) const {
  const ConfigurationResults& of = a_.configurations[configuration];
  bool all_defined = true;
  for (size_t c = 0; c < Columns(); ++c) {
    all_defined = all_defined && of.values[c].n == of.completed;
  }
  std::vector<std::string> parts;
  for (size_t c = 0; c < Columns(); ++c) {
    const Summary& summary = of.values[c];
    parts.push_back(absl::StrCat(
        Name(c), " ", styles_[c].MeanAndStd(summary),
        all_defined ? "" : absl::StrCat(" (n = ", summary.n, ")")));
  }
  return absl::StrCat(
      absl::StrJoin(parts, ", "),
      all_defined ? absl::StrCat(" (n = ", of.completed, ")") : "");
}

// " (tied with 0.3, 1)".
std::string Writer::TiesText(const Best& best) const {
  if (best.ties.empty()) return "";
  std::vector<std::string> names;
  for (const size_t i : best.ties) {
    const Configuration& tied = a_.configurations[i].configuration;
    names.push_back(best.axis.empty() ? tied.name : tied.axis_values[0].label);
    if (names.size() == kConfigurations) break;
  }
  const size_t others = best.ties.size() - names.size();
  return absl::StrCat(" (tied with ", absl::StrJoin(names, ", "),
                      others == 0 ? "" : absl::StrCat(" and ", others, " more"),
                      ")");
}

void Writer::AddBest() {
  if (a_.study.selection.empty()) {
    sentences_.push_back(
        "No best configuration is chosen: the study names no result on "
        "validation data to choose by.");
    return;
  }
  const Best* best = BestOf(a_.study.reference);
  if (best == nullptr) best = &a_.best_of_all;
  const std::string of = best->axis.empty() ? "configuration" : best->axis;
  if (!best->configuration) {
    sentences_.push_back(
        absl::StrCat("No best ", of, " can be chosen by the ", Rule(),
                     ": no configuration has that result from all of its "
                     "trials."));
    return;
  }
  const Configuration& configuration =
      a_.configurations[*best->configuration].configuration;
  sentences_.push_back(absl::StrCat(
      "By the ", Rule(), " (", absl::StrFormat("%.4g", *best->selected_by),
      "), the best ", of, " is ", best->unfinished ? "so far " : "",
      best->axis.empty() ? configuration.name
                         : configuration.axis_values[0].label,
      TiesText(*best), ", with ", Results(*best->configuration)));
  if (best->eligible < best->configurations) {
    absl::StrAppend(&sentences_.back(), "; ",
                    best->configurations - best->eligible, " of ",
                    Number(best->configurations, "configuration"),
                    " could not be chosen, as not all of their trials "
                    "completed with that result");
  }
  sentences_.back() += '.';
}

// "from a mean of 0.5030 at 0.01 to 0.9000 at 1; highest at 0.1 (1.0000)". For
// values without numbers only the last part, for axes that do not vary alone
// nothing.
std::string Writer::Ends(const std::string& axis, size_t column,
                         bool alone) const {
  if (!alone) return "";
  const auto value = [](const ConfigurationResults* results) -> const auto& {
    return results->configuration.axis_values[0];
  };
  const ConfigurationResults *first = nullptr, *last = nullptr, *best = nullptr;
  for (const ConfigurationResults& results : a_.configurations) {
    const Summary& summary = results.values[column];
    if (!VariesAlone(results.configuration, axis) || summary.n == 0) continue;
    if (best == nullptr ||
        (LowerIsBetter(column) ? summary.mean < best->values[column].mean
                               : summary.mean > best->values[column].mean)) {
      best = &results;
    }
    const std::optional<double>& number = value(&results).number;
    if (!number) continue;
    if (first == nullptr || *number < *value(first).number) first = &results;
    if (last == nullptr || *number > *value(last).number) last = &results;
  }
  if (best == nullptr) return "";
  const auto mean = [&](const ConfigurationResults* results) {
    return styles_[column].Text(results->values[column].mean);
  };
  std::string text;
  if (first != last) {
    text =
        absl::StrCat("from a mean of ", mean(first), " at ", value(first).label,
                     " to ", mean(last), " at ", value(last).label);
    if (mean(best) == mean(first) || best == last) return text;
    if (mean(best) == mean(last)) {
      return absl::StrCat(text, ", reached at ", value(best).label);
    }
    text += "; ";
  }
  return absl::StrCat(text, LowerIsBetter(column) ? "lowest" : "highest",
                      " at ", value(best).label, " (", mean(best), ")");
}

void Writer::AddTrend(const std::string& axis, size_t column) {
  for (const Correlation& correlation : a_.correlations) {
    if (correlation.axis != axis || correlation.column != column) continue;
    const std::string ends = Ends(axis, column, correlation.alone);
    sentences_.push_back(absl::StrCat(Name(column), " ", TrendText(correlation),
                                      ends.empty() ? "" : ": ", ends, "."));
  }
}

// "+0.10 [+0.05, +0.15], n = 5, corrected p = 0.003, exact p = 0.062".
std::string Writer::DifferenceText(const Difference& difference) const {
  const SeedTest& test = difference.test;
  const NumberStyle style = StyleOf(styles_[difference.column], test);
  return absl::StrCat(
      style.Signed(test.summary.mean),
      test.corrected ? absl::StrCat(" ", style.Signed(*test.corrected)) : "",
      ", ", TestText(test));
}

// The verdict on results on one side of the best of the reference axis.
const char* Verdict(Direction direction, Direction side, bool all_worse) {
  if (direction == Direction::kNeither) {
    return side == Direction::kHigher ? "higher than " : "lower than ";
  }
  if (side == direction) return "better than ";
  return all_worse ? "no other axis reaches " : "worse than ";
}

// How the best of the other axes compare with that of the reference axis, in
// one sentence: the better, the worse, those without a verdict.
void Writer::AddComparison(size_t column) {
  const Best* reference = BestOf(a_.study.reference);
  if (reference == nullptr || !reference->configuration) return;
  const Direction direction = a_.study.columns[column].result.direction;
  std::vector<std::string> above, below, undecided, few, unknown;
  for (const Difference& difference : a_.differences) {
    if (difference.column != column) continue;
    const Best* best = BestOf(difference.axis);
    if (best == nullptr || !best->configuration ||
        difference.test.summary.n == 0) {
      unknown.push_back(difference.axis);
      continue;
    }
    std::string item =
        absl::StrCat(a_.configurations[*best->configuration].configuration.name,
                     best->unfinished ? " (best so far) by " : " by ",
                     DifferenceText(difference));
    switch (difference.test.side) {
      case Side::kTooFewSeeds:
        few.push_back(std::move(item));
        break;
      case Side::kUndecided:
        undecided.push_back(std::move(item));
        break;
      case Side::kAbove:
        above.push_back(std::move(item));
        break;
      case Side::kBelow:
        below.push_back(std::move(item));
        break;
    }
  }
  const std::string best_reference = absl::StrCat(
      "the best ", reference->axis, reference->unfinished ? " so far" : "");
  const auto add = [&](const std::vector<std::string>& items, const char* how,
                       const char* why = "") {
    if (items.empty()) return;
    sentences_.push_back(absl::StrCat("In ", Name(column), ", ", how,
                                      best_reference, why, ": ",
                                      absl::StrJoin(items, "; "), "."));
  };
  const bool all_worse =
      undecided.empty() && few.empty() && unknown.empty() &&
      (direction == Direction::kLower ? below : above).empty();
  add(above, Verdict(direction, Direction::kHigher, all_worse));
  add(below, Verdict(direction, Direction::kLower, all_worse));
  add(undecided, "undecided against ");
  add(few, "no verdict against ");
  add(unknown, "not compared with ",
      " for lack of a best configuration or of shared seeds");
}

void Writer::AddTandem() {
  const std::optional<size_t> best =
      HighestScore(a_, AllConfigurations(a_.study));
  if (!best) return;
  const Tandem& tandem = a_.tandem[*best];
  std::vector<std::string> parts;
  for (size_t c = 0; c < tandem.parts.size(); ++c) {
    if (!tandem.parts[c]) continue;
    parts.push_back(absl::StrCat(Name(c), " ", ShareText(tandem.parts[c])));
  }
  if (parts.size() < 2) return;
  sentences_.push_back(
      absl::StrCat("In all ", parts.size(), " ranked results in tandem, ",
                   a_.study.configurations[*best].name,
                   " is best: ", ShareText(tandem.score),
                   " of the way from the worst to the best configuration of "
                   "the study, the mean of ",
                   absl::StrJoin(parts, ", "), "."));
}

// What the verdicts rest on, in a line.
void Writer::AddBasis() {
  const SeedTest* differences = nullptr;
  const SeedTest* trends = nullptr;
  for (const Difference& difference : a_.differences) {
    const SeedTest& test = difference.test;
    if (differences == nullptr || test.summary.n > differences->summary.n) {
      differences = &test;
    }
  }
  for (const Correlation& correlation : a_.correlations) {
    const SeedTest& test = correlation.test;
    if (test.comparisons == 0) continue;
    if (trends == nullptr || test.summary.n > trends->summary.n) trends = &test;
  }
  const SeedTest* basis = differences == nullptr ? trends : differences;
  if (basis == nullptr || basis->comparisons == 0) return;
  std::vector<std::string> families;
  if (differences != nullptr && differences->comparisons > 0) {
    families.push_back(Number(differences->comparisons, "comparison"));
  }
  if (trends != nullptr)
    families.push_back(Number(trends->comparisons, "trend"));
  sentences_.push_back(absl::StrCat(
      "Differences and rank correlations are paired by seed; intervals are "
      "Student's, corrected by Holm over ",
      absl::StrJoin(families, " and over "), ". ", BasisText(*basis), "."));
}

}  // namespace

std::vector<std::string> Findings(const Analysis& analysis) {
  return Writer(analysis).Write();
}

}  // namespace bigstep
