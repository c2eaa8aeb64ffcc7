// Metrics of a finished trial, computed from its weights.
#ifndef BIGSTEP_EXPERIMENTS_RUN_MEASURE_TRIAL_H_
#define BIGSTEP_EXPERIMENTS_RUN_MEASURE_TRIAL_H_

#include <c10/core/Device.h>

#include <string>

#include "absl/status/statusor.h"
#include "datasets/cache/dataset_cache.h"
#include "experiments/spec/trial_settings.h"
#include "experiments/train/environment.h"

namespace bigstep {

// What a worker measures with.
struct MeasureTools {
  DatasetCache& datasets;
  c10::Device device;
  const Provenance& provenance;
};

// Computes those of `settings.metrics` that the record of the trial `id` lacks
// and adds them to the record. Returns what was done: "measured prunability".
// The caller holds the trial's lock. After an error the record is as it was:
// NotFound or DataLoss if the record or the weights that it names are gone,
// FailedPrecondition if the data are not those of the training, Cancelled if
// interrupted, and the errors of MeasureWeights.
absl::StatusOr<std::string> MeasureTrial(const std::string& study_folder,
                                         const std::string& id,
                                         TrialSettings settings,
                                         const MeasureTools& tools);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_MEASURE_TRIAL_H_
