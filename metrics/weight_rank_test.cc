#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "metrics/weight_goldens.h"

namespace bigstep {
namespace {

TEST(WeightRankTest, IsThatOfNumpy) {
  TinyNet net = FormulaNet();
  ExpectGoldens(ComputeOn(net, TenExamples(), "weight_rank"), "weight_rank.txt",
                kGoldenTolerance);
}

TEST(WeightRankTest, ByHand) {
  // Singular values 3 and 1 of hidden: entropy of (3/4, 1/4), stable 10/9; of
  // out 2: 1 and 1, of at most 1.
  TinyNet net(at::tensor({0.f, 3.f, 1.f, 0.f}).view({2, 2}),
              at::tensor({0.f, 2.f}).view({1, 2}));
  // relu of (3 b, a): (3, 1), (3, 1), (0, 0): one direction once centred.
  const Split split = {at::tensor({1.f, 1.f, 1.f, 1.f, 0.f, 0.f}).view({3, 2}),
                       at::zeros({3}, at::kLong), at::zeros({3}, at::kLong)};
  const Json values =
      ComputeOn(net, {{{2}, 1, 1}, split, split, split}, "weight_rank");
  const double effective =
      std::exp(-0.75 * std::log(0.75) - 0.25 * std::log(0.25));
  EXPECT_NEAR(values["effective_ranks"][0].get<double>(), effective, 1e-14);
  EXPECT_NEAR(values["stable_ranks"][0].get<double>(), 10. / 9, 1e-14);
  EXPECT_NEAR(values["effective"].get<double>(), (effective / 2 + 1) / 2,
              1e-14);
  EXPECT_NEAR(values["stable"].get<double>(), (10. / 18 + 1) / 2, 1e-14);
  // 1e-7: a singular value that is 0 comes out as rounding.
  EXPECT_NEAR(values["representation_effective"].get<double>(), 0.5, 1e-7);
  EXPECT_NEAR(values["representation_stable"].get<double>(), 0.5, 1e-7);
}

TEST(WeightRankTest, FullRanksDoNotExceedOne) {
  // exp(log n) rounds to more than n for some n, 5 and 9 among them.
  for (int64_t n = 2; n <= 13; ++n) {
    TinyNet net(at::eye(n), at::eye(n));
    const Split split = {at::ones({3, n}), at::zeros({3}, at::kLong),
                         at::zeros({3}, at::kLong)};
    const Json values =
        ComputeOn(net, {{{n}, n, 1}, split, split, split}, "weight_rank");
    for (const char* name : {"effective", "stable"}) {
      EXPECT_LE(values[name].get<double>(), 1) << n;
      EXPECT_NEAR(values[name].get<double>(), 1, 1e-14) << n;
    }
  }
}

TEST(WeightRankTest, ADeadNetworkHasRankZero) {
  TinyNet net(at::zeros({4, 6}), at::zeros({3, 4}));
  const Json values = ComputeOn(net, TenExamples(), "weight_rank");
  for (const char* name : {"effective", "stable", "representation_effective",
                           "representation_stable"}) {
    EXPECT_EQ(values[name], 0) << name;
  }
}

TEST(WeightRankTest, AnInfiniteWeightLeavesNothingToSay) {
  TinyNet net = FormulaNet();
  net.hidden()[0][0] = std::numeric_limits<float>::infinity();
  const Dataset dataset = TenExamples();
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const auto metric = MakePlugin<MetricFamily>("weight_rank", {});
  const absl::StatusOr<Json> values = metric->Compute(evaluation);
  ASSERT_OK(values);
  for (const ResultSpec& result : metric->Traits().results) {
    EXPECT_EQ(values->at(result.name), nullptr) << result.name;
  }
}

// Equal rows are exactly 0 once centred, although their mean is rounded.
TEST(WeightRankTest, EqualRepresentationsHaveRankZero) {
  TinyNet net = FormulaNet();
  Dataset dataset = TenExamples();
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    split->inputs = split->inputs.slice(0, 0, 1).expand_as(split->inputs) + 0.1;
  }
  const Json values = ComputeOn(net, dataset, "weight_rank");
  EXPECT_EQ(values["representation_effective"], 0);
  EXPECT_EQ(values["representation_stable"], 0);
}

}  // namespace
}  // namespace bigstep
