// The causes of YAML syntax errors, in plain words.
#ifndef BIGSTEP_BASE_SYNTAX_ERRORS_H_
#define BIGSTEP_BASE_SYNTAX_ERRORS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/problems.h"

namespace bigstep {

// The cause of `error`, a message of yaml-cpp about `text` at `mark`: a tab in
// the indentation, a bracket that is not closed, a character that cannot be
// seen. Moves `mark` to a tab or a bracket nested too deeply that is the cause.
std::string ExplainSyntaxError(absl::string_view text, absl::string_view error,
                               Mark& mark);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SYNTAX_ERRORS_H_
