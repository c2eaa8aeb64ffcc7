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
    if (IsUnconverged(*record)) ++unconverged;
  }
}

TrialCounts& TrialCounts::operator+=(const TrialCounts& other) {
  trials += other.trials;
  completed += other.completed;
  collapsed += other.collapsed;
  diverged += other.diverged;
  failed += other.failed;
  missing += other.missing;
  unconverged += other.unconverged;
  return *this;
}

std::string OutcomesText(const TrialCounts& counts) {
  std::vector<std::string> parts, of_completed;
  const auto add = [](int count, const std::string& name,
                      std::vector<std::string>& list) {
    if (count > 0) list.push_back(absl::StrCat(count, " ", name));
  };
  add(counts.collapsed, "collapsed", of_completed);
  add(counts.unconverged, "not converged", of_completed);
  add(counts.completed,
      of_completed.empty()
          ? "completed"
          : absl::StrCat("completed (", absl::StrJoin(of_completed, ", "), ")"),
      parts);
  add(counts.diverged, "diverged", parts);
  add(counts.failed, "failed", parts);
  add(counts.missing, "missing", parts);
  return absl::StrJoin(parts, ", ");
}

std::string ShortOutcomesText(const TrialCounts& counts) {
  std::vector<std::string> others;
  for (const auto& [count, name] : {std::pair(counts.collapsed, "collapsed"),
                                    {counts.unconverged, "not converged"},
                                    {counts.diverged, "diverged"},
                                    {counts.failed, "failed"},
                                    {counts.missing, "missing"}}) {
    if (count > 0) others.push_back(absl::StrCat(count, " ", name));
  }
  if (others.empty()) return absl::StrCat(counts.completed);
  return absl::StrCat(counts.completed, " (", absl::StrJoin(others, ", "), ")");
}

}  // namespace bigstep
