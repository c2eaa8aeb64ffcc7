// The learning rate falls along half a cosine.
//   Loshchilov and Hutter, ICLR 2017, arXiv:1608.03983, Equation 5, without
//   restarts.
#include <cmath>
#include <numbers>

#include "optimizers/schedule.h"

namespace bigstep {
namespace {

struct CosineOptions {
  double final_scale = 0;

  static void Describe(Schema<CosineOptions>& s) {
    s.Summary("The learning rate falls along half a cosine.")
        .Details(
            "lr times f + (1 - f) * (1 + cos(pi * step / max_steps)) / 2, f = "
            "final_scale and steps counted from 0: the first step is at lr, "
            "and f is where the step after the last would be. There are no "
            "restarts.")
        .Paper("arXiv:1608.03983");
    s.Field("final_scale", &CosineOptions::final_scale)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of lr that is left at the end");
  }
};

class Cosine final : public Schedule {
 public:
  Cosine(const CosineOptions& options, const ScheduleArgs& args)
      : final_scale_(options.final_scale),
        max_steps_(static_cast<double>(args.max_steps)) {}

  double LrScale(int64_t step) const override {
    const double angle =
        std::numbers::pi * static_cast<double>(step) / max_steps_;
    return final_scale_ + (1 - final_scale_) * (1 + std::cos(angle)) / 2;
  }

 private:
  double final_scale_;
  double max_steps_;
};

BIGSTEP_REGISTER(Schedules, "cosine", Cosine, CosineOptions);

}  // namespace
}  // namespace bigstep
