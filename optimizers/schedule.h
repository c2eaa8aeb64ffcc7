// How the learning rate changes during training.
#ifndef BIGSTEP_OPTIMIZERS_SCHEDULE_H_
#define BIGSTEP_OPTIMIZERS_SCHEDULE_H_

#include <cstdint>

#include "base/registry.h"
#include "optimizers/families.h"

namespace bigstep {

class Schedule {
 public:
  virtual ~Schedule() = default;

  // The factor of the optimizer's `lr` at `step`, counted from 0 up to
  // max_steps - 1. Finite and >= 0.
  virtual double LrScale(int64_t step) const = 0;
};

struct ScheduleArgs {
  // Steps that the schedule is for, at least 1: those of the training, less
  // those of a warm-up before it.
  int64_t max_steps = 0;
};

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_SCHEDULE_H_
