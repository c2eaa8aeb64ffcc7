// The axes of a spec: hyperparameters and the values they take.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_AXIS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_AXIS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/spec/condition.h"

namespace bigstep {

// One option set: "training.max_steps: 6000".
struct OptionSetting {
  std::string option;  // Dotted path below `base`.
  Mark mark;
  SpecNode value;
};

// Numbers to draw from, ends included.
struct Range {
  double low = 0;
  double high = 0;
  bool log = false;      // Uniform in the logarithm.
  bool integer = false;  // Whole numbers.
  Mark mark;
};

// The label of an axis in configurations to which it does not apply: see
// Axis::when.
inline constexpr char kNotApplied[] = "-";

// One hyperparameter and the values it takes, or the range they are drawn from.
struct Axis {
  std::string name;
  std::string set;                  // Dotted path below `base`: "optimizer.lr".
  Mark mark;                        // Of the axis.
  Mark set_mark;                    // Of `set`.
  std::vector<SpecNode> values;     // Empty if there is a range.
  std::vector<std::string> labels;  // One for each value.
  // Further options set with each value, in order: a list for each value, or
  // one for all values.
  std::vector<std::vector<OptionSetting>> with;
  std::optional<Range> range;
  std::optional<Condition> when;  // Where the axis applies; none: everywhere.

  // The options set with value number `i`.
  const std::vector<OptionSetting>& WithOf(size_t i) const {
    return with[with.size() == 1 ? 0 : i];
  }
};

// Reads the map from axis names to axes. Axes with errors are left out.
std::vector<Axis> ReadAxes(const SpecNode& axes, Problems& problems);

// The position in `axes` of the axis called `name`.
std::optional<size_t> FindAxis(const std::vector<Axis>& axes,
                               absl::string_view name);

// Adds an error for each axis, value and section in `condition` that does not
// exist. `declared` is the map that `axes` were read from: the errors of its
// other axes were added already.
void CheckCondition(const Condition& condition, const std::vector<Axis>& axes,
                    const SpecNode& declared, Problems& problems);

// Whether setting option `later` replaces what setting `earlier` did: it is the
// same path or one above it.
bool Undoes(absl::string_view later, absl::string_view earlier);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_AXIS_H_
