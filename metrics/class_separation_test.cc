#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// The file has 15 digits; sums of some hundred numbers near 1 in float64.
constexpr double kTolerance = 1e-13;

// Its representation has both signs: inputs - 4. Its logits are all 0.
class CenteredNet final : public TinyNet {
 public:
  CenteredNet() : TinyNet(at::eye(3), at::eye(3)) {}

  ModelOutput Forward(const at::Tensor& inputs) override {
    return {at::zeros_like(inputs), inputs - 4};
  }
};

Json Compute(const Dataset& dataset, TinyNet& net,
             const std::string& spec = "class_separation",
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

TEST(ClassSeparationTest, ByHand) {
  // Directions (1, 0), (0, 1), (1, 0) with labels 0, 0, 1 and bias labels
  // 0, 1, 0.
  const Split split = PredictedSplit({{0, 0, 0}, {0, 1, 1}, {1, 0, 0}}, 2);
  const Dataset dataset = {{{2}, 2, 2}, split, split, split};
  TinyNet net = IdentityNet(2);
  // By label: d_within (1/2 + 0) / 2, d_total (1/2 + 1/2 + 1/2 + 0) / 4. By
  // bias label, each class is one direction.
  ExpectNear(Compute(dataset, net),
             {{"r2", 1 - (1. / 4) / (3. / 8)}, {"bias_r2", 1.}}, kTolerance);
}

TEST(ClassSeparationTest, IsTheDefinitionOverAllPairs) {
  TinyNet net = IdentityNet(3);
  ExpectGoldens(Compute(FormulaDataset(), net), "class_separation.txt",
                kTolerance);
  CenteredNet centered;
  ExpectGoldens(Compute(FormulaDataset(), centered),
                "class_separation_centered.txt", kTolerance);
}

TEST(ClassSeparationTest, TakesMagnitudesIfAsked) {
  constexpr char kAbsolute[] = "{name: class_separation, absolute: true}";
  CenteredNet centered;
  ExpectGoldens(Compute(FormulaDataset(), centered, kAbsolute),
                "class_separation_absolute.txt", kTolerance);
  // After a ReLU they are the values themselves.
  TinyNet net = IdentityNet(3);
  EXPECT_EQ(Compute(FormulaDataset(), net, kAbsolute),
            Compute(FormulaDataset(), net));
}

TEST(ClassSeparationTest, WithoutBiasLabelsThereIsNoneByBias) {
  Dataset dataset = FormulaDataset();
  dataset.task.num_biases = 1;
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    split->bias_labels = at::zeros_like(split->labels);
  }
  TinyNet net = IdentityNet(3);
  const Json result = Compute(dataset, net);
  EXPECT_EQ(result["r2"], Compute(FormulaDataset(), net)["r2"]);
  EXPECT_EQ(result["bias_r2"], nullptr);
}

TEST(ClassSeparationTest, OneDirectionForAllGivesNull) {
  const Split split = PredictedSplit({{0, 0, 0}, {0, 1, 0}, {1, 0, 0}}, 2);
  const Dataset dataset = {{{2}, 2, 2}, split, split, split};
  TinyNet net = IdentityNet(2);
  EXPECT_EQ(Compute(dataset, net),
            (Json{{"r2", nullptr}, {"bias_r2", nullptr}}));
}

TEST(ClassSeparationTest, ReadsTheSplitAskedFor) {
  TinyNet net = IdentityNet(3);
  Dataset dataset = FormulaDataset();
  dataset.validation = dataset.test;
  dataset.test = FormulaSplit(0, 20);
  ExpectGoldens(
      Compute(dataset, net, "{name: class_separation, split: validation}"),
      "class_separation.txt", kTolerance);
}

TEST(ClassSeparationTest, BatchingAndOrderChangeNothing) {
  TinyNet net = IdentityNet(3);
  const Json whole = Compute(FormulaDataset(), net);
  for (const int64_t batch_size : {1, 7}) {
    EXPECT_EQ(Compute(FormulaDataset(), net, "class_separation", batch_size),
              whole);
  }
  ExpectNear(Compute(Reordered(FormulaDataset()), net), whole, kTolerance);
}

TEST(ClassSeparationTest, LeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(3);
  const NetworkState before(net);
  Compute(FormulaDataset(), net);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(ClassSeparationTest, GivesWhatItDeclares) {
  const MetricTraits traits =
      MakePlugin<MetricFamily>("{name: class_separation, split: shuffled}", {})
          ->Traits();
  EXPECT_EQ(traits.timing, Timing::kByStep);
  EXPECT_EQ(traits.extra_splits, std::vector<std::string>{"shuffled"});
  ASSERT_EQ(traits.results.size(), 2u);
  EXPECT_EQ(traits.results[0].name, "r2");
  EXPECT_EQ(traits.results[0].direction, Direction::kHigher);
  EXPECT_EQ(traits.results[1].name, "bias_r2");
  EXPECT_EQ(traits.results[1].direction, Direction::kLower);
}

}  // namespace
}  // namespace bigstep
