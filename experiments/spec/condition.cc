#include "experiments/spec/condition.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/read_value.h"

namespace bigstep {

bool Condition::Holds(
    const std::function<bool(const Requirement&)>& holds) const {
  return std::all_of(all.begin(), all.end(), holds);
}

Condition ReadCondition(const SpecNode& node, const std::string& path,
                        Problems& problems) {
  Condition condition;
  condition.mark = node.mark;
  condition.path = path;
  if (!node.is_map() || node.entries.empty()) {
    AddWrongType(node, path, "a map from axes or options to values", problems);
    return condition;
  }
  for (const auto& [key, value, key_mark] : node.entries) {
    Requirement requirement{key, key_mark, absl::StrCat(path, ".", key), {}};
    if (value.is_list()) {
      requirement.values = value.items;
    } else {
      requirement.values = {value};
    }
    if (absl::StrContains(key, "[")) {
      problems.Add(key_mark, requirement.path,
                   "conditions cannot name an item of a list");
    }
    if (requirement.values.empty()) {
      problems.Add(key_mark, requirement.path,
                   "expected a value, or a list of which any may hold; a value "
                   "that is itself a list is named by its label");
    }
    condition.all.push_back(std::move(requirement));
  }
  return condition;
}

bool SameValue(absl::string_view a, absl::string_view b) {
  double x = 0, y = 0;
  return a == b ||
         (absl::SimpleAtod(a, &x) && absl::SimpleAtod(b, &y) && x == y);
}

}  // namespace bigstep
