#include "experiments/report/tables/aligned_numbers.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace bigstep {

size_t IntegerPart(absl::string_view text) {
  const size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  size_t end = sign;
  while (end < text.size() &&
         absl::ascii_isdigit(static_cast<unsigned char>(text[end]))) {
    ++end;
  }
  if (end == sign) return 0;
  // Not of an id such as "0123abc".
  const bool is_number =
      end == text.size() || absl::StrContains(". e%", text[end]);
  return is_number ? end : 0;
}

const std::string& ShortText(const Table::Entry& entry) {
  return entry.short_text.empty() ? entry.text : entry.short_text;
}

NumberPads::NumberPads(const Table& table, bool is_short)
    : widths_(table.columns.size()) {
  for (const Table::Row& row : table.rows) {
    for (size_t c = 0; c < row.entries.size(); ++c) {
      if (table.columns[c].is_text) continue;
      const Table::Entry& entry = row.entries[c];
      widths_[c] = std::max(
          widths_[c], IntegerPart(is_short ? ShortText(entry) : entry.text));
      for (const std::string& line : entry.details) {
        widths_[c] = std::max(widths_[c], IntegerPart(line));
      }
    }
  }
}

std::string NumberPads::Before(size_t column, absl::string_view text) const {
  if (widths_[column] == 0) return "";
  const size_t width = IntegerPart(text);
  std::string pad;
  for (size_t i = width; width > 0 && i < widths_[column]; ++i) {
    pad += "\u2007";
  }
  return pad;
}

}  // namespace bigstep
