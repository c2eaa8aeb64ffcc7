// Whether a metric returns what it declared.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_METRIC_VALUES_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_METRIC_VALUES_H_

#include <string>

#include "absl/status/status.h"
#include "base/json.h"
#include "metrics/metric.h"

namespace bigstep {

// Internal unless `values` are what the metric declared: a finite number or
// null for each result, and besides them only lists.
absl::Status CheckMetricValues(const std::string& name,
                               const MetricTraits& traits, const Json& values);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_METRIC_VALUES_H_
