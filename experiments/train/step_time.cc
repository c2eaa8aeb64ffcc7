#include "experiments/train/step_time.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

#include "experiments/train/trainer.h"

namespace bigstep {

double SecondsAStep(const TrialSettings& settings, const Dataset& dataset,
                    c10::Device device) {
  constexpr int64_t kMostSteps = 50;
  constexpr double kEnoughSeconds = 1;
  constexpr double kSlowSeconds = 3;  // Of a first step, which is then enough.
  TrialSettings timed = settings;
  TrainingOptions& training = timed.training;
  // Steps alone: no evaluation, and no end before enough of them were timed.
  training.max_steps =
      std::max(training.StepsFor(dataset.train.size()), kMostSteps + 2);
  training.epochs = 0;
  training.eval_every = 0;
  training.milestones.clear();
  training.stop = StopOptions();
  timed.metrics.clear();
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> begin;
  std::vector<double> ends;  // Of the steps, in seconds after the beginning.
  TrainerHooks hooks;
  hooks.interrupted = [&] {
    // Polled for the first time when all is ready for the first step.
    if (!begin) begin = Clock::now();
    if (ends.empty()) return false;
    return std::ssize(ends) > kMostSteps || ends[0] >= kSlowSeconds ||
           ends.back() - ends[0] >= kEnoughSeconds;
  };
  hooks.on_step = [&](int64_t, double) {
    ends.push_back(
        std::chrono::duration<double>(Clock::now() - *begin).count());
  };
  TrainerOptions options;
  options.most_unread_losses = 1;  // The hook is called after each step.
  // One that is not interrupted has failed or diverged.
  if (!absl::IsCancelled(
          RunTrial(timed, dataset, device, hooks, options).status())) {
    return 0;
  }
  if (ends.size() < 2) return ends.empty() ? 0 : ends[0];
  std::vector<double> steps;
  for (size_t i = 1; i < ends.size(); ++i) {
    steps.push_back(ends[i] - ends[i - 1]);
  }
  const auto median = steps.begin() + std::ssize(steps) / 2;
  std::nth_element(steps.begin(), median, steps.end());
  return *median;
}

}  // namespace bigstep
