// Clocks of the benchmarks.
#ifndef BIGSTEP_TOOLS_BENCH_TIMING_H_
#define BIGSTEP_TOOLS_BENCH_TIMING_H_

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "base/log.h"

namespace bigstep {

inline double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

// The median, which other work of the machine hardly changes.
inline double Median(std::vector<double> values) {
  BIGSTEP_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace bigstep

#endif  // BIGSTEP_TOOLS_BENCH_TIMING_H_
