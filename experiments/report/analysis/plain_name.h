// Names for readers.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_PLAIN_NAME_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_PLAIN_NAME_H_

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// "accuracy: unbiased test" for "accuracy.unbiased_test".
inline std::string PlainName(absl::string_view column) {
  return absl::StrReplaceAll(column, {{".", ": "}, {"_", " "}});
}

// "3 trials", "1 trial".
template <typename Count>
std::string CountText(Count count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

// `text`, which may be of any origin, with a capital first letter if it is
// ASCII.
inline std::string Capitalized(std::string text) {
  if (!text.empty()) {
    text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
  }
  return text;
}

// Whether a spreadsheet would take `text` for a formula. Numbers begin with
// signs too, and a sign alone is text for all of them.
inline bool IsFormula(absl::string_view text) {
  double number = 0;
  return text.size() > 1 &&
         absl::StrContains("=+-@", absl::string_view(&text[0], 1)) &&
         !absl::SimpleAtod(text, &number);
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_PLAIN_NAME_H_
