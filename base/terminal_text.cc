#include "base/terminal_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/unicode.h"

namespace bigstep {

std::string VisibleText(absl::string_view text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string visible;
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text, &character);
    if (size == 0) {
      absl::StrAppendFormat(&visible, "<0x%02X>",
                            static_cast<uint8_t>(text[0]));
    } else if (IsInvisible(character)) {
      absl::StrAppendFormat(&visible, "<U+%04X>", character);
    } else {
      absl::StrAppend(&visible, text.substr(0, size));
    }
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return visible;
}

std::string VisibleLines(absl::string_view text) {
  return absl::StrJoin(absl::StrSplit(text, '\n'), "\n",
                       [](std::string* lines, absl::string_view line) {
                         absl::StrAppend(lines, VisibleText(line));
                       });
}

size_t TerminalWidth(absl::string_view text) {
  // Bytes that do not continue a character.
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string CutToWidth(absl::string_view text, size_t most) {
  if (TerminalWidth(text) <= most) return std::string(text);
  size_t end = 0;
  for (size_t characters = 0; end < text.size(); ++end) {
    const bool begins = (text[end] & 0xC0) != 0x80;
    if (begins && ++characters == most) break;
  }
  return absl::StrCat(text.substr(0, end), "…");
}

std::string PadToWidth(absl::string_view text, size_t width, bool at_end) {
  const std::string blanks(width - std::min(width, TerminalWidth(text)), ' ');
  return at_end ? absl::StrCat(text, blanks) : absl::StrCat(blanks, text);
}

std::vector<std::string> WrapWords(absl::string_view text, size_t width) {
  std::vector<std::string> lines = {""};
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    std::string& line = lines.back();
    if (line.empty()) {
      line = std::string(word);
    } else if (TerminalWidth(line) + 1 + TerminalWidth(word) <= width) {
      absl::StrAppend(&line, " ", word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

}  // namespace bigstep
