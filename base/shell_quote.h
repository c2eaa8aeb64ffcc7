// Text for shells.
#ifndef BIGSTEP_BASE_SHELL_QUOTE_H_
#define BIGSTEP_BASE_SHELL_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bigstep {

// `text` as one word of a POSIX shell, whatever bytes but 0 it holds: as it is
// if that is safe, else in single quotes.
std::string ShellQuote(absl::string_view text);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SHELL_QUOTE_H_
