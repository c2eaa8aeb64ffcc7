// The learning rate stays as it is: the default of the experiments under test.
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

struct ConstantOptions {
  static void Describe(Schema<ConstantOptions>& s) {
    s.Summary("The learning rate stays the same.").Paper("arXiv:2507.17748");
  }
};

class Constant final : public Schedule {
 public:
  Constant(const ConstantOptions&, const ScheduleArgs&) {}

  double LrScale(int64_t) const override { return 1; }
};

BIGSTEP_REGISTER(Schedules, "constant", Constant, ConstantOptions);

}  // namespace
}  // namespace bigstep
