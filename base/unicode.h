// Characters that people type or paste without knowing.
#ifndef BIGSTEP_BASE_UNICODE_H_
#define BIGSTEP_BASE_UNICODE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bigstep {

// The length in bytes of the character that `text`, which must not be empty,
// begins with; 0 if it does not begin with UTF-8 (RFC 3629: no overlong forms,
// no surrogates).
size_t DecodeUtf8(absl::string_view text, uint32_t* character);

bool IsUtf8(absl::string_view text);

// Whether a terminal shows nothing or a blank for the character: true for
// control characters, false for U+0020.
bool IsInvisible(uint32_t character);

// A character that a reader takes for another one, or does not see.
struct OddCharacter {
  size_t position = 0;  // In characters, from 1.
  uint32_t character = 0;
  char looks_like = 0;  // In ASCII; 0 if it is invisible.

  // "U+0455, not the ASCII 's'" or "U+00A0, a no-break space".
  std::string Describe() const;
};

// The first odd character of `text`: one that is invisible, or that is not
// ASCII but looks like an ASCII character.
std::optional<OddCharacter> FindOddCharacter(absl::string_view text);

// "; character 3 is U+0455, not the ASCII 's'" about the first odd character,
// for the end of a message that quotes `text`, or "".
std::string OddCharacterHint(absl::string_view text);

// `text` with odd characters replaced by those that they look like, and without
// those that are invisible.
std::string FoldToAscii(absl::string_view text);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_UNICODE_H_
