#include "experiments/train/step_time.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "experiments/plan/testing.h"
#include "experiments/train/testing.h"

namespace bigstep {
namespace {

TEST(StepTimeTest, StepsAreTimedWithoutEvaluations) {
  for (const std::vector<std::string>& overrides :
       {std::vector<std::string>{"training.max_steps=1"},
        {"training={batch_size: 20, epochs: 0.5, eval_every: 1}"},
        {"training.max_steps=3",
         "training.stop={train_accuracy: 0.1, collapsed_after: 1}"}}) {
    const TrialSettings settings = SettingsOf(overrides);
    const auto dataset = DatasetOf(settings);
    EXPECT_GT(SecondsAStep(settings, *dataset, c10::kCPU), 0);
  }
  // Its steps say nothing about others.
  const TrialSettings diverging =
      SettingsOf({"optimizer.lr=1e38", "axes={}", "plan={}"});
  EXPECT_EQ(SecondsAStep(diverging, *DatasetOf(diverging), c10::kCPU), 0);
}

}  // namespace
}  // namespace bigstep
