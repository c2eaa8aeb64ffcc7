// TODO: what it is, in a sentence or two; the paper.
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

struct @Class@Options {
  double final_scale = 0.1;

  static void Describe(Schema<@Class@Options>& s) {
    s.Summary("TODO: one sentence.")
        .Details("TODO: the formula.")
        .Paper("TODO: arXiv:....");
    s.Field("final_scale", &@Class@Options::final_scale)
        .AtLeast(0)
        .Doc("TODO: meaning");
  }
};

// From 1 at step 0, in a straight line, towards final_scale at max_steps.
class @Class@ final : public Schedule {
 public:
  @Class@(const @Class@Options& options, const ScheduleArgs& args)
      : options_(options), max_steps_(args.max_steps) {}

  double LrScale(int64_t step) const override {
    const double done =
        static_cast<double>(step) / static_cast<double>(max_steps_);
    return 1 + (options_.final_scale - 1) * done;
  }

 private:
  @Class@Options options_;
  int64_t max_steps_;
};

BIGSTEP_REGISTER(Schedules, "@name@", @Class@, @Class@Options);

}  // namespace
}  // namespace bigstep
