// Measures a trained network. All metrics of an evaluation share one forward
// pass over each split, and none of them changes the network.
#ifndef BIGSTEP_METRICS_METRIC_H_
#define BIGSTEP_METRICS_METRIC_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/json.h"
#include "base/registry.h"
#include "metrics/evaluation.h"
#include "metrics/family.h"

namespace bigstep {

class Model;

class Metric {
 public:
  virtual ~Metric() = default;

  virtual MetricTraits Traits() const = 0;

  // InvalidArgument, saying what to change, if networks like `model` cannot be
  // measured, whatever their weights. Called before training; takes little
  // time.
  virtual absl::Status CheckModel(const Model& /*model*/) const {
    return absl::OkStatus();
  }

  // An object with a number for each of Traits().results, and possibly further
  // entries (lists, such as curves) that stay in the record alone. A result
  // that the data do not define (no bias-conflicting example, say) is null. The
  // value does not depend on how the evaluation batches the data.
  // InvalidArgument, saying what to change, if the metric cannot be computed
  // for this model or dataset.
  virtual absl::StatusOr<Json> Compute(Evaluation& evaluation) const = 0;
};

struct MetricArgs {};

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_METRIC_H_
