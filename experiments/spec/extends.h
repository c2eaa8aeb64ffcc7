// A spec that begins with another one: `extends: base.yaml`.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_EXTENDS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_EXTENDS_H_

#include <string>

#include "base/problems.h"
#include "base/spec_node.h"

namespace bigstep {

// Replaces `spec`, which has the key `extends` and was read from the file
// `path`, by the spec that it names with `spec` laid over it: maps are merged,
// key by key; lists and scalars replace what was there; a key without a value
// removes it; and a map with another `name` (another plugin) replaces the whole
// map. Nodes keep their marks, so that messages name the file that a value
// comes from.
//
// The file named lies in the folder of `path` or below, and extends no other
// one. Errors are added to `problems`; `spec` is then as it was, without the
// key.
void Extend(const std::string& path, SpecNode& spec, Problems& problems);

// `spec` as YAML that ReadSpec reads back, comments aside.
std::string ToYaml(const SpecNode& spec);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_EXTENDS_H_
