#include "experiments/report/analysis/statistics.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

namespace bigstep {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
// Of the intervals of all outputs.
constexpr double kError = 0.05;

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

// The rank of each value, from 1; equal ones share the mean of their ranks.
std::vector<double> Ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) {
      ++end;
    }
    // Ranks first + 1 to end.
    const double shared = 0.5 * static_cast<double>(first + 1 + end);
    for (; first < end; ++first) ranks[order[first]] = shared;
  }
  return ranks;
}

// Pearson's correlation; nothing if a side does not vary.
std::optional<double> Correlate(const std::vector<double>& x,
                                const std::vector<double>& y) {
  const double x_mean = Mean(x), y_mean = Mean(y);
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - x_mean) * (x[i] - x_mean);
    yy += (y[i] - y_mean) * (y[i] - y_mean);
    xy += (x[i] - x_mean) * (y[i] - y_mean);
  }
  if (xx == 0 || yy == 0) return std::nullopt;
  // Rounding may leave a perfect correlation a bit above 1.
  return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
}

// The ways to give n values signs that are tried one by one: n <= 20.
constexpr size_t kMostFlipped = 20;
constexpr int kRandomFlips = 100000;

// Whether a sum of the values with signs is as far from zero as `found`:
// rounding must not part sums that are equal.
class AsFar {
 public:
  explicit AsFar(const std::vector<double>& values) {
    double sum = 0, size = 0;
    for (const double value : values) {
      sum += value;
      size += std::abs(value);
    }
    least_ = std::abs(sum) - 1e-12 * size;
  }
  bool operator()(double sum) const { return std::abs(sum) >= least_; }

 private:
  double least_ = 0;
};

double ExactSignFlipP(const std::vector<double>& values) {
  const AsFar as_far(values);
  // All signs turned gives the same distance: the last value keeps its own.
  const uint64_t ways = uint64_t{1} << (values.size() - 1);
  uint64_t count = 0;
  for (uint64_t signs = 0; signs < ways; ++signs) {
    double sum = values.back();
    for (size_t i = 0; i + 1 < values.size(); ++i) {
      sum += (signs >> i & 1) == 0 ? values[i] : -values[i];
    }
    if (as_far(sum)) ++count;
  }
  return static_cast<double>(count) / static_cast<double>(ways);
}

double RandomSignFlipP(const std::vector<double>& values) {
  const AsFar as_far(values);
  std::mt19937_64 generator(0);
  int count = 1;
  for (int i = 0; i < kRandomFlips; ++i) {
    double sum = 0;
    uint64_t signs = 0;
    for (size_t k = 0; k < values.size(); ++k) {
      if (k % 64 == 0) signs = generator();
      sum += (signs >> (k % 64) & 1) == 0 ? values[k] : -values[k];
    }
    if (as_far(sum)) ++count;
  }
  return static_cast<double>(count) / (kRandomFlips + 1);
}

}  // namespace

Summary Summarize(const std::vector<double>& values) {
  Summary summary{static_cast<int>(values.size()), kNan, kNan};
  if (values.empty()) return summary;
  // Summed up, equal values would differ from their mean by its rounding.
  const bool equal = std::all_of(values.begin(), values.end(),
                                 [&](double v) { return v == values[0]; });
  summary.mean = equal ? values[0] : Mean(values);
  if (summary.n < 2) return summary;
  double squares = 0;
  for (const double value : values) {
    squares += (value - summary.mean) * (value - summary.mean);
  }
  summary.std = std::sqrt(squares / (summary.n - 1));
  summary.interval = StudentInterval(summary, kError);
  return summary;
}

std::optional<Interval> StudentInterval(const Summary& summary, double error) {
  if (summary.n < 2) return std::nullopt;
  const boost::math::students_t distribution(summary.n - 1);
  const double t = quantile(complement(distribution, error / 2));
  const double half = t * summary.std / std::sqrt(summary.n);
  return Interval{summary.mean - half, summary.mean + half};
}

std::optional<double> StudentP(const Summary& summary) {
  if (summary.n < 2) return std::nullopt;
  if (summary.mean == 0) return 1;
  const double error = summary.std / std::sqrt(summary.n);  // Of the mean.
  // Equal values may differ by their rounding.
  if (error <= 1e-14 * std::abs(summary.mean)) return 0;
  const boost::math::students_t distribution(summary.n - 1);
  return 2 * cdf(complement(distribution, std::abs(summary.mean) / error));
}

std::optional<double> SignFlipP(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return values.size() <= kMostFlipped ? ExactSignFlipP(values)
                                       : RandomSignFlipP(values);
}

std::vector<double> HolmAdjusted(const std::vector<double>& p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 0;
  for (size_t k = 0; k < order.size(); ++k) {
    const auto factor = static_cast<double>(order.size() - k);
    least = std::max(least, std::min(1.0, factor * p[order[k]]));
    adjusted[order[k]] = least;
  }
  return adjusted;
}

std::optional<double> Spearman(const std::vector<double>& x,
                               const std::vector<double>& y) {
  if (x.size() != y.size() || x.size() < 2) return std::nullopt;
  return Correlate(Ranks(x), Ranks(y));
}

}  // namespace bigstep
