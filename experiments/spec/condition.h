// Conditions of the plan language: "axis l2 is 'strong' or 'weak', and the
// optimizer is adam". They drop configurations (`exclude`), keep them (`when`
// of sweeps) or say where an axis applies (`when` of an axis).
#ifndef BIGSTEP_EXPERIMENTS_SPEC_CONDITION_H_
#define BIGSTEP_EXPERIMENTS_SPEC_CONDITION_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/spec_node.h"

namespace bigstep {

// `key`, an axis or the dotted path of an option below `base`, has one of the
// values.
struct Requirement {
  std::string key;
  Mark mark;
  std::string path;  // For messages: "axes.momentum.when.optimizer".
  std::vector<SpecNode> values;
};

// Holds where all requirements hold.
struct Condition {
  std::vector<Requirement> all;
  Mark mark;
  std::string path;

  // Whether it holds, given whether each requirement does.
  bool Holds(const std::function<bool(const Requirement&)>& holds) const;
};

// Reads {key: value or list of values, ...}. The caller checks that keys and
// values exist.
Condition ReadCondition(const SpecNode& node, const std::string& path,
                        Problems& problems);

// Whether two texts of a spec are the same value: equal texts or equal numbers.
bool SameValue(absl::string_view a, absl::string_view b);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_CONDITION_H_
