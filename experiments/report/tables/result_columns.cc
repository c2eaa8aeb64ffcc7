#include "experiments/report/tables/result_columns.h"

#include <limits>

#include "absl/strings/str_cat.h"
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

std::vector<std::string> CountsTitles() {
  return {"trials", "completed", "collapsed", "diverged", "failed", "missing"};
}

std::vector<std::string> CountsFields(const TrialCounts& counts) {
  return {absl::StrCat(counts.trials),    absl::StrCat(counts.completed),
          absl::StrCat(counts.collapsed), absl::StrCat(counts.diverged),
          absl::StrCat(counts.failed),    absl::StrCat(counts.missing)};
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
