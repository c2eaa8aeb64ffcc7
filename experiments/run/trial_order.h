// Which trial to run next: the longest first, so that the last ones to end are
// short and no worker waits long for another.
#ifndef BIGSTEP_EXPERIMENTS_RUN_TRIAL_ORDER_H_
#define BIGSTEP_EXPERIMENTS_RUN_TRIAL_ORDER_H_

#include <cstddef>
#include <vector>

#include "experiments/plan/plan.h"

namespace bigstep {

// The positions of `trials` in the order to run them, given their costs: from
// the longest to the shortest, where costs within the same power of 1.5 count
// as equal. Equal ones go by seed, so that a table of all configurations is
// complete early; then by dataset, so that equal data follow each other; then
// by position.
std::vector<size_t> LongestFirst(const std::vector<const Trial*>& trials,
                                 const std::vector<double>& costs);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_TRIAL_ORDER_H_
