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
  // Whether positions are the numbers themselves. If not, they are 0, 1, 2,
  // ...: of words, and of numbers too close together to be named where they
  // are (0, 0.9, 0.99).
  bool numeric = true;
  // Positive numbers over more than a decade; zeros among them are one step
  // left of the least.
  bool log = false;
  double low = 0, high = 1;            // The range to show.
  std::vector<double> positions = {};  // One for each value.
  // One for each value: words, or numbers in gnuplot's markup, all in one
  // notation: "0.003", or powers of ten, or "3e-5".
  std::vector<std::string> labels = {};
  bool words = false;  // Labels are text, not markup.

  // The share of the range that is left of `position`.
  double Along(double position) const;
};

// `values` in the order of numbers, if they are numbers.
AxisScale MakeAxisScale(const std::vector<AxisValue>& values);

// The same with positions 0, 1, 2, ...: those of columns and rows.
AxisScale MakeEvenScale(const std::vector<AxisValue>& values);

// The labels of numbers along one axis, in gnuplot's markup.
std::vector<std::string> NumberLabels(const std::vector<double>& numbers);

struct Ticks {
  std::string script;
  double height = 0;  // Of the labels below the axis, in inches.
};

// Range, logarithm and ticks of the x axis of a panel `width` inches wide.
// Every value has its label: in one row, in two, or turned. Only of more than
// twelve values some are left out.
Ticks MakeTicks(const AxisScale& scale, double width);

// What a panel shows of the values of a metric.
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

// Range, logarithm and ticks of the axis `direction` ('x' or 'y'), numbers
// alike in their decimals.
std::string ValueTicks(const ValueRange& range, char direction = 'y');

// Defines Into(y) for gnuplot, the nearest value in the range: what ends beyond
// it would not be drawn at all.
std::string IntoRange(const ValueRange& range);

// How wide the widest number of these ticks may be, in inches.
double ValueTicksWidth(const ValueRange& range);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_AXIS_SCALE_H_
