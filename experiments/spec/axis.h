// The axes of a spec: what varies, and through which values.
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

// What a setting is called in which an axis does not apply (see Axis::when).
inline constexpr char kNotApplied[] = "-";

// One hyperparameter and the values it takes, or the range they are drawn from.
struct Axis {
  std::string name;
  std::string set;                  // Dotted path below `base`: "optimizer.lr".
  Mark mark;                        // Where the axis stands.
  Mark set_mark;                    // Where `set` stands.
  std::vector<SpecNode> values;     // Empty if there is a range.
  std::vector<std::string> labels;  // One for each value.
  // Further settings that go with each value, in order; one list for each
  // value, or a single one for all values.
  std::vector<std::vector<OptionSetting>> with;
  std::optional<Range> range;
  std::optional<Condition> when;  // Where the axis applies; nothing: anywhere.

  // What goes with value number `i`.
  const std::vector<OptionSetting>& WithOf(size_t i) const {
    return with[with.size() == 1 ? 0 : i];
  }
};

// Reads the map from axis names to axes. Axes that are wrong are left out.
std::vector<Axis> ReadAxes(const SpecNode& axes, Problems& problems);

// The position in `axes` of the axis called `name`.
std::optional<size_t> FindAxis(const std::vector<Axis>& axes,
                               absl::string_view name);

// Notes what `condition` says of axes, values and sections that are not there.
// `declared` is the map that `axes` were read from: axes in it that could not
// be read were noted already.
void CheckCondition(const Condition& condition, const std::vector<Axis>& axes,
                    const SpecNode& declared, Problems& problems);

// The section that a dotted path begins with: "optimizer" of "optimizer.lr".
std::string SectionOf(absl::string_view path);

// Whether setting `later` replaces what setting `earlier` did: it is the same
// path or one above it.
bool Undoes(absl::string_view later, absl::string_view earlier);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_AXIS_H_
