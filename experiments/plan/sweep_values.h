// The values that the axes of a sweep take, drawn ones included.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_SWEEP_VALUES_H_
#define BIGSTEP_EXPERIMENTS_PLAN_SWEEP_VALUES_H_

#include <optional>
#include <string>
#include <vector>

#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/spec/axis.h"
#include "experiments/spec/sweep.h"

namespace bigstep {

// A value of an axis in a sweep.
struct SweepValue {
  SpecNode node;
  std::string label;
  const std::vector<OptionSetting>* with;  // Of the axis.
  std::string text;                        // For conditions.
  std::optional<double> number;            // For figures, if it is one.
};

// An axis in a sweep: its values in order or, in a random sweep, its draws.
struct SweepAxis {
  const Axis* axis;
  Mark mark;  // Where the sweep names it.
  std::vector<SweepValue> values;
};

// The axes of a sweep, in its order. They point into `axes`.
std::vector<SweepAxis> ValuesOf(const Sweep& sweep,
                                const std::vector<Axis>& axes);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_SWEEP_VALUES_H_
