// The values that the axes of a block take, drawn ones included.
#ifndef BIGSTEP_EXPERIMENTS_BLOCK_VALUES_H_
#define BIGSTEP_EXPERIMENTS_BLOCK_VALUES_H_

#include <optional>
#include <string>
#include <vector>

#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/axis.h"
#include "experiments/block.h"

namespace bigstep {

// A value of an axis in a block.
struct AxisValue {
  SpecNode node;
  std::string label;
  const std::vector<OptionSetting>* with;  // Of the axis.
  std::string text;                        // What conditions compare.
  std::optional<double>
      number;  // What the axis is drawn against, if it is one.
};

// An axis in a block: its values in order or, in a random block, its draws.
struct BlockAxis {
  const Axis* axis;
  Mark mark;  // Where the block names it.
  std::vector<AxisValue> values;
};

// The axes of a block, in its order. They point into `axes`.
std::vector<BlockAxis> ValuesOf(const Block& block,
                                const std::vector<Axis>& axes);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_BLOCK_VALUES_H_
