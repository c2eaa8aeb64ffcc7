// The metric `sleep`: a trial that takes time and no processor, to see what
// many supervisors cost.
#include <chrono>
#include <thread>

#include "metrics/metric.h"

namespace bigstep {
namespace {

struct SleepOptions {
  double seconds = 1;

  static void Describe(Schema<SleepOptions>& s) {
    s.Summary("Sleeps.").Paper("none");
    s.Field("seconds", &SleepOptions::seconds).AtLeast(0).Doc("how long");
  }
};

class Sleep final : public Metric {
 public:
  Sleep(const SleepOptions& options, const MetricArgs&)
      : seconds_(options.seconds) {}

  MetricTraits Traits() const override {
    return {Timing::kAtEnd, {{"done", "1"}}};
  }

  absl::StatusOr<Json> Compute(Evaluation&) const override {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds_));
    return Json{{"done", 1}};
  }

 private:
  double seconds_;
};

BIGSTEP_REGISTER(Metrics, "sleep", Sleep, SleepOptions);

}  // namespace
}  // namespace bigstep
