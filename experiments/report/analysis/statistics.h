// The statistics of reports.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_STATISTICS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_STATISTICS_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace bigstep {

struct Interval {
  double low = 0;
  double high = 0;
};

// Sample statistics of the values at hand.
struct Summary {
  int n = 0;
  double mean = 0;  // NaN if n = 0.
  double std = 0;   // Sample standard deviation (n - 1); NaN if n < 2.
  // 95 % interval of the mean by Student's t with n - 1 degrees of freedom;
  // nothing if n < 2.
  std::optional<Interval> interval = {};
};

Summary Summarize(const std::vector<double>& values);

// The interval that misses the mean with probability `error`, by Student's t
// with n - 1 degrees of freedom; nothing if n < 2.
std::optional<Interval> StudentInterval(const Summary& summary, double error);

// Student's two-sided p for a mean of zero: 1 for values that are all zero, 0
// for other equal values. Nothing for fewer than two values.
std::optional<double> StudentP(const Summary& summary);

// Fisher's two-sided p for values that are as likely positive as negative: the
// share of all 2^n ways to give them signs whose mean is as far from zero.
// Exact for n <= 20; with more values, (1 + those as far) / (1 + all) of
// 100,000 random ways, by a generator of fixed seed. Its least value is
// 2^(1 - n). Nothing without values.
std::optional<double> SignFlipP(const std::vector<double>& values);

// Holm's adjusted p of each, in the same order: times the number of those that
// are not smaller, but no smaller than the one before, at most 1.
std::vector<double> HolmAdjusted(const std::vector<double>& p);

// Spearman's rank correlation of pairs (x[i], y[i]), ties at their mean rank.
// Nothing for fewer than two pairs or if all x or all y are equal.
std::optional<double> Spearman(const std::vector<double>& x,
                               const std::vector<double>& y);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_STATISTICS_H_
