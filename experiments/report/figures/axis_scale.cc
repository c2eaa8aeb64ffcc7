#include "experiments/report/figures/axis_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/gnuplot_text.h"

namespace bigstep {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
// Space at each end of a range, as a share of it.
constexpr double kMargin = 0.06;

// "0.003", "2e-5" (as a power, in gnuplot's markup), "15000".
std::string TickLabel(double value) {
  if (value == 0) return "'0'";
  const double size = std::fabs(value);
  if (size >= 1e-3 && size < 1e5) return absl::StrFormat("'%.3g'", value);
  int exponent = static_cast<int>(std::floor(std::log10(size) + 1e-9));
  // Powers of ten below 1e-300 are denormal, or 0.
  double mantissa = exponent < -300
                        ? value * 1e30 / std::pow(10.0, exponent + 30)
                        : value / std::pow(10.0, exponent);
  if (std::fabs(mantissa) >= 9.95) {  // "10" in two digits.
    mantissa = std::copysign(1, mantissa);
    ++exponent;
  }
  if (std::fabs(mantissa - 1) < 1e-9) {
    return absl::StrFormat("'10^{%d}'", exponent);
  }
  return absl::StrFormat("'%.2g·10^{%d}'", mantissa, exponent);
}

// A tick's label without markup.
std::string Visible(absl::string_view label) {
  std::string seen;
  for (const char c : label) {
    if (!absl::StrContains("'\\^{}", absl::string_view(&c, 1))) seen += c;
  }
  return seen;
}

// The labels of words as gnuplot takes them, so short that they fit.
std::vector<std::string> WordLabels(const AxisScale& scale, double width) {
  const double room = width / (scale.high - scale.low);
  const double letters = std::max(3.0, std::floor(room / TextWidth("x")) - 1);
  std::vector<std::string> labels;
  for (const std::string& word : scale.labels) {
    labels.push_back(absl::StrReplaceAll(
        PlotText(Shortened(word, static_cast<size_t>(letters))),
        {{"%", "%%"}}));
  }
  return labels;
}

// The nearest finite number to `x`, which is not NaN.
double Finite(double x) { return std::clamp(x, -kLargest, kLargest); }

// `low` and `high` moved apart by 6 % of their distance on a logarithmic scale;
// both are positive.
Interval PaddedLog(double low, double high) {
  const double ratio = high / low;
  const double margin =
      std::isfinite(ratio)
          ? std::pow(ratio, kMargin)
          : std::exp(kMargin * (std::log(high) - std::log(low)));
  return {std::max(low / margin, kLeast), Finite(high * margin)};
}

double Along(const AxisScale& scale, double position) {
  const auto turn = [&scale](double x) {
    return scale.log ? std::log10(x) : x / 4;  // Differences must not overflow.
  };
  return (turn(position) - turn(scale.low)) /
         (turn(scale.high) - turn(scale.low));
}

}  // namespace

AxisScale MakeAxisScale(const std::vector<AxisValue>& values) {
  AxisScale scale;
  double least = kInfinity, most = 0;  // Of the positive ones.
  bool negative = false;
  for (const AxisValue& value : values) {
    scale.numeric = scale.numeric && value.number.has_value();
    if (!value.number) continue;
    negative = negative || *value.number < 0;
    if (*value.number <= 0) continue;
    least = std::min(least, *value.number);
    most = std::max(most, *value.number);
  }
  scale.log = scale.numeric && !negative && most > 10 * least;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!scale.numeric) {
      scale.positions.push_back(static_cast<double>(i));
      scale.labels.push_back(values[i].label);
      continue;
    }
    const double number = *values[i].number;
    scale.positions.push_back(scale.log && number == 0
                                  ? std::max(least / std::sqrt(10), kLeast)
                                  : number);
    scale.labels.push_back(TickLabel(number));
  }
  if (values.empty()) return scale;
  const auto [low, high] =
      std::minmax_element(scale.positions.begin(), scale.positions.end());
  Interval shown = {*low - 0.4, *high + 0.4};  // Of words.
  if (scale.log) {
    shown = PaddedLog(*low, *high);
  } else if (scale.numeric && *low < *high) {
    shown = Padded(*low, *high, kMargin);
  } else if (scale.numeric) {
    const double margin =
        *high == 0 ? 1 : std::max(std::fabs(*high) / 2, kLeast);
    shown = {Finite(*low - margin), Finite(*high + margin)};
  }
  scale.low = shown.low;
  scale.high = shown.high;
  return scale;
}

std::string AxisTicks(const AxisScale& scale, double width) {
  const std::vector<std::string> labels =
      scale.numeric ? scale.labels : WordLabels(scale, width);
  // The ends first, then from left to right those with enough space.
  std::vector<size_t> order;
  if (!scale.positions.empty()) order.push_back(0);
  if (scale.positions.size() > 1) order.push_back(scale.positions.size() - 1);
  for (size_t i = 1; i + 1 < scale.positions.size(); ++i) order.push_back(i);
  std::vector<std::pair<double, double>> taken;
  std::set<size_t> labelled;
  for (const size_t i : order) {
    const double middle = Along(scale, scale.positions[i]) * width;
    const double half = TextWidth(Visible(labels[i])) / 2 + 0.025;
    const bool free =
        std::none_of(taken.begin(), taken.end(), [&](const auto& other) {
          return middle - half < other.second && middle + half > other.first;
        });
    if (!free) continue;
    taken.push_back({middle - half, middle + half});
    labelled.insert(i);
  }
  std::vector<std::string> ticks;
  for (size_t i = 0; i < scale.positions.size(); ++i) {
    ticks.push_back(absl::StrCat(labelled.count(i) > 0 ? labels[i] : "''", " ",
                                 ExactText(scale.positions[i])));
  }
  return absl::StrCat(scale.log ? "set logscale x\n" : "unset logscale x\n",
                      "set xrange [", ExactText(scale.low), ":",
                      ExactText(scale.high), "]\nset xtics (",
                      absl::StrJoin(ticks, ", "), ") scale 0.4 offset 0,0.3\n");
}

ValueRange MakeValueRange(const std::vector<double>& values, bool may_be_log) {
  double low = kInfinity, high = -kInfinity;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return {};
  ValueRange range;
  range.log = may_be_log && low > 0 && high > low * 30;
  if (range.log) {
    const auto [least, most] = PaddedLog(low, high);
    return {true, least, most};
  }
  // Equal values: a range as wide as they are large.
  if ((high / 4 - low / 4) * kMargin <= 1e-12 * std::fabs(high / 4)) {
    const double margin =
        high == 0 ? 0.5 : std::max(std::fabs(high) * 0.1, kLeast);
    return {false, Finite(low - margin), Finite(high + margin)};
  }
  const auto [least, most] = Padded(low, high, kMargin);
  return {false, least, most};
}

Interval Padded(double low, double high, double share) {
  // Quarters, so that nothing overflows.
  const double margin = (high / 4 - low / 4) * share * 4;
  return {Finite(low - margin), Finite(high + margin)};
}

std::string ValueTicks(const ValueRange& range) {
  return absl::StrCat(range.log ? "set logscale y\nset format y '10^{%L}'\n"
                                : "unset logscale y\nset format y '%g'\n",
                      "set yrange [", ExactText(range.low), ":",
                      ExactText(range.high), "]\nset ytics auto\n");
}

}  // namespace bigstep
