#include "base/suggest.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/unicode.h"

namespace bigstep {

int EditDistance(absl::string_view a, absl::string_view b) {
  // Rows i-2, i-1 and i of the dynamic programme over prefixes of a.
  std::vector<int> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replace = last[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::vector<std::string> NearestWords(absl::string_view word,
                                      const std::vector<std::string>& known) {
  int best = std::min(static_cast<int>(word.size() / 2 + 1), 3);
  std::vector<std::string> nearest;
  for (const std::string& candidate : known) {
    const int distance = EditDistance(word, candidate);
    if (distance > best) continue;
    if (distance < best) nearest.clear();
    best = distance;
    nearest.push_back(candidate);
  }
  return nearest;
}

std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& known) {
  std::string odd = OddCharacterHint(word);
  std::vector<std::string> nearest = NearestWords(FoldToAscii(word), known);
  if (nearest.empty()) {
    nearest = NearestWords(word, known);
    if (!nearest.empty()) odd.clear();  // The known words have such characters.
  }
  if (nearest.empty()) return odd;
  return absl::StrCat("; did you mean '", absl::StrJoin(nearest, "' or '"),
                      "'?", odd);
}

}  // namespace bigstep
