// Reads YAML strictly into a SpecNode tree. Only spec_reader.cc includes
// yaml-cpp, whose own conversions are lenient (duplicate keys, octal integers,
// "yes" as a boolean, second documents): none of them is used.
#ifndef BIGSTEP_BASE_SPEC_READER_H_
#define BIGSTEP_BASE_SPEC_READER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/spec_node.h"

namespace bigstep {

// Parses one YAML document. `source` names it in messages; `order` sorts the
// messages of several sources. Duplicate keys, keys that are not plain text,
// merge keys, anchors, aliases, tags, a second document, texts that are not
// UTF-8 and syntax errors (the first one ends the reading) are added to
// `problems`; the part read is still returned, so that it can be checked too.
// For a text without a value that is an empty node at line 1, column 1.
SpecNode ReadSpec(absl::string_view text, const std::string& source, int order,
                  Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SPEC_READER_H_
