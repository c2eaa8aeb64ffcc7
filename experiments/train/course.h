// Summaries of the values of a metric during training.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_COURSE_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_COURSE_H_

#include <vector>

#include "base/json.h"
#include "experiments/records/history.h"

namespace bigstep {

// For each result r of the metrics by step that is a number in some row,
// {metric: {r.peak, r.mean, r.at_<milestone>}}: the largest and the mean value
// over all rows, and the values where the milestones were first reached. Null
// if there is no such value.
Json CourseOf(const std::vector<HistoryRow>& history,
              const std::vector<double>& milestones);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_COURSE_H_
