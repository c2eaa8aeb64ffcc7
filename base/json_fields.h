// The fields of JSON objects that a file holds, checked one by one.
#ifndef BIGSTEP_BASE_JSON_FIELDS_H_
#define BIGSTEP_BASE_JSON_FIELDS_H_

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/json.h"

namespace bigstep {

// Reads the fields of an object, of any origin. Each reader returns the value;
// if the field is missing or of another type, it records an error and returns
// an empty value. Life: 1. Read all fields. 2. status().
class JsonFields {
 public:
  // `where` is the path of `json` in its file, for errors: "trials[3]", or
  // empty. Records an error if `json` is not an object. It must outlive the
  // reader.
  explicit JsonFields(const Json& json, std::string where = "");

  // DataLoss about the first invalid field.
  const absl::Status& status() const { return status_; }

  bool Has(absl::string_view key) const { return Find(key) != nullptr; }
  std::string Text(absl::string_view key);
  bool Bool(absl::string_view key);
  // Any number; integers are converted.
  double Number(absl::string_view key);
  // A whole number in this range.
  int64_t Integer(absl::string_view key,
                  int64_t least = std::numeric_limits<int64_t>::min(),
                  int64_t most = std::numeric_limits<int64_t>::max());
  const Json& Object(absl::string_view key);
  const Json& List(absl::string_view key);
  // Any value but a missing one.
  const Json& Any(absl::string_view key);

  // Records an error about the field.
  void Refuse(absl::string_view key, absl::string_view expected);

 private:
  // Null if it is missing.
  const Json* Find(absl::string_view key) const;
  // The field if `good` accepts it; else null, and the error is recorded.
  const Json* Expect(absl::string_view key, bool (*good)(const Json&),
                     absl::string_view expected);
  std::string PathTo(absl::string_view key) const;

  const Json& json_;
  const std::string where_;
  absl::Status status_;
};

// Reads an object of texts into `texts`. `where` is its path in its file.
// DataLoss about the first value that is not a text.
absl::Status ReadTexts(const Json& object, const std::string& where,
                       std::map<std::string, std::string>& texts);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_JSON_FIELDS_H_
