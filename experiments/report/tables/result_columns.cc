#include "experiments/report/tables/result_columns.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"

namespace bigstep {

Table::Column CountsColumn() {
  return {.title = "trials",
          .is_text = true,
          .csv_titles = CountsTitles(),
          .doc = "completed trials",
          .short_title = "n"};
}

Table::Entry CountsEntry(const TrialCounts& counts) {
  return {.text = OutcomesText(counts),
          .csv = CountsFields(counts),
          .short_text = ShortOutcomesText(counts)};
}

Table::Column FitColumn(bool regression) {
  constexpr char kDoc[] =
      "on all training examples at the end, means over trials";
  if (regression) {
    return {.title = "training squared error",
            .csv_titles = {"fit.squared_error"},
            .doc = kDoc,
            .short_title = "training fit"};
  }
  return {.title = "training accuracy, cross-entropy",
          .csv_titles = {"fit.accuracy", "fit.cross_entropy"},
          .doc = kDoc,
          .short_title = "training fit"};
}

Table::Entry FitEntry(const std::optional<TrainFit>& fit, bool regression) {
  if (regression) {
    if (!fit || !fit->of_regression()) return {.text = "-", .csv = {""}};
    return {.text = absl::StrFormat("%.2g", fit->squared_error),
            .csv = {ExactText(fit->squared_error)}};
  }
  if (!fit || fit->of_regression()) return {.text = "-", .csv = {"", ""}};
  return {
      .text = absl::StrFormat("%.3f, %.2g", fit->accuracy, fit->cross_entropy),
      .csv = {ExactText(fit->accuracy), ExactText(fit->cross_entropy)}};
}

std::vector<std::string> CountsTitles() {
  return {"trials", "completed", "collapsed",    "diverged",
          "failed", "missing",   "not_converged"};
}

std::vector<std::string> CountsFields(const TrialCounts& counts) {
  return {absl::StrCat(counts.trials),     absl::StrCat(counts.completed),
          absl::StrCat(counts.collapsed),  absl::StrCat(counts.diverged),
          absl::StrCat(counts.failed),     absl::StrCat(counts.missing),
          absl::StrCat(counts.unconverged)};
}

Table::Column ResultColumn(const Column& column) {
  return {.group = column.metric,
          .title = column.result.name,
          .direction = column.result.direction,
          .doc = column.result.doc,
          .short_title = column.title()};
}

std::vector<std::string> SummaryTitles(const std::string& name) {
  std::vector<std::string> titles;
  for (const char* part : {"n", "mean", "std", "low", "high"}) {
    titles.push_back(absl::StrCat(name, ".", part));
  }
  return titles;
}

std::vector<std::string> SummaryFields(const Summary& summary) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const Interval interval = summary.interval.value_or(Interval{kNan, kNan});
  return {absl::StrCat(summary.n), ExactText(summary.mean),
          ExactText(summary.std), ExactText(interval.low),
          ExactText(interval.high)};
}

}  // namespace bigstep
