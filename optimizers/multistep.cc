// The learning rate falls by a factor at each of several steps.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

struct MultistepOptions {
  std::vector<int64_t> milestones;
  double gamma = 0.1;

  static void Describe(Schema<MultistepOptions>& s) {
    s.Summary("The learning rate falls by a factor at given steps.")
        .Details(
            "lr times gamma^k once k of the milestones have been reached. A "
            "milestone m is a number of optimizer steps, not of epochs: the "
            "first m steps come before it, and it must be below the steps of "
            "the training. After a warm-up, steps count from its end.")
        .Paper("He et al., CVPR 2016, arXiv:1512.03385, Section 3.4");
    s.Field("milestones", &MultistepOptions::milestones)
        .Required()
        .AtLeast(1)
        .Doc("steps after which lr falls, rising");
    s.Field("gamma", &MultistepOptions::gamma)
        .Above(0)
        .Doc("factor at each milestone");
    s.Check([](const MultistepOptions& o) -> std::string {
      if (o.milestones.empty()) {
        return "milestones must not be empty; use the schedule 'constant'";
      }
      const bool rising =
          std::adjacent_find(o.milestones.begin(), o.milestones.end(),
                             std::greater_equal<>()) == o.milestones.end();
      return rising ? ""
                    : absl::StrCat("milestones must rise, got ",
                                   absl::StrJoin(o.milestones, ", "));
    });
  }
};

class Multistep final : public Schedule {
 public:
  // InvalidArgument if a milestone would never be reached.
  static absl::StatusOr<std::unique_ptr<Schedule>> Create(
      const MultistepOptions& options, const ScheduleArgs& args) {
    const int64_t last = options.milestones.back();
    if (last >= args.max_steps) {
      return absl::InvalidArgumentError(absl::StrCat(
          "schedule multistep: milestone ", last, " must be below the ",
          args.max_steps,
          " steps that the schedule is for (training.max_steps, less a "
          "warm-up)"));
    }
    return std::make_unique<Multistep>(options);
  }

  explicit Multistep(const MultistepOptions& options) : options_(options) {}

  double LrScale(int64_t step) const override {
    const auto& milestones = options_.milestones;
    const auto reached =
        std::upper_bound(milestones.begin(), milestones.end(), step) -
        milestones.begin();
    return std::pow(options_.gamma, reached);
  }

 private:
  MultistepOptions options_;
};

BIGSTEP_REGISTER(Schedules, "multistep", Multistep, MultistepOptions);

}  // namespace
}  // namespace bigstep
