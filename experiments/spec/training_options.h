// The section `training` of a trial.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_TRAINING_OPTIONS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_TRAINING_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/schema.h"
#include "experiments/spec/stop_options.h"

namespace bigstep {

// Values of TrainingOptions::precision.
inline constexpr char kFloat32[] = "float32";
inline constexpr char kBfloat16[] = "bfloat16";

struct TrainingOptions {
  int64_t batch_size = 100;
  // The budget: one of these is above 0.
  int64_t max_steps = 0;
  double epochs = 0;
  std::string precision = kFloat32;
  int64_t eval_every = 0;
  int64_t eval_train_examples = 10000;
  std::vector<double> milestones;
  StopOptions stop;

  // The budget on that many training examples, in optimizer steps.
  int64_t StepsFor(int64_t train_examples) const;

  // The version of the trainer as far as these options make use of it: part of
  // the id of a trial.
  int TrainerVersion() const;

  static void Describe(Schema<TrainingOptions>& s);
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_TRAINING_OPTIONS_H_
