// JSON values, their canonical text, and the hash that names a trial.
#ifndef BIGSTEP_BASE_JSON_H_
#define BIGSTEP_BASE_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace bigstep {

// Keys are sorted; doubles print as the shortest text that reads back equal.
using Json = nlohmann::json;

// One line, no spaces, keys sorted: equal values give equal text. `value` must
// hold no NaN or infinity (they have no JSON form). Bytes that are not UTF-8
// become U+FFFD.
std::string CanonicalJson(const Json& value);

// Parses `text`, of any origin. DataLoss with the byte offset if it is not JSON
// or is nested more than 64 deep; DataLoss if a number is beyond the range of
// double.
absl::StatusOr<Json> ParseJson(absl::string_view text);

// The beginning of a value, in ASCII, for a message; "nothing" for null. Takes
// little time even for a value of many megabytes.
std::string Excerpt(const Json& value);

// SHA-256 as 64 lower-case hex digits.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_JSON_H_
