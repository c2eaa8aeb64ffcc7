#include "base/problems.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace bigstep {

void Problems::Add(const Mark& mark, absl::string_view path,
                   absl::string_view message) {
  ++count_;
  std::string text = absl::StrCat(mark.source ? *mark.source : "", ":",
                                  mark.line, ":", mark.column, ": ", path,
                                  path.empty() ? "" : ": ", message);
  // The same value read for several trials is wrong once.
  for (const Problem& known : problems_) {
    if (known.text == text) return;
  }
  problems_.push_back({mark.order, mark.line, mark.column, std::move(text)});
}

absl::Status Problems::ToStatus() const {
  if (problems_.empty()) return absl::OkStatus();
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Problem& a, const Problem& b) {
                     return a.Key() < b.Key();
                   });
  std::string all;
  for (const Problem& problem : sorted) {
    absl::StrAppend(&all, all.empty() ? "" : "\n", problem.text);
  }
  return absl::InvalidArgumentError(all);
}

}  // namespace bigstep
