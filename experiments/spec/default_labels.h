// How tables and figures call the values of an axis that has no `labels`.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_DEFAULT_LABELS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_DEFAULT_LABELS_H_

#include <string>
#include <vector>

#include "base/spec_node.h"

namespace bigstep {

// A label for each value. Scalars are their text. Plugins, and lists of plugins
// such as regularizers, are named by what differs between the values: by one
// option alone if that is all ("0.5"), else by name and options ("focal
// gamma=2", "l1 coefficient=0.1 + l2 coefficient=0.2", "none" for an empty
// list). Values that would get equal labels are shown as they are written.
std::vector<std::string> DefaultLabels(const std::vector<SpecNode>& values);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_DEFAULT_LABELS_H_
