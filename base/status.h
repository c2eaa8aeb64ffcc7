// Early returns for absl::Status and absl::StatusOr, with room to say what was
// being done when the error came up.
//
//   RETURN_IF_ERROR(Load(path)) << "while loading the test split";
//   ASSIGN_OR_RETURN(const Split split, Load(path));
#ifndef BIGSTEP_BASE_STATUS_H_
#define BIGSTEP_BASE_STATUS_H_

#include <sstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace bigstep {

// A status under construction. Text streamed into it is appended to the
// message of an error, after "; ".
class StatusBuilder {
 public:
  explicit StatusBuilder(absl::Status status) : status_(std::move(status)) {}

  bool ok() const { return status_.ok(); }

  template <class T>
  StatusBuilder& operator<<(const T& value) {
    // A stream only for an error: most builders end as they began.
    std::ostringstream text;
    text << value;
    context_ += text.str();
    return *this;
  }

  operator absl::Status() const {  // NOLINT: implicit by design, for `return`.
    if (status_.ok() || context_.empty()) return status_;
    return absl::Status(status_.code(),
                        std::string(status_.message()) + "; " + context_);
  }

  template <class T>
  operator absl::StatusOr<T>() const {  // NOLINT: implicit by design.
    return absl::Status(*this);
  }

 private:
  absl::Status status_;
  std::string context_;
};

}  // namespace bigstep

// A loop that returns in its first round: unlike an `if` with `else`, it may
// stand alone between `if (x)` and `else`.
#define RETURN_IF_ERROR(expr)                                   \
  for (::bigstep::StatusBuilder bigstep_status_builder((expr)); \
       !bigstep_status_builder.ok();)                           \
  return bigstep_status_builder

#define BIGSTEP_CONCAT_INNER(a, b) a##b
#define BIGSTEP_CONCAT(a, b) BIGSTEP_CONCAT_INNER(a, b)

#define ASSIGN_OR_RETURN(lhs, expr) \
  BIGSTEP_ASSIGN_OR_RETURN(BIGSTEP_CONCAT(bigstep_or_, __LINE__), lhs, expr)
#define BIGSTEP_ASSIGN_OR_RETURN(result, lhs, expr) \
  auto result = (expr);                             \
  if (!result.ok()) return result.status();         \
  lhs = std::move(result).value()

#endif  // BIGSTEP_BASE_STATUS_H_
