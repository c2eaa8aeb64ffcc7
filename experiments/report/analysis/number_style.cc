#include "experiments/report/analysis/number_style.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json.h"
#include "experiments/report/analysis/analysis.h"

namespace bigstep {
namespace {

constexpr double kTwoDigits = 3.55;
constexpr int kMaxDecimals = 8;
// The share of the largest mean below which fixed decimals leave a mean of an
// unbounded result no digits.
constexpr double kSpan = 1e-3;

}  // namespace

std::string NumberStyle::Text(double value) const {
  if (!std::isfinite(value)) return "-";
  std::string text = scientific ? absl::StrFormat("%.*e", decimals, value)
                                : absl::StrFormat("%.*f", decimals, value);
  // "-0.0000": a zero to the digits shown.
  if (text[0] == '-' && text.find_first_of("123456789") == std::string::npos) {
    text.erase(0, 1);
  }
  return text;
}

std::string NumberStyle::Signed(double value) const {
  const std::string text = Text(value);
  const bool positive =
      value > 0 && text.find_first_of("123456789") != std::string::npos;
  return positive ? absl::StrCat("+", text) : text;
}

std::string NumberStyle::MeanAndStd(const Summary& summary) const {
  if (summary.n < 2) return Text(summary.mean);
  return absl::StrCat(Text(summary.mean), " ± ", Text(summary.std));
}

std::string NumberStyle::MeanAndStd(const Summary& summary,
                                    int completed) const {
  const std::string text = MeanAndStd(summary);
  if (summary.n == 0 || summary.n == completed) return text;
  return absl::StrCat(text, " (n = ", summary.n, ")");
}

std::string NumberStyle::Signed(const Interval& interval) const {
  return absl::StrCat("[", Signed(interval.low), ", ", Signed(interval.high),
                      "]");
}

std::optional<int> DecimalsOf(double uncertainty) {
  if (!std::isfinite(uncertainty) || uncertainty <= 0) return std::nullopt;
  const int exponent = static_cast<int>(std::floor(std::log10(uncertainty)));
  const double leading = uncertainty / std::pow(10.0, exponent);
  // From .95 on it is rounded up to 1.0, two digits.
  int decimals = -exponent;
  if (leading < kTwoDigits) ++decimals;
  return std::clamp(decimals, 0, kMaxDecimals);
}

NumberStyle StyleOf(const ResultSpec& result, const std::vector<double>& means,
                    std::vector<double> stds) {
  double largest = 0, least = std::numeric_limits<double>::infinity();
  for (const double mean : means) {
    if (!std::isfinite(mean)) continue;
    largest = std::max(largest, std::abs(mean));
    if (mean != 0) least = std::min(least, std::abs(mean));
  }
  const bool within_one = result.least >= -1 && result.most <= 1;
  if (!within_one && largest > 0 &&
      (largest >= 1e6 || largest < 1e-3 ||
       (result.least >= 0 && least < kSpan * largest))) {
    return {4, true};
  }
  stds.erase(std::remove_if(stds.begin(), stds.end(),
                            [](double std) { return !DecimalsOf(std); }),
             stds.end());
  if (!stds.empty()) {
    const auto median = stds.begin() + static_cast<ptrdiff_t>(stds.size() / 2);
    std::nth_element(stds.begin(), median, stds.end());
    const int decimals = *DecimalsOf(*median);
    // The least mean of a result without an upper bound keeps a digit.
    if (!within_one && result.least >= 0 && largest > 0 &&
        least < 0.95 * std::pow(10.0, -decimals)) {
      return {4, true};
    }
    return {decimals, false};
  }
  if (within_one || largest == 0) return {};
  const int digits_before = static_cast<int>(std::floor(std::log10(largest)));
  return {std::clamp(4 - digits_before, 0, 6), false};
}

NumberStyle StyleOf(const NumberStyle& column, const SeedTest& test) {
  NumberStyle style = column;
  const Summary& summary = test.summary;
  // Equal differences may differ by their rounding.
  if (summary.std <= 1e-9 * std::abs(summary.mean)) return style;
  const std::optional<int> decimals =
      DecimalsOf(summary.std / std::sqrt(summary.n));
  if (decimals && !style.scientific) style.decimals = *decimals;
  return style;
}

std::vector<NumberStyle> ColumnStyles(const Analysis& analysis) {
  std::vector<NumberStyle> styles;
  for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
    std::vector<double> means, stds;
    for (const ConfigurationResults& results : analysis.configurations) {
      means.push_back(results.values[c].mean);
      stds.push_back(results.values[c].std);
    }
    styles.push_back(
        StyleOf(analysis.study.columns[c].result, means, std::move(stds)));
  }
  return styles;
}

std::string ShareText(const std::optional<double>& share) {
  return share ? absl::StrFormat("%.2f", *share) : "-";
}

std::string ExactText(double number) {
  return std::isfinite(number) ? Json(number).dump() : "";
}

}  // namespace bigstep
