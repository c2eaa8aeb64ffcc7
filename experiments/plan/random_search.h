// Values drawn at random for the plan.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_RANDOM_SEARCH_H_
#define BIGSTEP_EXPERIMENTS_PLAN_RANDOM_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "experiments/spec/axis.h"

namespace bigstep {

// Random numbers of one axis: its own stream, so that they depend on no other
// axis, and more draws begin with those of fewer. The same on every machine.
class RandomSearchStream {
 public:
  // The stream "plan/random/<axis>" of `seed`.
  RandomSearchStream(int64_t seed, const std::string& axis);

  // The next number, uniform in [0, 1).
  double Next();

  // The next position in a list of `size` > 0 items.
  size_t NextPosition(size_t size);

  // The next number of a range. Numbers that are not integers are rounded to
  // four significant digits: tables show the very numbers that were run.
  double NextIn(const Range& range);

 private:
  uint64_t state_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_RANDOM_SEARCH_H_
