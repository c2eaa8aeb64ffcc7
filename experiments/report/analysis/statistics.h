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

// Spearman's rank correlation of pairs (x[i], y[i]), ties at their mean rank.
// Nothing for fewer than three pairs or if all x or all y are equal.
std::optional<double> Spearman(const std::vector<double>& x,
                               const std::vector<double>& y);

// The chance of a Spearman correlation as far from zero if x and y did not
// depend on each other: two-sided, pairs taken to be independent. Exact where
// ties leave at most 50,000 ways to pair the ranks: the share of these that
// correlate as much. Otherwise by Student's t with n - 2 degrees of freedom,
// but at least 2 in the number of ways. Nothing where Spearman is nothing.
std::optional<double> SpearmanP(const std::vector<double>& x,
                                const std::vector<double>& y);

// 95 % percentile interval of the mean of `values` by bootstrap: `draws`
// resamples of all values with replacement, by a generator of fixed seed, so
// that equal values give an equal interval. Few values make it too narrow: with
// fewer than about ten, it only says how far apart they are. Nothing for fewer
// than two values.
std::optional<Interval> BootstrapMean(const std::vector<double>& values,
                                      int draws = 10000, uint64_t seed = 0);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_STATISTICS_H_
