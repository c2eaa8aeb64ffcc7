#include "experiments/plan/sweep_values.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "experiments/plan/random_search.h"

namespace bigstep {
namespace {

SweepValue MakeValue(const SpecNode& node, const std::string& label,
                     const std::vector<OptionSetting>& with) {
  SweepValue value{node, label, &with, node.ToFlow(), std::nullopt};
  double number = 0;
  for (const std::string& text : {node.text, label}) {
    if (absl::SimpleAtod(text, &number) && std::isfinite(number)) {
      value.number = number;
      break;
    }
  }
  return value;
}

SweepValue DrawValue(const Axis& axis, RandomSearchStream& stream) {
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

std::vector<SweepAxis> ValuesOf(const Sweep& sweep,
                                const std::vector<Axis>& axes) {
  std::vector<SweepAxis> all;
  for (size_t i = 0; i < sweep.axes.size(); ++i) {
    const Axis& axis = axes[sweep.axes[i]];
    SweepAxis values{&axis, sweep.marks[i], {}};
    if (sweep.kind == Sweep::Kind::kRandom) {
      RandomSearchStream stream(sweep.seed, axis.name);
      for (int64_t draw = 0; draw < sweep.draws; ++draw) {
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
