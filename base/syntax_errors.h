// The causes of YAML syntax errors, in plain words.
#ifndef BIGSTEP_BASE_SYNTAX_ERRORS_H_
#define BIGSTEP_BASE_SYNTAX_ERRORS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/problems.h"

namespace bigstep {

// What is wrong in `text` where yaml-cpp reports `error` (one of its messages)
// at `mark`: a tab in the indentation, a bracket that is not closed, a
// character that cannot be seen. Moves `mark` to a tab that is the cause.
std::string ExplainSyntaxError(absl::string_view text, absl::string_view error,
                               Mark& mark);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SYNTAX_ERRORS_H_
