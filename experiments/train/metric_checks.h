// Checks what a metric asks for and what it returns against its declaration.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_METRIC_CHECKS_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_METRIC_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "base/json.h"
#include "datasets/dataset.h"
#include "metrics/metric.h"

namespace bigstep {

// InvalidArgument if the metric called `name` is not for the task of `dataset`
// or needs a split that this does not have.
absl::Status CheckMetricData(const std::string& name,
                             const MetricTraits& traits,
                             const Dataset& dataset);

// Internal unless `values` are what the metric declared: for each result a
// finite number in its range or null, and besides them only lists.
absl::Status CheckMetricValues(const std::string& name,
                               const MetricTraits& traits, const Json& values);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_METRIC_CHECKS_H_
