#include "experiments/plan/study_results.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/terminal_text.h"
#include "experiments/spec/read_map.h"
#include "metrics/family.h"

namespace bigstep {

StudyResults::StudyResults(const std::vector<MetricChoice>& metrics,
                           std::optional<std::set<double>> milestones)
    : milestones_(std::move(milestones)) {
  for (const auto& [label, config] : metrics) {
    if (config.plugin == nullptr) continue;
    const auto traits = Metrics::Get().TraitsOf(config);
    if (!traits.ok()) continue;  // The trial will report it.
    if (traits->timing == Timing::kByStep) by_step_.insert(label);
    for (ResultSpec result : traits->results) {
      // One plugin may be used several times, under different labels.
      if (!result.title.empty() && label != config.name()) {
        absl::StrAppend(&result.title, " (", label, ")");
      }
      all_.push_back({label, std::move(result)});
    }
  }
}

std::vector<std::string> StudyResults::names() const {
  std::vector<std::string> names;
  for (const Column& column : all_) names.push_back(column.name());
  return names;
}

std::optional<Column> StudyResults::Find(const std::string& name) const {
  for (const Column& column : all_) {
    absl::string_view rest = name;
    if (!absl::ConsumePrefix(&rest, column.name())) continue;
    if (rest.empty()) return column;
    if (absl::ConsumePrefix(&rest, ".")) return OfCourse(column, rest);
  }
  return std::nullopt;
}

std::optional<Column> StudyResults::OfCourse(Column column,
                                             absl::string_view suffix) const {
  if (by_step_.count(column.metric) == 0) return std::nullopt;
  std::string title;
  absl::string_view level = suffix;
  if (suffix == "peak") {
    title = absl::StrCat("peak of ", column.title());
  } else if (suffix == "mean") {
    title = absl::StrCat("mean of ", column.title(), " during training");
  } else if (absl::ConsumePrefix(&level, "at_")) {
    double value = 0;
    if (!absl::SimpleAtod(level, &value) || level != absl::StrCat(value) ||
        (milestones_ && milestones_->count(value) == 0)) {
      return std::nullopt;
    }
    title = absl::StrCat(column.title(), " at cross-entropy ", level);
  } else {
    return std::nullopt;
  }
  column.result.title = title;
  column.result.doc = title;
  absl::StrAppend(&column.result.name, ".", suffix);
  return column;
}

std::string StudyResults::Unknown(const std::string& name) const {
  return absl::StrCat("the study's metrics have no result '", VisibleText(name),
                      "'", Known(name, names()));
}

}  // namespace bigstep
