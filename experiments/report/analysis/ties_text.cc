#include "experiments/report/analysis/ties_text.h"

#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {

std::string TiesText(const Study& study, const Best& best) {
  constexpr size_t kNamed = 3;
  if (best.ties.empty()) return "";
  std::vector<std::string> names;
  for (const size_t i : best.ties) {
    const Configuration& tied = study.configurations[i];
    names.push_back(best.axis.empty() ? tied.name : tied.axis_values[0].label);
    if (names.size() == kNamed) break;
  }
  const size_t others = best.ties.size() - names.size();
  return absl::StrCat(
      ", tied with ", absl::StrJoin(names, ", "),
      others == 0 ? "" : absl::StrCat(" and ", others, " more"));
}

}  // namespace bigstep
