// What one number of a metric means, for tables and rankings.
#ifndef BIGSTEP_METRICS_RESULT_SPEC_H_
#define BIGSTEP_METRICS_RESULT_SPEC_H_

#include <limits>
#include <string>

namespace bigstep {

// Which way a result is better.
enum class Direction { kHigher, kLower, kNeither };

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One number that a metric gives; in records it is `<metric>.<name>`.
struct ResultSpec {
  std::string name;
  std::string doc;
  double least = 0;  // Range, ends included.
  double most = 1;
  Direction direction = Direction::kHigher;
};

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_RESULT_SPEC_H_
