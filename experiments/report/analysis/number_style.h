// How reports write numbers: those of one result alike wherever it is shown.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_NUMBER_STYLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_NUMBER_STYLE_H_

#include <optional>
#include <string>
#include <vector>

#include "experiments/records/study.h"
#include "experiments/report/analysis/significance.h"
#include "experiments/report/analysis/statistics.h"

namespace bigstep {

struct Analysis;

struct NumberStyle {
  int decimals = 4;
  bool scientific = false;  // "1.2346e-07" rather than "0.0000".

  // "0.5000"; "-" for NaN.
  std::string Text(double value) const;
  // With its sign, for differences: "+0.5000". Zero, also rounded, has none.
  std::string Signed(double value) const;
  // "0.9830 ± 0.0040"; "0.9830" for one value; "-" for none.
  std::string MeanAndStd(const Summary& summary) const;
  // The same with a count if not all completed trials have the value: "0.9830 ±
  // 0.0040 (n = 2)".
  std::string MeanAndStd(const Summary& summary, int completed) const;
  // "[-0.1000, +0.2000]".
  std::string Signed(const Interval& interval) const;
};

// The decimals that an uncertainty deserves, by the rule of the Particle Data
// Group: two digits of it up to 3.54, else one ("0.970 ± 0.007", "0.50 ±
// 0.14"). Nothing if it is zero, infinite or NaN.
std::optional<int> DecimalsOf(double uncertainty);

// The style of a result with these means and standard deviations. The median
// deviation gives the decimals: with the same for all, numbers below each other
// stand aligned at the point. Without deviations, four decimals for results
// within [-1, 1]; others get as many as show five digits of the largest mean.
// Powers of ten where means are huge or tiny, or span decades from 0 on.
NumberStyle StyleOf(const ResultSpec& result, const std::vector<double>& means,
                    std::vector<double> stds = {});

// The style of a difference or another mean of `column`, by its own standard
// error.
NumberStyle StyleOf(const NumberStyle& column, const SeedTest& test);

// The style of each column of the study.
std::vector<NumberStyle> ColumnStyles(const Analysis& analysis);

// "0.85" for a share of a range; "-" for none.
std::string ShareText(const std::optional<double>& share);

// Every digit of a double, so that it reads back equal; empty if it is NaN or
// infinite.
std::string ExactText(double number);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_NUMBER_STYLE_H_
