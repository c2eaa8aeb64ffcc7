// Names that look the same to a reader although their bytes differ.
#ifndef BIGSTEP_BASE_LOOKALIKE_H_
#define BIGSTEP_BASE_LOOKALIKE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "base/unicode.h"

namespace bigstep {

// Equal for texts that look the same: without blanks around them and without
// invisible characters, with ASCII in place of what looks like it
// (FoldToAscii), and with accents as characters of their own (Unicode's form
// NFD, in which older Macs keep file names).
std::string LookKey(absl::string_view text);

// The first Cyrillic or Greek character that looks like an ASCII letter and
// stands in one word with one: the second of "c\u0430t". Words are runs of
// letters of these alphabets, so that "TNF-\u03b1" has none.
std::optional<OddCharacter> FindMixedAlphabets(absl::string_view text);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_LOOKALIKE_H_
