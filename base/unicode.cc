#include "base/unicode.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

struct Range {
  uint32_t first, last;
};

// Unicode 15: the general categories Cc, Cf, Zl, Zp and Zs without U+0020, the
// property Default_Ignorable_Code_Point, the braille pattern without dots, and
// the block of specials. Sorted.
constexpr Range kInvisible[] = {
    {0x0000, 0x001F},   {0x007F, 0x00A0},   {0x00AD, 0x00AD},
    {0x034F, 0x034F},   {0x0600, 0x0605},   {0x061C, 0x061C},
    {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},
    {0x08E2, 0x08E2},   {0x115F, 0x1160},   {0x1680, 0x1680},
    {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x2000, 0x200F},
    {0x2028, 0x202F},   {0x205F, 0x206F},   {0x2800, 0x2800},
    {0x3000, 0x3000},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
    {0xFFFE, 0xFFFF},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
    {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF},
};

struct Lookalike {
  uint32_t character;
  char ascii;
};

// Letters of Cyrillic, Greek and phonetic alphabets, dashes and quotes that
// look like ASCII in common fonts. Sorted.
constexpr Lookalike kLookalikes[] = {
    {0x0131, 'i'}, {0x0251, 'a'},  {0x0261, 'g'},  {0x02CD, '_'},
    {0x0391, 'A'}, {0x0392, 'B'},  {0x0395, 'E'},  {0x0396, 'Z'},
    {0x0397, 'H'}, {0x0399, 'I'},  {0x039A, 'K'},  {0x039C, 'M'},
    {0x039D, 'N'}, {0x039F, 'O'},  {0x03A1, 'P'},  {0x03A4, 'T'},
    {0x03A5, 'Y'}, {0x03A7, 'X'},  {0x03B1, 'a'},  {0x03B3, 'y'},
    {0x03B7, 'n'}, {0x03B9, 'i'},  {0x03BA, 'k'},  {0x03BD, 'v'},
    {0x03BF, 'o'}, {0x03C1, 'p'},  {0x03C4, 't'},  {0x03C5, 'u'},
    {0x0405, 'S'}, {0x0406, 'I'},  {0x0408, 'J'},  {0x0410, 'A'},
    {0x0412, 'B'}, {0x0415, 'E'},  {0x041A, 'K'},  {0x041C, 'M'},
    {0x041D, 'H'}, {0x041E, 'O'},  {0x0420, 'P'},  {0x0421, 'C'},
    {0x0422, 'T'}, {0x0425, 'X'},  {0x0430, 'a'},  {0x0435, 'e'},
    {0x043A, 'k'}, {0x043C, 'm'},  {0x043E, 'o'},  {0x0440, 'p'},
    {0x0441, 'c'}, {0x0442, 't'},  {0x0443, 'y'},  {0x0445, 'x'},
    {0x0455, 's'}, {0x0456, 'i'},  {0x0458, 'j'},  {0x04BB, 'h'},
    {0x04CF, 'l'}, {0x0501, 'd'},  {0x051B, 'q'},  {0x051D, 'w'},
    {0x2010, '-'}, {0x2011, '-'},  {0x2012, '-'},  {0x2013, '-'},
    {0x2014, '-'}, {0x2015, '-'},  {0x2018, '\''}, {0x2019, '\''},
    {0x201A, ','}, {0x201B, '\''}, {0x201C, '"'},  {0x201D, '"'},
    {0x201F, '"'}, {0x2024, '.'},  {0x2032, '\''}, {0x2033, '"'},
    {0x217C, 'l'}, {0x2212, '-'},  {0x2236, ':'}};

// The ASCII character that `character`, which is another one, looks like, or 0.
char LookalikeOf(uint32_t character) {
  // The full-width forms of ! to ~.
  if (character >= 0xFF01 && character <= 0xFF5E) {
    return static_cast<char>(character - 0xFF01 + '!');
  }
  const Lookalike* const found =
      std::lower_bound(std::begin(kLookalikes), std::end(kLookalikes),
                       character, [](const Lookalike& entry, uint32_t value) {
                         return entry.character < value;
                       });
  return found != std::end(kLookalikes) && found->character == character
             ? found->ascii
             : '\0';
}

absl::string_view InvisibleName(uint32_t character) {
  switch (character) {
    case 0x0009:
      return "a tab";
    case 0x000A:
    case 0x000D:
      return "a line end";
    case 0x00A0:
    case 0x202F:
      return "a no-break space";
    case 0x00AD:
      return "a soft hyphen";
    case 0x200B:
      return "a zero-width space";
    case 0xFEFF:
      return "a byte-order mark";
    default:
      return "which cannot be seen";
  }
}

}  // namespace

size_t DecodeUtf8(absl::string_view text, uint32_t* character) {
  const auto byte = [&text](size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : uint32_t{0};
  };
  const uint32_t lead = byte(0);
  if (lead < 0x80) {
    *character = lead;
    return 1;
  }
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  *character = lead & (0xFF >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    *character = *character << 6 | (byte(i) & 0x3F);
  }
  const uint32_t least = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
  const bool surrogate = *character >= 0xD800 && *character <= 0xDFFF;
  return *character < least || *character > 0x10FFFF || surrogate ? 0 : size;
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text, &character);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

bool IsInvisible(uint32_t character) {
  const Range* const range = std::lower_bound(
      std::begin(kInvisible), std::end(kInvisible), character,
      [](const Range& range, uint32_t value) { return range.last < value; });
  return range != std::end(kInvisible) && range->first <= character;
}

std::string OddCharacter::Describe() const {
  return looks_like == 0 ? absl::StrFormat("U+%04X, %s", character,
                                           InvisibleName(character))
                         : absl::StrFormat("U+%04X, not the ASCII '%c'",
                                           character, looks_like);
}

std::optional<OddCharacter> FindOddCharacter(absl::string_view text) {
  for (size_t position = 1; !text.empty(); ++position) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text, &character);
    const char ascii = size > 1 ? LookalikeOf(character) : '\0';
    if (ascii != 0 || (size > 0 && IsInvisible(character))) {
      return OddCharacter{position, character, ascii};
    }
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return std::nullopt;
}

std::string OddCharacterHint(absl::string_view text) {
  const std::optional<OddCharacter> odd = FindOddCharacter(text);
  return odd ? absl::StrCat("; character ", odd->position, " is ",
                            odd->Describe())
             : "";
}

std::string FoldToAscii(absl::string_view text) {
  std::string folded;
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text, &character);
    const char ascii = size > 1 ? LookalikeOf(character) : '\0';
    const size_t bytes = std::max<size_t>(size, 1);
    if (ascii != 0) {
      folded += ascii;
    } else if (size == 0 || !IsInvisible(character)) {
      absl::StrAppend(&folded, text.substr(0, bytes));
    }
    text.remove_prefix(bytes);
  }
  return folded;
}

}  // namespace bigstep
