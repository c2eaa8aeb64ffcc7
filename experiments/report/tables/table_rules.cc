#include "experiments/report/tables/table_rules.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

// More would fill the page.
constexpr size_t kMostValues = 10;
constexpr size_t kMostText = 100;

struct SetWith {
  bool all_alike = true;  // Whether every value has the same `with`.
  bool more = false;      // Whether `values` does not name all.
  // {label, with} of the values that have one, as far as they are named.
  std::vector<std::pair<std::string, std::string>> values = {};
};

SetWith WithOf(const Study& study, const std::string& axis) {
  SetWith all;
  std::optional<std::string> first;
  for (const Configuration& configuration : study.configurations) {
    for (const AxisValue& value : configuration.axis_values) {
      if (value.axis != axis) continue;
      if (!first) first = value.with;
      all.all_alike = all.all_alike && value.with == *first;
      std::pair<std::string, std::string> one(value.label, value.with);
      if (value.with.empty() || all.more ||
          absl::c_linear_search(all.values, one)) {
        continue;
      }
      all.more = all.values.size() == kMostValues;
      if (!all.more) all.values.push_back(std::move(one));
    }
  }
  return all;
}

std::string Shown(const std::string& with) {
  return CutToWidth(VisibleText(with), kMostText);
}

}  // namespace

std::string WithRule(const Study& study) {
  std::string rule;
  for (const StudyAxis& axis : study.axes) {
    const SetWith with = WithOf(study, axis.name);
    if (with.values.empty()) continue;
    absl::StrAppend(&rule, " ", axis.name, " also sets ");
    if (with.all_alike) {
      absl::StrAppend(&rule, Shown(with.values[0].second), ".");
      continue;
    }
    absl::StrAppend(&rule,
                    absl::StrJoin(with.values, "; ",
                                  [](std::string* out, const auto& one) {
                                    absl::StrAppend(out, Shown(one.second),
                                                    " at ", one.first);
                                  }),
                    with.more ? "; and so on." : ".");
  }
  return rule;
}

}  // namespace bigstep
