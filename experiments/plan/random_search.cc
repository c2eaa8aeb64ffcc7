#include "experiments/plan/random_search.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/log.h"
#include "base/seed.h"

namespace bigstep {

RandomSearchStream::RandomSearchStream(int64_t seed, const std::string& axis)
    : state_(Seed(seed, absl::StrCat("plan/random/", axis))) {}

// SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
// generators", OOPSLA 2014; the constants are those of java.util's and of
// Vigna's implementation. The standard library's distributions differ between
// libraries.
double RandomSearchStream::Next() {
  state_ += 0x9e3779b97f4a7c15u;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-53;
}

size_t RandomSearchStream::NextPosition(size_t size) {
  BIGSTEP_CHECK(size > 0) << "nothing to draw from";
  const auto position = static_cast<size_t>(Next() * static_cast<double>(size));
  return std::min(position, size - 1);
}

double RandomSearchStream::NextIn(const Range& range) {
  // A whole number covers the unit interval that begins with it.
  const double high = range.integer ? range.high + 1 : range.high;
  const double u = Next();
  double value = range.log
                     ? std::exp(std::log(range.low) +
                                u * (std::log(high) - std::log(range.low)))
                     : (1 - u) * range.low + u * high;
  if (range.integer) {
    value = std::floor(value);
  } else {
    const bool read = absl::SimpleAtod(absl::StrFormat("%.4g", value), &value);
    BIGSTEP_CHECK(read) << "a number that was just written";
  }
  return std::clamp(value, range.low, range.high);
}

}  // namespace bigstep
