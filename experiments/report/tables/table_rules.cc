#include "experiments/report/tables/table_rules.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {
namespace {

// The distinct values of an axis, each with what it also sets, as far as that
// is known.
std::vector<std::pair<std::string, std::string>> SetWith(
    const Study& study, const std::string& axis) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Configuration& configuration : study.configurations) {
    for (const AxisValue& value : configuration.axis_values) {
      if (value.axis != axis || value.with.empty()) continue;
      std::pair<std::string, std::string> one(value.label, value.with);
      if (std::find(all.begin(), all.end(), one) == all.end()) {
        all.push_back(std::move(one));
      }
    }
  }
  return all;
}

}  // namespace

std::string WithRule(const Study& study) {
  // An axis of more values would fill the page.
  constexpr size_t kMost = 10;
  std::string rule;
  for (const StudyAxis& axis : study.axes) {
    std::vector<std::pair<std::string, std::string>> all =
        SetWith(study, axis.name);
    if (all.empty()) continue;
    absl::StrAppend(&rule, " ", axis.name, " also sets ");
    const bool same = std::all_of(
        all.begin(), all.end(),
        [&all](const auto& one) { return one.second == all[0].second; });
    if (same) {
      absl::StrAppend(&rule, all[0].second, ".");
      continue;
    }
    const bool more = all.size() > kMost;
    if (more) all.resize(kMost);
    absl::StrAppend(&rule,
                    absl::StrJoin(all, "; ",
                                  [](std::string* out, const auto& one) {
                                    absl::StrAppend(out, one.second, " at ",
                                                    one.first);
                                  }),
                    more ? "; and so on." : ".");
  }
  return rule;
}

}  // namespace bigstep
