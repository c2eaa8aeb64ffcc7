// Text from files and flags, made safe to show on a terminal.
#ifndef BIGSTEP_BASE_TERMINAL_TEXT_H_
#define BIGSTEP_BASE_TERMINAL_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bigstep {

// `text` on one line, with everything that cannot be seen, or that changes how
// a terminal shows other text, spelled out: control characters (line ends,
// escape sequences), spaces other than the ASCII one, characters without width
// and marks that change the direction of writing become "<U+00A0>"; bytes that
// are not UTF-8 become "<0x9B>". All other text stays as it is.
std::string VisibleText(absl::string_view text);

// The same for a message of several lines: line feeds stay.
std::string VisibleLines(absl::string_view text);

// The columns that UTF-8 text takes: one a character.
size_t TerminalWidth(absl::string_view text);

// At most that many columns of the text, the last one an ellipsis if some are
// cut off.
std::string CutToWidth(absl::string_view text, size_t most);

// The text with blanks at its end, or at its beginning, up to `width` columns.
std::string PadToWidth(absl::string_view text, size_t width,
                       bool at_end = true);

// The words of `text` in lines of at most `width` columns. A longer word has a
// line of its own. At least one line.
std::vector<std::string> WrapWords(absl::string_view text, size_t width);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_TERMINAL_TEXT_H_
