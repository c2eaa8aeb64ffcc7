#include "base/lookalike.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/strings/ascii.h"

namespace bigstep {
namespace {

// A character as text, without copying.
absl::string_view TakeCharacter(absl::string_view& text, uint32_t* character) {
  *character = 0;
  const size_t size = std::max<size_t>(DecodeUtf8(text, character), 1);
  const absl::string_view taken = text.substr(0, size);
  text.remove_prefix(taken.size());
  return taken;
}

// Unicode's form NFD; `text` itself if it is not UTF-8.
std::string Decompose(absl::string_view text) {
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &made,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE));
  if (size < 0) return std::string(text);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(
      made, &std::free);
  return {reinterpret_cast<const char*>(made), static_cast<size_t>(size)};
}

bool IsAsciiLetter(uint32_t character) {
  return character < 0x80 &&
         absl::ascii_isalpha(static_cast<unsigned char>(character));
}

bool IsGreekOrCyrillic(uint32_t character) {
  return character >= 0x0370 && character <= 0x052F;
}

// Whether it may stand inside a word: accents and further Latin letters too.
bool IsOfWords(uint32_t character) {
  return IsAsciiLetter(character) ||
         (character >= 0x00C0 && character <= 0x052F);
}

}  // namespace

std::string LookKey(absl::string_view text) {
  return std::string(absl::StripAsciiWhitespace(FoldToAscii(Decompose(text))));
}

std::optional<OddCharacter> FindMixedAlphabets(absl::string_view text) {
  bool ascii = false;               // In this word.
  std::optional<OddCharacter> odd;  // The first one of this word.
  for (size_t position = 1; !text.empty(); ++position) {
    uint32_t character = 0;
    const absl::string_view taken = TakeCharacter(text, &character);
    if (!IsOfWords(character)) {
      ascii = false;
      odd = std::nullopt;
      continue;
    }
    ascii = ascii || IsAsciiLetter(character);
    if (!odd && IsGreekOrCyrillic(character)) {
      odd = FindOddCharacter(taken);
      if (odd) odd->position = position;
    }
    if (ascii && odd) return odd;
  }
  return std::nullopt;
}

}  // namespace bigstep
