// A number as a result of a metric.
#ifndef BIGSTEP_METRICS_FINITE_H_
#define BIGSTEP_METRICS_FINITE_H_

#include <cmath>

#include "base/json.h"

namespace bigstep {

// Null in place of NaN and infinity, the results of an empty mean, a division
// by 0 or an overflow.
inline Json FiniteOrNull(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_FINITE_H_
