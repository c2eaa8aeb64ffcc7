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
// The share outside an interval on each side: 2.5 %, as a fraction of integers.
constexpr int kTailNumerator = 25;
constexpr int kTailDenominator = 1000;

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

// The most orders that are counted one by one: a few milliseconds.
constexpr double kMostOrders = 50000;

// The logarithm of the number of distinct orders of `values`.
double LogOrders(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double orders = std::lgamma(static_cast<double>(values.size()) + 1);
  for (auto first = values.begin(); first != values.end();) {
    const auto end = std::upper_bound(first, values.end(), *first);
    orders -= std::lgamma(static_cast<double>(end - first) + 1);
    first = end;
  }
  return orders;
}

// The share of the orders of the ranks `x` that go along with, or against, the
// ranks `y` at least as much as the present one does.
double ExactP(std::vector<double> x, const std::vector<double>& y) {
  // Ranks are multiples of a half: all of this is exact.
  const double mean = 0.5 * static_cast<double>(x.size() + 1);
  const auto agreement = [&] {
    double sum = 0;
    for (size_t i = 0; i < x.size(); ++i) sum += (x[i] - mean) * (y[i] - mean);
    return std::abs(sum);
  };
  const double found = agreement();
  int64_t orders = 0, as_far = 0;
  std::sort(x.begin(), x.end());
  do {
    ++orders;
    if (agreement() >= found) ++as_far;
  } while (std::next_permutation(x.begin(), x.end()));
  return static_cast<double>(as_far) / static_cast<double>(orders);
}

// A position in [0, n): the high half of draw * n. Unlike a distribution of the
// standard library, it is the same everywhere.
size_t Position(uint64_t draw, size_t n) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<size_t>((Wide{draw} * n) >> 64);
}

}  // namespace

Summary Summarize(const std::vector<double>& values) {
  Summary summary{static_cast<int>(values.size()), kNan, kNan};
  if (values.empty()) return summary;
  summary.mean = Mean(values);
  if (summary.n < 2) return summary;
  double squares = 0;
  for (const double value : values) {
    squares += (value - summary.mean) * (value - summary.mean);
  }
  summary.std = std::sqrt(squares / (summary.n - 1));
  const boost::math::students_t distribution(summary.n - 1);
  const double t = quantile(complement(
      distribution, static_cast<double>(kTailNumerator) / kTailDenominator));
  const double half = t * summary.std / std::sqrt(summary.n);
  summary.interval = Interval{summary.mean - half, summary.mean + half};
  return summary;
}

std::optional<double> Spearman(const std::vector<double>& x,
                               const std::vector<double>& y) {
  if (x.size() != y.size() || x.size() < 3) return std::nullopt;
  return Correlate(Ranks(x), Ranks(y));
}

std::optional<double> SpearmanP(const std::vector<double>& x,
                                const std::vector<double>& y) {
  const std::optional<double> rho = Spearman(x, y);
  if (!rho) return std::nullopt;
  std::vector<double> few = Ranks(x), others = Ranks(y);
  // Both ways of counting give the same share.
  if (LogOrders(others) < LogOrders(few)) std::swap(few, others);
  const double log_orders = LogOrders(few);
  if (log_orders <= std::log(kMostOrders)) return ExactP(few, others);
  const double least = std::exp(std::log(2) - log_orders);
  if (std::abs(*rho) >= 1) return least;
  const auto freedom = static_cast<double>(x.size() - 2);
  const double t =
      std::abs(*rho) * std::sqrt(freedom / ((1 - *rho) * (1 + *rho)));
  return std::max(least,
                  2 * cdf(complement(boost::math::students_t(freedom), t)));
}

std::optional<Interval> BootstrapMean(const std::vector<double>& values,
                                      int draws, uint64_t seed) {
  if (values.size() < 2 || draws < 1) return std::nullopt;
  std::mt19937_64 generator(seed);
  std::vector<double> means(static_cast<size_t>(draws));
  for (double& mean : means) {
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      sum += values[Position(generator(), values.size())];
    }
    mean = sum / static_cast<double>(values.size());
  }
  // As many means lie outside on each side.
  const auto outside =
      static_cast<ptrdiff_t>(means.size() * kTailNumerator / kTailDenominator);
  std::nth_element(means.begin(), means.begin() + outside, means.end());
  const double low = means[static_cast<size_t>(outside)];
  const auto high = means.end() - 1 - outside;
  std::nth_element(means.begin(), high, means.end());
  return Interval{low, *high};
}

}  // namespace bigstep
