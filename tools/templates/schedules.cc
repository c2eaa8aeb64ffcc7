// A toy to start from. Say here what the plugin is, in a sentence or two a
// newcomer understands, with the paper and the number of its equation.
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

struct ToyOptions {
  double final_scale = 0.1;

  static void Describe(Schema<ToyOptions>& s) {
    s.Summary("A toy to start from: a straight line.")
        .Details(
            "From 1 at step 0 in a straight line towards final_scale at "
            "max_steps.")
        .Paper("none");
    s.Field("final_scale", &ToyOptions::final_scale)
        .AtLeast(0)
        .Doc("scale towards the end");
  }
};

// From 1 at step 0, in a straight line, towards final_scale at max_steps.
class Toy final : public Schedule {
 public:
  Toy(const ToyOptions& options, const ScheduleArgs& args)
      : options_(options), max_steps_(args.max_steps) {}

  double LrScale(int64_t step) const override {
    const double done =
        static_cast<double>(step) / static_cast<double>(max_steps_);
    return 1 + (options_.final_scale - 1) * done;
  }

 private:
  ToyOptions options_;
  int64_t max_steps_;
};

BIGSTEP_REGISTER(Schedules, "toy", Toy, ToyOptions);

}  // namespace
}  // namespace bigstep
