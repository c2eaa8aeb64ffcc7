#include "experiments/report/analysis/trial_counts.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {

void TrialCounts::Add(const Record* record) {
  ++trials;
  if (record == nullptr) {
    ++missing;
  } else if (record->outcome == Outcome::kDiverged) {
    ++diverged;
  } else if (record->outcome == Outcome::kFailed) {
    ++failed;
  } else {
    ++completed;
    if (record->collapsed) ++collapsed;
  }
}

TrialCounts& TrialCounts::operator+=(const TrialCounts& other) {
  trials += other.trials;
  completed += other.completed;
  collapsed += other.collapsed;
  diverged += other.diverged;
  failed += other.failed;
  missing += other.missing;
  return *this;
}

std::string OutcomesText(const TrialCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&parts](int count, const std::string& name) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", name));
  };
  add(counts.completed,
      counts.collapsed > 0
          ? absl::StrCat("completed (", counts.collapsed, " collapsed)")
          : "completed");
  add(counts.diverged, "diverged");
  add(counts.failed, "failed");
  add(counts.missing, "missing");
  return absl::StrJoin(parts, ", ");
}

std::string ShortOutcomesText(const TrialCounts& counts) {
  std::vector<std::string> others;
  for (const auto& [count, name] : {std::pair(counts.collapsed, "collapsed"),
                                    {counts.diverged, "diverged"},
                                    {counts.failed, "failed"},
                                    {counts.missing, "missing"}}) {
    if (count > 0) others.push_back(absl::StrCat(count, " ", name));
  }
  if (others.empty()) return absl::StrCat(counts.completed);
  return absl::StrCat(counts.completed, " (", absl::StrJoin(others, ", "), ")");
}

}  // namespace bigstep
