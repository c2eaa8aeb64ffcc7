#include "experiments/report/tables/axes_table.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/ties_text.h"
#include "experiments/report/tables/result_columns.h"
#include "experiments/report/tables/table_rules.h"

namespace bigstep {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The parts of an analysis about one axis; null where there is none.
struct AxisView {
  const StudyAxis* axis = nullptr;
  const Best* best = nullptr;  // Null: the axis never varies alone.
  const ConfigurationResults* results = nullptr;  // Of the best configuration.
  const Tandem* tandem = nullptr;
  std::vector<const Correlation*> correlations;  // By column.
  std::vector<const Difference*> differences;    // By column, or none.
  TrialCounts counts;  // Of the configurations that vary it alone.
};

AxisView ViewOf(const Analysis& analysis, const StudyAxis& axis) {
  AxisView view;
  view.axis = &axis;
  for (const Best& best : analysis.best) {
    if (best.axis != axis.name) continue;
    view.best = &best;
    if (!best.configuration) continue;
    view.results = &analysis.configurations[*best.configuration];
    view.tandem = &analysis.tandem[*best.configuration];
  }
  for (const Correlation& correlation : analysis.correlations) {
    if (correlation.axis == axis.name) {
      view.correlations.push_back(&correlation);
    }
  }
  for (const Difference& difference : analysis.differences) {
    if (difference.axis == axis.name) view.differences.push_back(&difference);
  }
  for (const ConfigurationResults& results : analysis.configurations) {
    if (VariesAlone(results.configuration, axis.name)) view.counts += results;
  }
  return view;
}

std::string OptionalField(const std::optional<double>& value) {
  return ExactText(value.value_or(kNan));
}

// "better", "worse"; "higher", "lower" where neither is better.
std::string SideText(const Difference& difference, Direction direction) {
  const Side side = difference.test.side;
  if (side == Side::kTooFewSeeds) {
    return absl::StrCat("n = ", difference.test.summary.n, ": too few");
  }
  if (side == Side::kUndecided) return "undecided";
  const bool above = side == Side::kAbove;
  if (direction == Direction::kNeither) return above ? "higher" : "lower";
  return above == (direction == Direction::kHigher) ? "better" : "worse";
}

// Builds the table row by row, and each row line by line.
class Builder {
 public:
  explicit Builder(const Analysis& analysis)
      : analysis_(analysis), styles_(ColumnStyles(analysis)) {}

  Table Build() {
    AddColumns();
    // The reference axis first.
    for (const bool reference : {true, false}) {
      for (const StudyAxis& axis : analysis_.study.axes) {
        if ((axis.name == analysis_.study.reference) == reference) {
          AddAxis(ViewOf(analysis_, axis));
        }
      }
    }
    AddBestOfAll();
    MarkBest();
    return std::move(table_);
  }

 private:
  using Texts = std::vector<std::string>;  // One for each result.

  void AddColumns() {
    Texts titles = {"alone", "settings"};
    for (const std::string& title : CountsTitles()) titles.push_back(title);
    titles.insert(titles.end(), {"best", "selected_by", "tandem"});
    table_.columns = {
        {.title = "axis", .is_text = true, .csv_titles = {"axis", "set"}},
        {.is_text = true, .csv_titles = std::move(titles)}};
    for (const Column& column : analysis_.study.columns) {
      table_.columns.push_back(ResultColumn(column));
      Texts& fields = table_.columns.back().csv_titles;
      fields = SummaryTitles(column.name());
      for (const char* part :
           {"difference.n", "difference.mean", "difference.low",
            "difference.high", "difference.p", "difference.exact_p",
            "difference.corrected_p", "difference.corrected_low",
            "difference.corrected_high", "difference.verdict", "tandem",
            "spearman", "spearman.low", "spearman.high", "spearman.p",
            "spearman.exact_p", "spearman.n", "spearman.trials"}) {
        fields.push_back(absl::StrCat(column.name(), ".", part));
      }
    }
    table_.columns.push_back({.title = "in tandem"});
  }

  void AddRow(const std::string& axis, bool in_csv) {
    table_.rows.push_back({{}, true, in_csv});
    table_.rows.back().entries.resize(table_.columns.size());
    table_.rows.back().entries[0].text = axis;
    has_text_ = false;
  }

  // A line of the last row.
  void AddLine(const std::string& what, Texts results,
               const std::string& tandem = "") {
    results.insert(results.begin(), what);
    results.resize(table_.columns.size() - 2);
    results.push_back(tandem);
    for (size_t i = 0; i < results.size(); ++i) {
      Table::Entry& entry = table_.rows.back().entries[i + 1];
      if (has_text_) {
        entry.details.push_back(std::move(results[i]));
      } else {
        entry.text = std::move(results[i]);
      }
    }
    has_text_ = true;
  }

