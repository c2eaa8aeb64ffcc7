#include "experiments/report/analysis/findings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/report/analysis/alternative_findings.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/selection.h"
#include "experiments/report/analysis/significance.h"
#include "experiments/report/analysis/tandem.h"
#include "experiments/report/analysis/tests_text.h"
#include "experiments/report/analysis/ties_text.h"
#include "experiments/report/analysis/trend_text.h"

namespace bigstep {
namespace {

constexpr size_t kColumns = 3;         // Results that sentences are about.
constexpr size_t kConfigurations = 3;  // Named in a sentence.

class Writer {
 public:
  explicit Writer(const Analysis& analysis)
      : a_(analysis), styles_(ColumnStyles(analysis)) {}

  std::vector<std::string> Write() {
    AddState();
    if (a_.total.completed == 0) return std::move(sentences_);
    AddBest();
    if (BestOf(a_.study.reference) != nullptr) AddBestCombination();
    if (!a_.reference_values.empty()) sentences_.push_back(a_.reference_values);
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
    for (std::string sentence :
         {WithdrawnText(a_), SeedChangesText(a_.study), TestsText(a_)}) {
      if (!sentence.empty()) sentences_.push_back(std::move(sentence));
    }
    return std::move(sentences_);
  }

 private:
  using Count = int TrialCounts::*;

  size_t Columns() const { return std::min(kColumns, a_.study.columns.size()); }
  std::string Title(size_t column) const {
    return a_.study.columns[column].title();
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
  std::string Rule() const {
    return SelectionText(a_.study, a_.study.best_by());
  }

  void AddState();
  void AddBest();
  void AddBestCombination();
  void AddTrend(const std::string& axis, size_t column);
  void AddComparison(size_t column);
  void AddTandem();
  std::string TopConfigurations(Count count) const;
  std::string Results(size_t configuration) const;
  std::string NoBestText(const Best& best) const;
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
    parts.push_back(CountText(static_cast<int>(counts.size() - kConfigurations),
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
    sentences_.push_back(absl::StrCat(
        total.*count, " of ", CountText(total.trials, "trial"), " ", what, " (",
        TopConfigurations(count), ")", meaning, "."));
  };
  if (total.missing == total.trials) {
    sentences_.push_back(absl::StrCat(
        "There are no findings yet: all ", CountText(total.trials, "trial"),
        total.trials == 1 ? " is" : " are", " missing."));
    return;
  }
  add(&TrialCounts::missing, total.missing == 1 ? "is missing" : "are missing",
      ": these findings are partial");
  add(&TrialCounts::failed, "failed", ": they count nowhere");
  add(&TrialCounts::diverged, "diverged",
      ": they are in no mean, and their configurations cannot be best");
  add(&TrialCounts::collapsed, "collapsed to guessing",
      ": they count like the others");
  add(&TrialCounts::unconverged, "did not converge",
      ": they count like the others");
}

// "unbiased accuracy 1.0000 ± 0.0000, prunability 0.9000 (n = 5)"; the n of
// each where a value is defined for fewer trials.
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
        Title(c), " ", styles_[c].MeanAndStd(summary),
        all_defined ? "" : absl::StrCat(" (n = ", summary.n, ")")));
  }
  return absl::StrCat(
      absl::StrJoin(parts, ", "),
      all_defined ? absl::StrCat(" (n = ", of.completed, ")") : "");
}

// "lr", or "configuration" where the best of all is chosen.
std::string NounOf(const Best& best) {
  return best.axis.empty() ? "configuration" : best.axis;
}

// "2 of 3 values", of which there are `count`.
std::string ShareOfValues(const Best& best, int count) {
  return absl::StrCat(count, " of ",
                      CountText(best.configurations,
                                best.axis.empty() ? "configuration" : "value"));
}

std::string Writer::NoBestText(const Best& best) const {
  if (best.unfinished) {
    return absl::StrCat("There is no best ", NounOf(best),
                        " yet: ", ShareOfValues(best, best.eligible),
                        best.eligible == 1 ? " has" : " have",
                        " all results, and a choice takes two.");
  }
  return absl::StrCat("There is no best ", NounOf(best),
                      ": no value completed all of its trials with the "
                      "result that selects, ",
                      a_.study.TitleOf(a_.study.selection), ".");
}

void Writer::AddBest() {
  if (a_.study.selection.empty()) {
    sentences_.push_back(
        "No configuration is called best: the study names no result on "
        "validation data to choose by.");
    return;
  }
  const Best* best = BestOf(a_.study.reference);
  if (best == nullptr) best = &a_.best_of_all;
  if (!best->configuration) {
    sentences_.push_back(NoBestText(*best));
    return;
  }
  const Configuration& configuration =
      a_.configurations[*best->configuration].configuration;
  sentences_.push_back(absl::StrCat(
      "The best ", NounOf(*best), best->unfinished ? " so far" : "", " is ",
      best->axis.empty() ? configuration.name
                         : configuration.axis_values[0].label,
      TiesText(a_.study, *best), ", by the ", Rule(), ", ",
      absl::StrFormat("%.4g", *best->selected_by), ": ",
      Results(*best->configuration), "."));
  if (best->eligible == best->configurations) return;
  absl::StrAppend(&sentences_.back(), " It is chosen from ",
                  ShareOfValues(*best, best->eligible),
                  best->unfinished
                      ? "; the others lack trials."
                      : "; the others did not complete all trials.");
}

