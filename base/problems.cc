#include "base/problems.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/terminal_text.h"

namespace bigstep {

namespace {

std::string Text(const Mark& mark, absl::string_view path,
                 absl::string_view message) {
  std::string text = mark.source ? VisibleText(*mark.source) : "";
  // A source that is not text has no lines.
  if (mark.line > 0) absl::StrAppend(&text, ":", mark.line, ":", mark.column);
  for (const std::string& part : {VisibleText(path), VisibleLines(message)}) {
    absl::StrAppend(&text, text.empty() || part.empty() ? "" : ": ", part);
  }
  return text;
}

}  // namespace

void Problems::Add(const Mark& mark, absl::string_view path,
                   absl::string_view message) {
  Add({mark.order, mark.line, mark.column, Text(mark, path, message), false});
}

void Problems::AddMissing(const Mark& mark, absl::string_view path,
                          absl::string_view message) {
  Add({mark.order, mark.line, mark.column, Text(mark, path, message), true});
}

void Problems::AddAllButMissing(const Problems& other) {
  for (const Problem& problem : other.problems_) {
    if (!problem.missing) Add(problem);
  }
}

void Problems::Add(Problem problem) {
  ++count_;
  // The same value read for several trials is wrong once.
  if (texts_.insert(problem.text).second) {
    problems_.push_back(std::move(problem));
  }
}

absl::Status Problems::ToStatus() const {
  if (problems_.empty()) return absl::OkStatus();
  std::vector<Problem> sorted = problems_;
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const Problem& a, const Problem& b) { return a.Key() < b.Key(); });
  constexpr size_t kShown = 100;
  std::string all;
  for (size_t i = 0; i < std::min(sorted.size(), kShown); ++i) {
    absl::StrAppend(&all, all.empty() ? "" : "\n", sorted[i].text);
  }
  if (sorted.size() > kShown) {
    absl::StrAppend(&all, "\nand ", sorted.size() - kShown, " more");
  }
  return absl::InvalidArgumentError(all);
}

}  // namespace bigstep