  // A line of one text for each column of the study.
  template <typename TextOf>
  void AddLineOf(const std::string& what, const TextOf& text_of,
                 const std::string& tandem = "") {
    Texts results;
    for (size_t c = 0; c < styles_.size(); ++c) results.push_back(text_of(c));
    AddLine(what, std::move(results), tandem);
  }

  void AddAxis(const AxisView& view) {
    AddRow(view.axis->name, true);
    if (view.best != nullptr) AddBest(view);
    if (!view.differences.empty()) AddDifferences(view);
    if (view.tandem != nullptr) {
      AddLineOf("part in tandem",
                [&](size_t c) { return ShareText(view.tandem->parts[c]); });
    }
    AddLineOf(
        view.best == nullptr ? "Spearman, other axes varying" : "Spearman",
        [&](size_t c) {
          const Correlation& correlation = *view.correlations[c];
          return correlation.rho
                     ? absl::StrFormat("%+.2f (n = %d)", *correlation.rho,
                                       correlation.test.summary.n)
                     : "-";
        });
    AddCsv(view);
  }

  void AddMeans(const std::string& what, const ConfigurationResults& results,
                const Tandem& tandem) {
    means_.emplace_back(table_.rows.size() - 1, &results);
    AddLineOf(
        what,
        [&](size_t c) {
          return styles_[c].MeanAndStd(results.values[c], results.completed);
        },
        ShareText(tandem.score));
  }

  void AddBest(const AxisView& view) {
    if (view.results == nullptr) {
      AddLine("no best value", Texts(styles_.size(), "-"), "-");
    } else {
      AddMeans(absl::StrCat(view.best->unfinished ? "best so far: " : "best: ",
                            view.results->configuration.axis_values[0].label),
               *view.results, *view.tandem);
    }
    const Best& best = *view.best;
    const std::string ties = TiesText(analysis_.study, best);
    if (!ties.empty()) AddLine(ties.substr(2), {});
    if (best.eligible < best.configurations) {
      AddLine(absl::StrCat("from ", best.eligible, " of ",
                           CountText(best.configurations, "value")),
              {});
    }
    if (!view.counts.complete() || view.counts.collapsed > 0 ||
        view.counts.unconverged > 0) {
      AddLine(absl::StrCat("of ", OutcomesText(view.counts)), {});
    }
  }

  void AddDifferences(const AxisView& view) {
    AddLineOf(absl::StrCat("less best ", analysis_.study.reference),
              [&](size_t c) {
                const SeedTest& test = view.differences[c]->test;
                return StyleOf(styles_[c], test).Signed(test.summary.mean);
              });
    AddLineOf("95 % interval, corrected", [&](size_t c) {
      const SeedTest& test = view.differences[c]->test;
      return test.corrected ? StyleOf(styles_[c], test).Signed(*test.corrected)
                            : "-";
    });
    AddLineOf("verdict", [&](size_t c) {
      return SideText(*view.differences[c],
                      analysis_.study.columns[c].result.direction);
    });
  }

  void AddBestOfAll() {
    const std::optional<size_t>& best = analysis_.best_of_all.configuration;
    if (!best) return;
    const ConfigurationResults& results = analysis_.configurations[*best];
    if (results.configuration.axis_values.size() < 2) return;
    AddRow("all", false);
    AddMeans(absl::StrCat("best: ", results.configuration.name), results,
             analysis_.tandem[*best]);
  }

  // The best mean of each result in bold; equal ones alike.
  void MarkBest() {
    for (size_t c = 0; c < styles_.size(); ++c) {
      const Direction direction = analysis_.study.columns[c].result.direction;
      if (direction == Direction::kNeither) continue;
      const double sign = direction == Direction::kLower ? -1 : 1;
      double best = -kInfinity;
      for (const auto& [row, results] : means_) {
        if (results->values[c].n == 0) continue;
        best = std::max(best, sign * results->values[c].mean);
      }
      for (const auto& [row, results] : means_) {
        table_.rows[row].entries[c + 2].bold =
            results->values[c].n > 0 && sign * results->values[c].mean == best;
      }
    }
  }

  void AddCsv(const AxisView& view) {
    std::vector<Table::Entry>& entries = table_.rows.back().entries;
    entries[0].csv = {view.axis->name, view.axis->set};
    Texts& fields = entries[1].csv;
    fields = {
        view.best == nullptr ? "false" : "true",
        view.best == nullptr ? "0" : absl::StrCat(view.best->configurations)};
    for (std::string& count : CountsFields(view.counts)) {
      fields.push_back(std::move(count));
    }
    fields.push_back(view.results == nullptr
                         ? ""
                         : view.results->configuration.axis_values[0].label);
    fields.push_back(
        view.best == nullptr ? "" : OptionalField(view.best->selected_by));
    fields.push_back(
        view.tandem == nullptr ? "" : OptionalField(view.tandem->score));
    for (size_t c = 0; c < styles_.size(); ++c) {
      entries[c + 2].csv = ResultFields(view, c);
    }
  }

