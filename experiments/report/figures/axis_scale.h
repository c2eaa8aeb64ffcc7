// The x axis of a panel, for values of an axis, and its y axis, for results.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_AXIS_SCALE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_AXIS_SCALE_H_

#include <string>
#include <vector>

#include "experiments/records/study.h"
#include "experiments/report/analysis/statistics.h"

namespace bigstep {

// Positions of the values of an axis along x.
struct AxisScale {
  // Whether all values are numbers. If not, they are at 0, 1, 2, ...
  bool numeric = true;
  // Positive numbers over more than a decade; zeros among them are one step
  // left of the least.
  bool log = false;
  double low = 0, high = 1;         // The range to show.
  std::vector<double> positions;    // One for each value.
  std::vector<std::string> labels;  // Numbers in gnuplot's markup, or words.
};

// `values` in the order of numbers, if they are numbers.
AxisScale MakeAxisScale(const std::vector<AxisValue>& values);

// Commands for the x axis of a panel `width` wide: range, logarithm, ticks at
// the values. Words are shortened to fit; labels that would still overlap are
// left out.
std::string AxisTicks(const AxisScale& scale, double width);

// The same for values of a metric, without ticks of their own.
struct ValueRange {
  bool log = false;
  double low = 0, high = 1;
};

// A range with margins around `values` (finite ones count); logarithmic only if
// `may_be_log` and they are positive and span more than 1.5 decades.
ValueRange MakeValueRange(const std::vector<double>& values, bool may_be_log);

// `low` and `high`, finite, moved apart by a share of their distance each, as
// far as doubles reach.
Interval Padded(double low, double high, double share);

// `set yrange` and, if need be, `set logscale y`.
std::string ValueTicks(const ValueRange& range);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_AXIS_SCALE_H_
