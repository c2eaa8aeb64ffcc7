#include "experiments/train/course.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

Json Value(const HistoryRow& row, const std::string& metric,
           const std::string& result) {
  return row.metrics.value(metric, Json::object()).value(result, Json());
}

Json Summarize(const std::vector<HistoryRow>& history,
               const std::string& metric, const std::string& result) {
  double sum = 0, peak = 0;
  int n = 0;
  for (const HistoryRow& row : history) {
    const Json value = Value(row, metric, result);
    if (!value.is_number()) continue;
    const auto number = value.get<double>();
    peak = n == 0 ? number : std::max(peak, number);
    sum += number;
    ++n;
  }
  if (n == 0) return nullptr;
  return {{absl::StrCat(result, ".peak"), peak},
          {absl::StrCat(result, ".mean"), sum / n}};
}

}  // namespace

Json CourseOf(const std::vector<HistoryRow>& history,
              const std::vector<double>& milestones) {
  Json course = Json::object();
  if (history.empty()) return course;
  // The last row has every metric by step, as each row has.
  for (const auto& [metric, values] : history.back().metrics.items()) {
    for (const auto& [result, last] : values.items()) {
      Json summary = Summarize(history, metric, result);
      if (summary.is_null()) continue;
      for (const double milestone : milestones) {
        summary[absl::StrCat(result, ".at_", milestone)] = nullptr;
      }
      for (const HistoryRow& row : history) {
        for (const double milestone : row.milestones) {
          summary[absl::StrCat(result, ".at_", milestone)] =
              Value(row, metric, result);
        }
      }
      course[metric].update(summary);
    }
  }
  return course;
}

}  // namespace bigstep