  static void AddFields(const std::optional<Interval>& interval,
                        Texts& fields) {
    const Interval ends = interval.value_or(Interval{kNan, kNan});
    fields.push_back(ExactText(ends.low));
    fields.push_back(ExactText(ends.high));
  }

  static void AddFields(const SeedTest& test, Texts& fields) {
    fields.push_back(absl::StrCat(test.summary.n));
    fields.push_back(ExactText(test.summary.mean));
    AddFields(test.summary.interval, fields);
    fields.push_back(OptionalField(test.p));
    fields.push_back(OptionalField(test.p_exact));
  }

  static Texts ResultFields(const AxisView& view, size_t c) {
    const Summary none{0, kNan, kNan};
    Texts fields =
        SummaryFields(view.results == nullptr ? none : view.results->values[c]);
    if (view.differences.empty()) {
      fields.resize(fields.size() + 10);
    } else {
      const Difference& difference = *view.differences[c];
      AddFields(difference.test, fields);
      fields.push_back(OptionalField(difference.test.p_corrected));
      AddFields(difference.test.corrected, fields);
      fields.push_back(SideText(difference, Direction::kNeither));
    }
    const Correlation& correlation = *view.correlations[c];
    const SeedTest& test = correlation.test;
    fields.push_back(
        view.tandem == nullptr ? "" : OptionalField(view.tandem->parts[c]));
    fields.push_back(OptionalField(correlation.rho));
    AddFields(test.summary.interval, fields);
    fields.insert(
        fields.end(),
        {OptionalField(test.p), OptionalField(test.p_exact),
         absl::StrCat(test.summary.n), absl::StrCat(correlation.trials)});
    return fields;
  }

  const Analysis& analysis_;
  const std::vector<NumberStyle> styles_;
  Table table_;
  bool has_text_ = false;  // Whether the last row has its first line.
  // Rows whose first line has the means of these results.
  std::vector<std::pair<size_t, const ConfigurationResults*>> means_;
};

// Without the lines that say nothing, and those about parts of the score.
Table ForPaper(Table table) {
  for (Table::Row& row : table.rows) {
    const std::vector<std::string> names = row.entries[1].details;
    for (size_t d = names.size(); d-- > 0;) {
      bool empty = true, dashes = false;
      for (size_t c = 2; c < row.entries.size(); ++c) {
        const std::string& text = row.entries[c].details[d];
        dashes = dashes || text == "-";
        empty = empty && (text.empty() || text == "-");
      }
      const bool says_nothing = empty && dashes;
      if (!says_nothing && names[d] != "part in tandem") continue;
      for (Table::Entry& entry : row.entries) {
        if (d < entry.details.size()) {
          entry.details.erase(entry.details.begin() +
                              static_cast<std::ptrdiff_t>(d));
        }
      }
    }
  }
  return table;
}

}  // namespace

std::string AxesRules(const Analysis& analysis) {
  const std::string& reference = analysis.study.reference;
  const int tests = analysis.differences.empty()
                        ? 0
                        : analysis.differences[0].test.comparisons;
  return absl::StrCat(
      kMeansRule, " ", SelectionRule(analysis.study), WithRule(analysis.study),
      reference.empty()
          ? ""
          : absl::StrCat(" Differences from the best ", reference,
                         " are paired by seed, their intervals Student's, "
                         "corrected by Holm",
                         tests == 0 ? ""
                                    : absl::StrCat(" over all ",
                                                   CountText(tests, "test"),
                                                   " of the report"),
                         "; a verdict takes five seeds."),
      " In tandem: the mean of the parts, each from 0 (worst setting of the "
      "study) to 1 (best), without those that collapsed in most trials. "
      "Spearman: rank correlation within a seed, averaged "
      "over seeds. ",
      kArrowsRule);
}

Table AxesTable(const Analysis& analysis) { return Builder(analysis).Build(); }

std::string AxesMarkdown(const Analysis& analysis) {
  const Study& study = analysis.study;
  return absl::StrCat(
      "# ", EscapeMarkdown(study.name), ": axes compared\n\n",
      EscapeMarkdown(study.question), study.question.empty() ? "" : "\n\n",
      WarningsMarkdown(analysis), ToMarkdown(AxesTable(analysis)), "\n",
      EscapeMarkdown(AxesRules(analysis)), "\n");
}

std::string AxesLatex(const Analysis& analysis) {
  const Study& study = analysis.study;
  return ToLatex(
      ForPaper(AxesTable(analysis)),
      {CaptionOf(study,
                 "Each axis at its best value: mean ± standard deviation over "
                 "seeds, differences with 95 % intervals."),
       absl::StrCat(WarningsText(analysis), AxesRules(analysis)),
       absl::StrCat(study.name, "-axes")});
}

}  // namespace bigstep
