// A number as a result of a metric.
#ifndef BIGSTEP_METRICS_FINITE_H_
#define BIGSTEP_METRICS_FINITE_H_

#include <cmath>

#include "base/json.h"
#include "base/limits.h"

namespace bigstep {

// Null in place of NaN, infinity and what is too large for a result: an empty
// mean, a division by (nearly) 0 or an overflow.
inline Json FiniteOrNull(double value) {
  return std::abs(value) <= kMostResult ? Json(value) : Json();
}

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_FINITE_H_
