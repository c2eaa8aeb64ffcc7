#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// IdentityNet predicts its inputs.
Split Predicted(std::vector<float> predictions, std::vector<float> targets) {
  const auto n = static_cast<int64_t>(predictions.size()) / 2;
  Split split = {at::tensor(predictions).view({n, 2}),
                 at::zeros({n}, at::kLong), at::zeros({n}, at::kLong)};
  split.regression_targets = at::tensor(targets).view({n, 2});
  return split;
}

TEST(SquaredErrorTest, ByHand) {
  const Dataset dataset = {{{2}, 1, 1, 2},
                           Predicted({1, 2, 3, 4}, {1, 2, 0, 5}),
                           Predicted({1, 1}, {1, 1.5}),
                           Predicted({0, 2, 0, 0}, {1, 0, -1, 0})};
  TinyNet net = IdentityNet(2);
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const auto metric = MakePlugin<MetricFamily>("squared_error", {});
  EXPECT_EQ(metric->Traits().task, Task::kRegression);
  const auto values = metric->Compute(evaluation);
  ASSERT_OK(values);
  // (0 + 9 + 1) / 2, 1/4 and (5 + 1) / 2.
  EXPECT_EQ(*values,
            Json({{"train", 5.0}, {"validation", 0.25}, {"test", 3.0}}));
}

TEST(SquaredErrorTest, IsNullIfAPredictionOverflows) {
  const float infinity = std::numeric_limits<float>::infinity();
  const Dataset dataset = {{{2}, 1, 1, 2},
                           Predicted({1, 1}, {1, 1}),
                           Predicted({1, 1}, {1, 1}),
                           Predicted({infinity, 1}, {1, 1})};
  TinyNet net = IdentityNet(2);
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const auto values =
      MakePlugin<MetricFamily>("squared_error", {})->Compute(evaluation);
  ASSERT_OK(values);
  EXPECT_EQ(values->at("train"), 0);
  EXPECT_TRUE(values->at("test").is_null());
}

}  // namespace
}  // namespace bigstep
