#include "experiments/report/figures/axis_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/gnuplot_text.h"

namespace bigstep {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
// Space at each end of a range, as a share of it.
constexpr double kMargin = 0.06;
// Of an axis whose every value is named.
constexpr size_t kMostLabels = 12;

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

// The least distance of neighbours, as a share of the range.
double LeastGap(const AxisScale& scale) {
  double least = 1;
  for (size_t i = 1; i < scale.positions.size(); ++i) {
    least = std::min(least, scale.Along(scale.positions[i]) -
                                scale.Along(scale.positions[i - 1]));
  }
  return least;
}

// Positions 0, 1, 2, ... with some room at the ends.
void SpaceEvenly(AxisScale& scale) {
  scale.numeric = scale.log = false;
  for (size_t i = 0; i < scale.positions.size(); ++i) {
    scale.positions[i] = static_cast<double>(i);
  }
  scale.low = -0.5;
  scale.high = static_cast<double>(scale.positions.size()) - 0.5;
}

void SetNumericRange(AxisScale& scale) {
  const auto [low, high] =
      std::minmax_element(scale.positions.begin(), scale.positions.end());
  Interval shown;
  if (scale.log) {
    shown = PaddedLog(*low, *high);
  } else if (*low < *high) {
    shown = Padded(*low, *high, kMargin);
  } else {
    const double margin =
        *high == 0 ? 1 : std::max(std::fabs(*high) / 2, kLeast);
    shown = {Finite(*low - margin), Finite(*high + margin)};
  }
  scale.low = shown.low;
  scale.high = shown.high;
}

// A number as mantissa and power of ten.
struct Decimal {
  double mantissa = 0;
  int exponent = 0;

  bool IsPower() const { return std::fabs(mantissa - 1) < 1e-9; }
};

Decimal DecimalOf(double value) {
  if (value == 0) return {};
  int exponent =
      static_cast<int>(std::floor(std::log10(std::fabs(value)) + 1e-9));
  // Powers of ten below 1e-300 are denormal, or 0.
  double mantissa = exponent < -300
                        ? value * 1e30 / std::pow(10.0, exponent + 30)
                        : value / std::pow(10.0, exponent);
  if (std::fabs(mantissa) >= 9.995) {  // "10" in three digits.
    mantissa = std::copysign(1, mantissa);
    ++exponent;
  }
  return {mantissa, exponent};
}

}  // namespace

double AxisScale::Along(double position) const {
  const auto turn = [this](double x) {
    return log ? std::log10(x) : x / 4;  // Differences must not overflow.
  };
  return (turn(position) - turn(low)) / (turn(high) - turn(low));
}

std::vector<std::string> NumberLabels(const std::vector<double>& numbers) {
  bool plain = true, powers = true;
  for (const double number : numbers) {
    if (number == 0) continue;
    const double size = std::fabs(number);
    plain = plain && size >= 1e-3 && size < 1e5;
    powers = powers && DecimalOf(number).IsPower();
  }
  std::vector<std::string> labels;
  for (const double number : numbers) {
    const Decimal decimal = DecimalOf(number);
    labels.push_back(number == 0 ? "0"
                     : plain     ? absl::StrFormat("%.6g", number)
                     : powers    ? absl::StrFormat("10^{%d}", decimal.exponent)
                                 : absl::StrFormat("%.3ge%d", decimal.mantissa,
                                                   decimal.exponent));
  }
  return labels;
}

AxisScale MakeEvenScale(const std::vector<AxisValue>& values) {
  AxisScale scale = MakeAxisScale(values);
  SpaceEvenly(scale);
  return scale;
}

AxisScale MakeAxisScale(const std::vector<AxisValue>& values) {
  // Closer neighbours could not both be named; see MakeTicks.
  constexpr double kCrowded = 0.075;
  AxisScale scale;
  double least = kInfinity, most = 0;  // Of the positive ones.
  bool negative = false;
  std::vector<double> numbers;
  for (const AxisValue& value : values) {
    if (!value.number) continue;
    numbers.push_back(*value.number);
    negative = negative || *value.number < 0;
    if (*value.number <= 0) continue;
    least = std::min(least, *value.number);
    most = std::max(most, *value.number);
  }
  scale.words = numbers.size() < values.size();
  if (scale.words) {
    for (const AxisValue& value : values) scale.labels.push_back(value.label);
    scale.positions.resize(values.size());
    SpaceEvenly(scale);
    return scale;
  }
  if (values.empty()) return scale;
  scale.log = !negative && most > 10 * least;
  for (const double number : numbers) {
    scale.positions.push_back(scale.log && number == 0
                                  ? std::max(least / std::sqrt(10), kLeast)
                                  : number);
  }
  scale.labels = NumberLabels(numbers);
  SetNumericRange(scale);
  if (values.size() <= kMostLabels && LeastGap(scale) < kCrowded) {
    SpaceEvenly(scale);
  }
  return scale;
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

namespace {

// The distance of ticks: 1, 2 or 5 times a power of ten, about four to a
// range; 0 if there is none.
double Step(const ValueRange& range) {
  const double rough = range.high / 4 - range.low / 4;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  if (!(power > 0) || !std::isfinite(power)) return 0;
  const double times = rough / power;
  return power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);
}

// Whether numbers are written with this many decimals rather than as powers.
bool IsPlain(const ValueRange& range, int* decimals) {
  const double step = Step(range);
  const double most = std::max(std::fabs(range.low), std::fabs(range.high));
  if (step < 1e-5 || most >= 1e5) return false;
  *decimals =
      std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  return true;
}

}  // namespace

std::string ValueTicks(const ValueRange& range, char direction) {
  int decimals = 0;
  const bool plain = !range.log && IsPlain(range, &decimals);
  const double step = range.log ? 0 : Step(range);
  return absl::StrFormat(
      "%s logscale %c\nset format %c '%s'\nset %crange [%s:%s]\nset %ctics "
      "%s\n",
      range.log ? "set" : "unset", direction, direction,
      range.log ? "10^{%L}"
      : plain   ? absl::StrFormat("%%.%df", decimals)
                : "%.1te%T",
      direction, ExactText(range.low), ExactText(range.high), direction,
      step > 0 ? ExactText(step) : "auto");
}

std::string IntoRange(const ValueRange& range) {
  const std::string low = ExactText(range.low), high = ExactText(range.high);
  return absl::StrCat("Into(y) = y < ", low, " ? ", low, " : y > ", high, " ? ",
                      high, " : y\n");
}

double ValueTicksWidth(const ValueRange& range) {
  if (range.log) return TextWidth("10-8");
  int decimals = 0;
  if (!IsPlain(range, &decimals)) return TextWidth("-1.0e-10");
  return std::max(TextWidth(absl::StrFormat("%.*f", decimals, range.low)),
                  TextWidth(absl::StrFormat("%.*f", decimals, range.high)));
}

}  // namespace bigstep
