#include "experiments/run/trial_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;

std::vector<size_t> OrderOf(const Plan& plan,
                            const std::vector<double>& costs) {
  std::vector<const Trial*> trials;
  for (const Trial& trial : plan.trials) trials.push_back(&trial);
  return LongestFirst(trials, costs);
}

TEST(LongestFirstTest, LongBeforeShort) {
  const Plan plan = PlanOf(kTinySpec, {"seeds=1"});
  ASSERT_EQ(plan.trials.size(), 3);
  EXPECT_THAT(OrderOf(plan, {1, 100, 10}), ElementsAre(1, 2, 0));
}

TEST(LongestFirstTest, AmongEqualsAllConfigurationsThenTheNextSeed) {
  const Plan plan = PlanOf(kTinySpec);  // Seeds 0, 1, 0, 1, 0, 1.
  ASSERT_EQ(plan.trials.size(), 6);
  EXPECT_THAT(OrderOf(plan, {5, 5, 5, 5, 5, 5}), ElementsAre(0, 2, 4, 1, 3, 5));
  // 1.5^4 = 5.06 and 1.5^5 = 7.59: these count as equal.
  EXPECT_THAT(OrderOf(plan, {5.1, 7, 6, 7.5, 5.2, 5.3}),
              ElementsAre(0, 2, 4, 1, 3, 5));
}

TEST(LongestFirstTest, EqualDataFollowEachOther) {
  const Plan plan =
      PlanOf(kTinySpec,
             {"axes={lr: {set: optimizer.lr, values: [0.1, 0.3]}, data: {set: "
              "dataset.num_train, values: [100, 200]}}",
              "plan={grid: [[lr, data]]}", "seeds=1"});
  ASSERT_EQ(plan.trials.size(), 4);  // Data vary fastest.
  EXPECT_THAT(OrderOf(plan, {5, 5, 5, 5}), ElementsAre(0, 2, 1, 3));
}

}  // namespace
}  // namespace bigstep
