// The registries of optimizers, losses, regularizers and schedules, for code
// that reads specs and needs no LibTorch.
#ifndef BIGSTEP_OPTIMIZERS_FAMILIES_H_
#define BIGSTEP_OPTIMIZERS_FAMILIES_H_

#include "base/registry.h"

namespace bigstep {

class Loss;
struct LossArgs;
class Optimizer;
struct OptimizerArgs;
class Regularizer;
struct RegularizerArgs;
class Schedule;
struct ScheduleArgs;

struct LossFamily {
  static constexpr char kPlural[] = "losses";
  static constexpr char kSingular[] = "loss";
  using Product = Loss;
  using Args = LossArgs;
};
using Losses = Registry<LossFamily>;

struct OptimizerFamily {
  static constexpr char kPlural[] = "optimizers";
  static constexpr char kSingular[] = "optimizer";
  using Product = Optimizer;
  using Args = OptimizerArgs;
};
using Optimizers = Registry<OptimizerFamily>;

struct RegularizerFamily {
  static constexpr char kPlural[] = "regularizers";
  static constexpr char kSingular[] = "regularizer";
  using Product = Regularizer;
  using Args = RegularizerArgs;
};
using Regularizers = Registry<RegularizerFamily>;

struct ScheduleFamily {
  static constexpr char kPlural[] = "schedules";
  static constexpr char kSingular[] = "schedule";
  using Product = Schedule;
  using Args = ScheduleArgs;
};
using Schedules = Registry<ScheduleFamily>;

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_FAMILIES_H_
