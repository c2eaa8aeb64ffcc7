#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Inputs (1, 0) and (0, 1) have the logits (7, 2) and (2, d).
TinyNet Diagonal(float d) {
  return TinyNet(at::eye(2), at::tensor({7.f, 2.f, 2.f, d}).view({2, 2}));
}

Dataset OfBothClasses() {
  const Split split =
      PredictedSplit({{0, 0, 0}, {0, 0, 0}, {1, 1, 1}, {1, 1, 1}}, 2);
  return {{{2}, 2, 2}, PredictedSplit({{0, 0, 0}}, 2), split, split};
}

Json Compute(TinyNet& net, const std::string& spec = "quantization",
             const Dataset& dataset = OfBothClasses(),
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

TEST(QuantizationMetricTest, ByHand) {
  TinyNet net = Diagonal(3);
  // 8 and 4 bits: steps of 7/127 and 1 keep 2 and 3 apart. 3 bits: steps of
  // 7/3, 2 and 3 become one of them each, and the second class ties, which is
  // class 0: half are right. 2 bits: steps of 7, both become 0: the same.
  EXPECT_EQ(Compute(net), (Json{{"accuracy_at_8_bits", 1.},
                                {"retained_at_8_bits", 1.},
                                {"above_chance_at_8_bits", 1.},
                                {"accuracy_at_4_bits", 1.},
                                {"retained_at_4_bits", 1.},
                                {"above_chance_at_4_bits", 1.},
                                {"accuracy_at_3_bits", 0.5},
                                {"retained_at_3_bits", 0.5},
                                {"above_chance_at_3_bits", 0.},
                                {"accuracy_at_2_bits", 0.5},
                                {"retained_at_2_bits", 0.5},
                                {"above_chance_at_2_bits", 0.}}));
}

TEST(QuantizationMetricTest, RoundingMayHelp) {
  // Logits (7, 0) and (3.6, 3.7): the second is class 1. At 2 bits both of its
  // logits become 7, and it is class 0, as all labels are.
  TinyNet net(at::eye(2), at::tensor({7.f, 3.6f, 0.f, 3.7f}).view({2, 2}));
  const Split split = PredictedSplit({{0, 0, 0}, {0, 0, 1}}, 2);
  EXPECT_EQ(Compute(net, "{name: quantization, bits: [2]}",
                    {{{2}, 2, 2}, split, split, split}),
            (Json{{"accuracy_at_2_bits", 1.},
                  {"retained_at_2_bits", 2.},
                  {"above_chance_at_2_bits", nullptr}}));
}

TEST(QuantizationMetricTest, EqualLogitsAreEqualWhateverTheirRounding) {
  // Logits 1 and the next float32, as sums in another order may give.
  TinyNet net = IdentityNet(2);
  const Split split = {at::tensor({1.f, std::nextafter(1.f, 2.f)}).view({1, 2}),
                       at::tensor({0}, at::kLong), at::tensor({0}, at::kLong)};
  EXPECT_EQ(Compute(net, "{name: quantization, bits: [8]}",
                    {{{2}, 2, 2}, split, split, split})["accuracy_at_8_bits"],
            1.);
}

TEST(QuantizationMetricTest, BatchingAndOrderChangeNothing) {
  TinyNet net = Diagonal(3);
  const Json whole = Compute(net);
  EXPECT_EQ(Compute(net, "quantization", OfBothClasses(), 1), whole);
  EXPECT_EQ(Compute(net, "quantization", Reordered(OfBothClasses())), whole);
}

TEST(QuantizationMetricTest, LeavesTheNetworkAlone) {
  TinyNet net = Diagonal(3);
  const NetworkState before(net);
  Compute(net);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(QuantizationMetricTest, ReadsTheSplitAskedFor) {
  TinyNet net = Diagonal(3);
  // The training split has one example, of class 0.
  EXPECT_EQ(Compute(net, "{name: quantization, bits: [3], split: train}"),
            (Json{{"accuracy_at_3_bits", 1.},
                  {"retained_at_3_bits", 1.},
                  {"above_chance_at_3_bits", nullptr}}));
}

TEST(QuantizationMetricTest, GivesWhatItDeclares) {
  TinyNet net = Diagonal(3);
  const auto metric = MakePlugin<MetricFamily>(
      "{name: quantization, bits: [5, 6], split: hard}", {});
  const MetricTraits traits = metric->Traits();
  EXPECT_EQ(traits.timing, Timing::kAtEnd);
  EXPECT_EQ(traits.extra_splits, std::vector<std::string>{"hard"});
  ASSERT_EQ(traits.results.size(), 6u);
  const Json result = Compute(net, "{name: quantization, bits: [5, 6]}");
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result.contains(spec.name)) << spec.name;
    EXPECT_EQ(spec.direction, Direction::kHigher) << spec.name;
  }
}

std::string Refusal(const std::string& bits) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: quantization, bits: " + bits + "}", "test", 0, problems);
  Metrics::Get().Read(node, "metric", problems);
  return Message(problems);
}

TEST(QuantizationMetricTest, RefusesBitsThatMakeNoSense) {
  EXPECT_EQ(Refusal("[]"),
            "test:1:1: metric: bits must have at least one value");
  EXPECT_EQ(Refusal("[4, 4]"), "test:1:1: metric: bits must differ");
  EXPECT_EQ(Refusal("[8, 1]"),
            "test:1:32: metric.bits[1]: must be >= 2, got 1");
  EXPECT_EQ(Refusal("[8, 2]"), "");
}

}  // namespace
}  // namespace bigstep
