// How reports write the numbers of a result: alike wherever it is shown.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_NUMBER_STYLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_NUMBER_STYLE_H_

#include <string>
#include <vector>

#include "experiments/records/study.h"
#include "experiments/report/analysis/statistics.h"

namespace bigstep {

struct NumberStyle {
  int decimals = 4;
  bool scientific = false;  // "1.2346e-07" rather than "0.0000".

  // "0.5000"; "-" for NaN.
  std::string Text(double value) const;
  // With its sign, for differences: "+0.5000". Zero, also rounded, has none.
  std::string Signed(double value) const;
  // "0.9830 ± 0.0040"; "0.9830" for one value; "-" for none.
  std::string MeanAndStd(const Summary& summary) const;
  // "[0.1000, 0.2000]".
  std::string Text(const Interval& interval) const;
  // "[-0.1000, +0.2000]".
  std::string Signed(const Interval& interval) const;
};

// Four decimals for results within [-1, 1]. Others get as many as show five
// digits of the largest of `means`, or powers of ten where it is huge or tiny.
NumberStyle StyleOf(const ResultSpec& result, const std::vector<double>& means);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_NUMBER_STYLE_H_
