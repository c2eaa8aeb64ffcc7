#include "experiments/block_values.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "experiments/draw.h"

namespace bigstep {
namespace {

AxisValue MakeValue(const SpecNode& node, const std::string& label,
                    const std::vector<OptionSetting>& with) {
  AxisValue value{node, label, &with, node.ToFlow(), std::nullopt};
  double number = 0;
  for (const std::string& text : {node.text, label}) {
    if (absl::SimpleAtod(text, &number) && std::isfinite(number)) {
      value.number = number;
      break;
    }
  }
  return value;
}

AxisValue DrawValue(const Axis& axis, DrawStream& stream) {
  if (!axis.range) {
    const size_t i = stream.NextPosition(axis.values.size());
    return MakeValue(axis.values[i], axis.labels[i], axis.WithOf(i));
  }
  const double number = stream.NextIn(*axis.range);
  SpecNode node;
  node.kind = SpecNode::Kind::kScalar;
  node.text = axis.range->integer ? absl::StrCat(static_cast<int64_t>(number))
                                  : Json(number).dump();
  node.mark = axis.range->mark;
  return MakeValue(node, node.text, axis.WithOf(0));
}

}  // namespace

std::vector<BlockAxis> ValuesOf(const Block& block,
                                const std::vector<Axis>& axes) {
  std::vector<BlockAxis> all;
  for (size_t i = 0; i < block.axes.size(); ++i) {
    const Axis& axis = axes[block.axes[i]];
    BlockAxis values{&axis, block.marks[i], {}};
    if (block.kind == Block::Kind::kRandom) {
      DrawStream stream(block.seed, axis.name);
      for (int64_t draw = 0; draw < block.draws; ++draw) {
        values.values.push_back(DrawValue(axis, stream));
      }
    } else {
      for (size_t v = 0; v < axis.values.size(); ++v) {
        values.values.push_back(
            MakeValue(axis.values[v], axis.labels[v], axis.WithOf(v)));
      }
    }
    all.push_back(std::move(values));
  }
  return all;
}

}  // namespace bigstep
