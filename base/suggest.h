// "Did you mean": finds the known words nearest to a mistyped one.
#ifndef BIGSTEP_BASE_SUGGEST_H_
#define BIGSTEP_BASE_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bigstep {

// Damerau-Levenshtein distance (optimal string alignment): inserting,
// deleting, replacing one character or swapping two neighbours costs 1.
int EditDistance(absl::string_view a, absl::string_view b);

// The known words at the least distance from `word`, all of them when several
// tie, in the order given. None when the distance exceeds
// min(len(word) / 2 + 1, 3), the cutoff Abseil uses for flags.
std::vector<std::string> NearestWords(absl::string_view word,
                                      const std::vector<std::string>& known);

// For an option that a plugin does not have, and that users of other libraries
// expect there ("weight_decay" of SGD): what to write instead, after "; ". Else
// "".
std::string OptionAdvice(absl::string_view option);

// "; did you mean 'rho'?" or "; did you mean 'a' or 'b'?" or "". Characters of
// `word` that look like ASCII ones, or like nothing, count as those, and the
// first of them is named: "; did you mean 'sgd'?; character 1 is U+0455, not
// the ASCII 's'". Words that other libraries use for the same thing
// ("learning_rate" for a known "lr") count as known.
std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& known);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SUGGEST_H_
