// The metadata that other programs need to use the weights of a trial.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_WEIGHTS_METADATA_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_WEIGHTS_METADATA_H_

#include "base/safetensors.h"
#include "datasets/dataset.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// The metadata of weights.safetensors, each value JSON: `trial` (its id),
// `model` (name and every option), `dataset` (name and every option), `classes`
// (their number or names) and `input`: {shape, divide_by (255 for images stored
// as bytes, else 1), mean, std (per channel, after the division; absent: 0 and
// 1)}.
Metadata WeightsMetadata(const TrialSettings& settings, const Dataset& dataset);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_WEIGHTS_METADATA_H_
