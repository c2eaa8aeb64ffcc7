// The keys of a map in a spec, and names.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_READ_MAP_H_
#define BIGSTEP_EXPERIMENTS_SPEC_READ_MAP_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/read_value.h"
#include "base/spec_node.h"

namespace bigstep {

// "path.key", or "key" if `path` is empty.
std::string PathBelow(absl::string_view path, absl::string_view key);

// "; did you mean 'a'? (known: a, b)".
std::string Known(absl::string_view word,
                  const std::vector<std::string>& known);

// Adds an error for each key of `map` that is not in `known`.
void RefuseUnknownKeys(const SpecNode& map, const std::string& path,
                       const std::vector<std::string>& known,
                       Problems& problems);

// Reads the entry `key` of `map` into `value`, if there is one. Returns whether
// `value` was set.
template <class T>
bool ReadKey(const SpecNode& map, const std::string& path, const char* key,
             Problems& problems, T* value) {
  const SpecNode* const node = map.Find(key);
  const int before = problems.count();
  if (node != nullptr) ReadValue(*node, PathBelow(path, key), problems, value);
  return node != nullptr && problems.count() == before;
}

// Adds an error, and returns false, unless `text` is a name, fit for files,
// columns and scripts: lower-case letters, digits and _, beginning with a
// letter.
bool CheckName(absl::string_view text, const Mark& mark,
               const std::string& path, Problems& problems);

// Reads a name. Returns whether `*name` is one.
bool ReadName(const SpecNode& node, const std::string& path, Problems& problems,
              std::string* name);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_READ_MAP_H_
