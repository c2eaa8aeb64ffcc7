// Values as people write them in specs, read by the type that is wanted.
#ifndef BIGSTEP_BASE_READ_VALUE_H_
#define BIGSTEP_BASE_READ_VALUE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/spec_node.h"

namespace bigstep {

// ReadValue converts a node to the declared type. A node of another form is an
// error, added to `problems`, and leaves `*value` unchanged. Accepted are:
//   bool: true, false. int64_t: decimal digits without leading zeros.
//   double: a finite decimal number. std::string: any scalar.
//   std::vector<T>: a list of those.
//   std::map<std::string, std::string>: a map of texts.
void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               bool* value);
void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               int64_t* value);
void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               double* value);
void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               std::string* value);
void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               std::map<std::string, std::string>* value);

// Adds an error if `value`, which was read from `node`, is beyond the range of
// float32, in which networks compute: it would become infinite there.
void RefuseBeyondFloat(const SpecNode& node, absl::string_view path,
                       double value, Problems& problems);

// Adds an error if `value`, which was read from `node`, is above 0 but counts
// as 0 in float32, where denormal numbers are flushed.
void RefuseVanishing(const SpecNode& node, absl::string_view path, double value,
                     Problems& problems);

// "expected a number, found a list".
void AddWrongType(const SpecNode& node, absl::string_view path,
                  absl::string_view expected, Problems& problems);

template <class T>
void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               std::vector<T>* value) {
  if (!node.is_list()) {
    AddWrongType(node, path, "a list", problems);
    return;
  }
  const int before = problems.count();
  std::vector<T> items(node.items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    // vector<bool> has no addressable items; no option needs one.
    ReadValue(node.items[i], absl::StrCat(path, "[", i, "]"), problems,
              &items[i]);
  }
  if (problems.count() == before) *value = std::move(items);
}

// How help and documentation name a type.
inline std::string TypeName(const bool*) { return "bool"; }
inline std::string TypeName(const int64_t*) { return "int"; }
inline std::string TypeName(const double*) { return "double"; }
inline std::string TypeName(const std::string*) { return "string"; }
inline std::string TypeName(const std::map<std::string, std::string>*) {
  return "map of string";
}
template <class T>
std::string TypeName(const std::vector<T>*) {
  return absl::StrCat("list of ", TypeName(static_cast<const T*>(nullptr)));
}

}  // namespace bigstep

#endif  // BIGSTEP_BASE_READ_VALUE_H_
