// Limits that several rooms share.
#ifndef BIGSTEP_BASE_LIMITS_H_
#define BIGSTEP_BASE_LIMITS_H_

namespace bigstep {

// The largest result of a metric: means and variances of larger ones overflow.
// Squares of float32 end at 1e77.
inline constexpr double kMostResult = 1e150;

}  // namespace bigstep

#endif  // BIGSTEP_BASE_LIMITS_H_
