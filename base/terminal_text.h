// Text from files and flags, made safe to show on a terminal.
#ifndef BIGSTEP_BASE_TERMINAL_TEXT_H_
#define BIGSTEP_BASE_TERMINAL_TEXT_H_

#include <string>

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

}  // namespace bigstep

#endif  // BIGSTEP_BASE_TERMINAL_TEXT_H_
