// The learning rate rises linearly, then follows another schedule.
//   Goyal et al., arXiv:1706.02677, Section 2.2, in the form of PyTorch's
//   LinearLR followed by another scheduler.
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/choice.h"
#include "base/status.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

struct WarmupOptions {
  int64_t steps = 0;
  double initial_scale = 0.01;
  Choice<ScheduleFamily> then{"constant"};

  static void Describe(Schema<WarmupOptions>& s) {
    s.Summary("The learning rate rises linearly, then follows a schedule.")
        .Details(
            "lr times i + (1 - i) * step / steps, i = initial_scale and steps "
            "counted from 0, for the first `steps` steps: the first is at i, "
            "the one after the last at 1. From there the schedule `then` runs "
            "for the remaining steps, counting its own from 0. It is PyTorch's "
            "LinearLR; the default of initial_scale is that of torchvision's "
            "training scripts, and above 0 so that no step is wasted.")
        .Paper("arXiv:1706.02677");
    s.Field("steps", &WarmupOptions::steps)
        .Required()
        .AtLeast(1)
        .Doc("length of the warm-up, in optimizer steps");
    s.Field("initial_scale", &WarmupOptions::initial_scale)
        .Above(0)
        .AtMost(1)
        .Doc("share of lr at the first step");
    s.Field("then", &WarmupOptions::then).Doc("what follows the warm-up");
  }
};

class Warmup final : public Schedule {
 public:
  // InvalidArgument if no step is left after the warm-up; errors of `then`.
  static absl::StatusOr<std::unique_ptr<Schedule>> Create(
      const WarmupOptions& options, const ScheduleArgs& args) {
    if (options.steps >= args.max_steps) {
      return absl::InvalidArgumentError(absl::StrCat(
          "schedule warmup: steps ", options.steps, " must be below the ",
          args.max_steps,
          " steps that the schedule is for (training.max_steps, less a "
          "warm-up)"));
    }
    ASSIGN_OR_RETURN(std::unique_ptr<Schedule> then,
                     options.then.Make({args.max_steps - options.steps}));
    return std::make_unique<Warmup>(options, std::move(then));
  }

  Warmup(const WarmupOptions& options, std::unique_ptr<Schedule> then)
      : steps_(options.steps),
        initial_scale_(options.initial_scale),
        then_(std::move(then)) {}

  double LrScale(int64_t step) const override {
    if (step >= steps_) return then_->LrScale(step - steps_);
    return initial_scale_ + (1 - initial_scale_) * static_cast<double>(step) /
                                static_cast<double>(steps_);
  }

 private:
  int64_t steps_;
  double initial_scale_;
  std::unique_ptr<Schedule> then_;
};

BIGSTEP_REGISTER(Schedules, "warmup", Warmup, WarmupOptions);

}  // namespace
}  // namespace bigstep
