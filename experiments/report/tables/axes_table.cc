#include "experiments/report/tables/axes_table.h"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/tables/csv_text.h"
#include "experiments/report/tables/table_parts.h"
#include "experiments/report/tables/text_table.h"

namespace bigstep {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// What an analysis says of one axis; null for what it does not say.
struct AxisView {
  const StudyAxis* axis = nullptr;
  const Best* best = nullptr;     // Null: the axis never varies alone.
  const TableRow* row = nullptr;  // The best setting.
  const Tandem* tandem = nullptr;
  std::vector<const Correlation*> correlations;  // By column.
  std::vector<const Difference*> differences;    // By column, or none.
  TableRow total;  // Counts of the settings that vary it alone.
};

void AddCounts(const TableRow& row, TableRow& total) {
  total.trials += row.trials;
  total.completed += row.completed;
  total.collapsed += row.collapsed;
  total.diverged += row.diverged;
  total.failed += row.failed;
  total.missing += row.missing;
}

AxisView ViewOf(const Analysis& analysis, const StudyAxis& axis) {
  AxisView view;
  view.axis = &axis;
  for (const Best& best : analysis.best) {
    if (best.axis != axis.name) continue;
    view.best = &best;
    if (!best.row) continue;
    view.row = &analysis.rows[*best.row];
    view.tandem = &analysis.tandem[*best.row];
  }
  for (const Correlation& correlation : analysis.correlations) {
    if (correlation.axis == axis.name)
      view.correlations.push_back(&correlation);
  }
  for (const Difference& difference : analysis.differences) {
    if (difference.axis == axis.name) view.differences.push_back(&difference);
  }
  for (const TableRow& row : analysis.rows) {
    if (VariesAlone(row.configuration, axis.name)) AddCounts(row, view.total);
  }
  return view;
}

// The reference axis first.
std::vector<AxisView> Views(const Analysis& analysis) {
  std::vector<AxisView> views;
  for (const bool reference : {true, false}) {
    for (const StudyAxis& axis : analysis.study.axes) {
      if ((axis.name == analysis.study.reference) != reference) continue;
      views.push_back(ViewOf(analysis, axis));
    }
  }
  return views;
}

// Fills the table axis by axis, a few lines each.
class TableMaker {
 public:
  explicit TableMaker(const Analysis& analysis)
      : analysis_(analysis), styles_(ColumnStyles(analysis)) {
    table_.columns = {{"", "axis", true}, {"", "", true}};
    for (const Column& column : analysis.study.columns) {
      table_.columns.push_back(ColumnTitle(column));
    }
    table_.columns.push_back({"", "in tandem"});
  }

  TextTable Make() {
    for (const AxisView& view : Views(analysis_)) {
      starts_ = true;
      AddBest(view);
      if (!view.differences.empty()) AddDifferences(view);
      if (view.tandem != nullptr) AddParts(view);
      AddCorrelations(view);
    }
    AddBestOfAll();
    return std::move(table_);
  }

 private:
  // A line of one axis, "what" in its second column.
  void AddLine(const AxisView& view, const std::string& what) {
    table_.rows.push_back(
        {{{starts_ ? view.axis->name : ""}, {what}}, starts_});
    starts_ = false;
  }
  void AddEntry(const std::string& text) {
    table_.rows.back().entries.push_back({text});
  }

  void AddBest(const AxisView& view) {
    if (view.best == nullptr) return;  // Its settings are not its own.
    AddLine(view, view.row == nullptr
                      ? "no best value"
                      : absl::StrCat(
                            view.best->unfinished ? "best so far: " : "best: ",
                            view.row->configuration.axis_values[0].label));
    for (size_t c = 0; c < styles_.size(); ++c) {
      AddEntry(view.row == nullptr ? "-"
                                   : ValueText(styles_[c], view.row->values[c],
                                               view.row->completed));
    }
    const bool scored = view.tandem != nullptr && view.tandem->score;
    AddEntry(scored ? absl::StrFormat("%.2f", *view.tandem->score) : "-");
    if (view.total.completed == view.total.trials &&
        view.total.collapsed == 0) {
      return;
    }
    AddLine(view, absl::StrCat("of ", Outcomes(view.total)));
    while (table_.rows.back().entries.size() < table_.columns.size()) {
      AddEntry("");
    }
  }

  void AddDifferences(const AxisView& view) {
    AddLine(view, absl::StrCat("less best ", analysis_.study.reference));
    for (size_t c = 0; c < styles_.size(); ++c) {
      AddEntry(styles_[c].Signed(view.differences[c]->mean));
    }
    AddEntry("");
    AddLine(view, "95 % interval");
    for (size_t c = 0; c < styles_.size(); ++c) {
      const std::optional<Interval>& interval = view.differences[c]->interval;
      AddEntry(interval ? styles_[c].Signed(*interval) : "-");
    }
    AddEntry("");
  }

  void AddParts(const AxisView& view) {
    AddLine(view, "part in tandem");
    for (const std::optional<double>& part : view.tandem->parts) {
      AddEntry(part ? absl::StrFormat("%.2f", *part) : "-");
    }
    AddEntry("");
  }

