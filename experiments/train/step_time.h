// How long training steps take, for estimates before anything is trained.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_STEP_TIME_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_STEP_TIME_H_

#include <c10/core/Device.h>

#include "datasets/dataset.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// How long a training step takes, in seconds, of a trial that CheckTrial
// accepts: the median of at most 50 steps in about a second, after the first
// one, or the first one if that takes more than three. Without evaluations. 0
// if the trial fails or diverges meanwhile.
double SecondsAStep(const TrialSettings& settings, const Dataset& dataset,
                    c10::Device device);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_STEP_TIME_H_
