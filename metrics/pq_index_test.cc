#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "metrics/weight_goldens.h"

namespace bigstep {
namespace {

TEST(PqIndexOfWeightsTest, IsThatOfNumpy) {
  TinyNet net = FormulaNet();
  ExpectGoldens(ComputeOn(net, TenExamples(), "pq_index"), "pq_index.txt",
                kGoldenTolerance);
}

TEST(PqIndexOfWeightsTest, ByHand) {
  // Rows (4, 1, 0, 0): 0.55 (see outputs/sparsity_test.cc) and (1, 1, 1, 1): 0.
  TinyNet net(at::tensor({4.f, 1.f, 0.f, 0.f, 1.f, 1.f, 1.f, 1.f}).view({2, 4}),
              at::tensor({0.f, 5.f}).view({1, 2}));
  const Split split = {at::ones({3, 4}), at::zeros({3}, at::kLong),
                       at::zeros({3}, at::kLong)};
  const Json values =
      ComputeOn(net, {{{4}, 1, 1}, split, split, split}, "pq_index");
  // (0, 5): 1 - (1/2)^2 * 5 / (5/2) = 0.5. Whole hidden: mean sqrt 7/8, mean
  // 9/8: 1 - 49/64 / (9/8) = 23/72.
  EXPECT_NEAR(values["neuron"].get<double>(), (0.55 / 2 + 0.5) / 2, 1e-14);
  EXPECT_NEAR(values["layers"][0].get<double>(), 23. / 72, 1e-14);
  EXPECT_NEAR(values["layer"].get<double>(), (23. / 72 + 0.5) / 2, 1e-14);
}

TEST(PqIndexOfWeightsTest, TheExponentsAreOptions) {
  TinyNet net(at::tensor({3.f, 4.f}).view({1, 2}), at::ones({1, 1}));
  const Split split = {at::ones({3, 2}), at::zeros({3}, at::kLong),
                       at::zeros({3}, at::kLong)};
  const Json values = ComputeOn(net, {{{2}, 1, 1}, split, split, split},
                                "{name: pq_index, p: 1, q: 2}");
  // 1 - (7/2) / 5 * sqrt(2).
  EXPECT_NEAR(values["layers"][0].get<double>(), 1 - 0.7 * std::sqrt(2), 1e-14);
}

TEST(PqIndexOfWeightsTest, RefusesExponentsInTheWrongOrder) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: pq_index, p: 1, q: 1}", "test", 0, problems);
  Metrics::Get().Read(node, "metric", problems);
  EXPECT_EQ(Message(problems), "test:1:1: metric: p must be less than q");
}

TEST(PqIndexOfWeightsTest, AnInfiniteWeightLeavesNothingToSay) {
  TinyNet net = FormulaNet();
  net.hidden()[0][0] = std::numeric_limits<float>::infinity();
  const Dataset dataset = TenExamples();
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const auto metric = MakePlugin<MetricFamily>("pq_index", {});
  const absl::StatusOr<Json> values = metric->Compute(evaluation);
  ASSERT_OK(values);
  for (const ResultSpec& result : metric->Traits().results) {
    EXPECT_EQ(values->at(result.name), nullptr) << result.name;
  }
}

}  // namespace
}  // namespace bigstep