  // The best setting of the study, if it varies several axes.
  void AddBestOfAll() {
    const std::optional<size_t>& best = analysis_.best_of_all.row;
    if (!best || analysis_.rows[*best].configuration.axis_values.size() < 2)
      return;
    const TableRow& row = analysis_.rows[*best];
    table_.rows.push_back(
        {{{"all"}, {absl::StrCat("best: ", row.configuration.name)}}, true});
    for (size_t c = 0; c < styles_.size(); ++c) {
      AddEntry(ValueText(styles_[c], row.values[c], row.completed));
    }
    const std::optional<double>& score = analysis_.tandem[*best].score;
    AddEntry(score ? absl::StrFormat("%.2f", *score) : "-");
  }

  void AddCorrelations(const AxisView& view) {
    AddLine(view,
            view.best == nullptr ? "Spearman, other axes varying" : "Spearman");
    for (const Correlation* correlation : view.correlations) {
      AddEntry(correlation->rho
                   ? absl::StrFormat("%+.2f (n = %d)", *correlation->rho,
                                     correlation->n)
                   : "-");
    }
    AddEntry("");
  }

  const Analysis& analysis_;
  const std::vector<NumberStyle> styles_;
  TextTable table_;
  bool starts_ = false;
};

std::string Rules(const Study& study) {
  std::string rules = kMeansRule;
  if (!study.reference.empty()) {
    absl::StrAppend(&rules, " Differences to the best ", study.reference,
                    ": mean over the seeds that both have, with a 95 % "
                    "interval by bootstrap over these seeds (percentiles of "
                    "10,000 resamples; too narrow where seeds are few).");
  }
  return absl::StrCat(
      rules,
      " In tandem: each ranked mean as a share of the way from the worst to "
      "the best of all settings of the study (the parts), averaged. Spearman: "
      "rank correlation of the axis's value with the result, over the "
      "completed trials. ",
      kArrowsRule);
}

std::string OptionalCsv(const std::optional<double>& value) {
  return CsvNumber(value.value_or(kNan));
}

// The fields of one axis and column.
std::string ColumnCsv(const AxisView& view, size_t c) {
  const Summary none{0, kNan, kNan};
  std::string csv =
      SummaryCsv(view.row == nullptr ? none : view.row->values[c]);
  if (view.differences.empty()) {
    csv += ",,,,";
  } else {
    const Difference& difference = *view.differences[c];
    const Interval interval =
        difference.interval.value_or(Interval{kNan, kNan});
    absl::StrAppend(&csv, ",", difference.pairs, ",",
                    CsvNumber(difference.mean), ",", CsvNumber(interval.low),
                    ",", CsvNumber(interval.high));
  }
  const Correlation& correlation = *view.correlations[c];
  return absl::StrCat(
      csv, ",",
      view.tandem == nullptr ? "" : OptionalCsv(view.tandem->parts[c]), ",",
      OptionalCsv(correlation.rho), ",", OptionalCsv(correlation.p), ",",
      correlation.n);
}

}  // namespace

std::string AxesMarkdown(const Analysis& analysis) {
  const Study& study = analysis.study;
  return absl::StrCat(
      "# ", EscapeMarkdown(study.name), ": axes compared\n\n",
      EscapeMarkdown(study.question), study.question.empty() ? "" : "\n\n",
      ToMarkdown(TableMaker(analysis).Make()), "\n",
      EscapeMarkdown(absl::StrCat(SelectionRule(study), " ", Rules(study))),
      "\n");
}

std::string AxesLatex(const Analysis& analysis) {
  const Study& study = analysis.study;
  return ToLatex(
      TableMaker(analysis).Make(),
      {CaptionOf(study), Rules(study), absl::StrCat(study.name, "-axes")});
}

std::string AxesCsv(const Analysis& analysis) {
  std::string csv = absl::StrCat("axis,set,alone,settings,", kCountsCsvHead,
                                 ",best,selected_by,tandem");
  for (const Column& column : analysis.study.columns) {
    absl::StrAppend(&csv, ",", SummaryCsvHead(column.name()));
    for (const char* part : {"difference.pairs", "difference.mean",
                             "difference.low", "difference.high", "tandem",
                             "spearman", "spearman.p", "spearman.n"}) {
      absl::StrAppend(&csv, ",",
                      CsvField(absl::StrCat(column.name(), ".", part)));
    }
  }
  csv += '\n';
  for (const AxisView& view : Views(analysis)) {
    absl::StrAppend(&csv, CsvField(view.axis->name), ",",
                    CsvField(view.axis->set), ",",
                    view.best == nullptr ? "false,0" : "true,");
    if (view.best != nullptr) absl::StrAppend(&csv, view.best->settings);
    absl::StrAppend(
        &csv, ",", CountsCsv(view.total), ",",
        view.row == nullptr
            ? ""
            : CsvField(view.row->configuration.axis_values[0].label),
        ",", view.best == nullptr ? "" : OptionalCsv(view.best->selected_by),
        ",", view.tandem == nullptr ? "" : OptionalCsv(view.tandem->score));
    for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
      absl::StrAppend(&csv, ",", ColumnCsv(view, c));
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace bigstep
