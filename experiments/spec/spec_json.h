// JSON values as the tree that ReadSpec makes of YAML.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_SPEC_JSON_H_
#define BIGSTEP_EXPERIMENTS_SPEC_SPEC_JSON_H_

#include <string>

#include "base/json.h"
#include "base/spec_node.h"

namespace bigstep {

// Numbers keep every bit. Strings count as quoted, so that "1" stays text.
// Messages about a node name `source` without a line.
SpecNode ToSpecNode(const Json& json, const std::string& source);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_SPEC_JSON_H_