// The best of all configurations, if it varies several axes at once: no axis
// on its own shows it.
void Writer::AddBestCombination() {
  const Best& best = a_.best_of_all;
  if (!best.configuration ||
      a_.configurations[*best.configuration].configuration.axis_values.size() <
          2) {
    return;
  }
  sentences_.push_back(absl::StrCat(
      "Of all configurations, the best", best.unfinished ? " so far" : "",
      " is ", a_.configurations[*best.configuration].configuration.name,
      TiesText(a_.study, best), ", by the ", Rule(), ", ",
      absl::StrFormat("%.4g", *best.selected_by), ": ",
      Results(*best.configuration), "."));
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
    if (mean(first) == mean(last) && mean(best) == mean(first)) return "";
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
    sentences_.push_back(
        Capitalized(absl::StrCat(Title(column), " ", TrendText(correlation),
                                 ends.empty() ? "" : ": ", ends, ".")));
  }
}

// "+0.10 [+0.05, +0.15], n = 5, corrected p = 0.003, exact p = 0.062"; without
// a verdict the p are left out.
std::string Writer::DifferenceText(const Difference& difference) const {
  const SeedTest& test = difference.test;
  const NumberStyle style = StyleOf(styles_[difference.column], test);
  return absl::StrCat(
      style.Signed(test.summary.mean),
      test.corrected ? absl::StrCat(" ", style.Signed(*test.corrected)) : "",
      ", ",
      test.side == Side::kTooFewSeeds ? absl::StrCat("n = ", test.summary.n)
                                      : TestText(test));
}

// The verdict on results on one side of the best of the reference axis.
const char* VerdictWords(Direction direction, Direction side, bool all_worse) {
  if (direction == Direction::kNeither) {
    return side == Direction::kHigher ? "higher than" : "lower than";
  }
  if (side == direction) return "better than";
  return all_worse ? "no other axis reaches" : "worse than";
}

// How the best of the other axes compare with that of the reference axis, in
// one sentence for each verdict. Axes without a best are named once.
void Writer::AddComparison(size_t column) {
  const Best* reference = BestOf(a_.study.reference);
  if (reference == nullptr || !reference->configuration) return;
  const Direction direction = a_.study.columns[column].result.direction;
  std::map<Side, std::vector<std::string>> items;
  std::vector<std::string> without_best, without_seeds;
  for (const Difference& difference : a_.differences) {
    if (difference.column != column) continue;
    const Best* best = BestOf(difference.axis);
    if (best == nullptr || !best->configuration) {
      without_best.push_back(difference.axis);
    } else if (difference.test.summary.n == 0) {
      without_seeds.push_back(difference.axis);
    } else {
      items[difference.test.side].push_back(absl::StrCat(
          a_.configurations[*best->configuration].configuration.name,
          TiesText(a_.study, *best),
          best->unfinished ? " (best so far) by " : " by ",
          DifferenceText(difference)));
    }
  }
  const std::string best_reference = absl::StrCat(
      " the best ", reference->axis, reference->unfinished ? " so far" : "");
  const auto add = [&](const std::vector<std::string>& texts, const char* how) {
    if (texts.empty()) return;
    sentences_.push_back(
        Capitalized(absl::StrCat(Title(column), ", ", how, best_reference, ": ",
                                 absl::StrJoin(texts, "; "), ".")));
  };
  const Side worse =
      direction == Direction::kLower ? Side::kAbove : Side::kBelow;
  const bool all_worse = items.size() == 1 && items.count(worse) == 1 &&
                         without_best.empty() && without_seeds.empty();
  add(items[Side::kAbove],
      VerdictWords(direction, Direction::kHigher, all_worse));
  add(items[Side::kBelow],
      VerdictWords(direction, Direction::kLower, all_worse));
  add(items[Side::kUndecided], "no significant difference from");
  add(items[Side::kTooFewSeeds], "too few seeds for a verdict against");
  add(without_seeds, "no seed in common with");
  if (column > 0 || without_best.empty()) return;
  sentences_.push_back(absl::StrCat("No best value yet to compare with",
                                    best_reference, ": ",
                                    absl::StrJoin(without_best, ", "), "."));
}

void Writer::AddTandem() {
  const std::vector<size_t> all = AllConfigurations(a_.study);
  const std::optional<size_t> best = HighestScore(a_, all);
  if (!best) return;
  const auto scored = std::count_if(all.begin(), all.end(), [&](size_t i) {
    return a_.tandem[i].score && a_.configurations[i].complete();
  });
  const Tandem& tandem = a_.tandem[*best];
  const auto parts = std::count_if(tandem.parts.begin(), tandem.parts.end(),
                                   [](const auto& part) { return part; });
  if (parts < 2 || scored < 2) return;
  const bool partial = static_cast<size_t>(scored) < all.size();
  const bool collapsed = std::any_of(
      a_.configurations.begin(), a_.configurations.end(),
      [](const TrialCounts& counts) { return counts.most_collapsed(); });
  sentences_.push_back(absl::StrCat(
      "Over all ", parts, " ranked results, ",
      a_.study.configurations[*best].name, " has the highest mean score",
      partial
          ? absl::StrCat(" of the ", scored, " configurations that have one")
          : "",
      ": ", ShareText(tandem.score),
      ", where 0 is the worst configuration of the study and 1 the best",
      collapsed ? " (without those that collapsed in most trials)" : "", "."));
}

}  // namespace

std::vector<std::string> Findings(const Analysis& analysis) {
  return Writer(analysis).Write();
}

}  // namespace bigstep
