#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// The file has 15 digits; sums of some numbers below 10 in float64.
constexpr double kTolerance = 1e-13;

// Its representation has both signs: inputs - 4. Its logits are all 0.
class SignedNet final : public TinyNet {
 public:
  SignedNet() : TinyNet(at::eye(3), at::eye(3)) {}

  ModelOutput Forward(const at::Tensor& inputs) override {
    return {at::zeros_like(inputs), inputs - 4};
  }
};

Json Compute(const Dataset& dataset, TinyNet& net,
             const std::string& spec = "class_selectivity",
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

Dataset Alike(const Split& split, const TaskSpec& task) {
  return {task, split, split, split};
}

TEST(ClassSelectivityTest, ByHand) {
  // Unit 0 is 1 for the first, second and fourth example, unit 1 for the third.
  const Split split =
      PredictedSplit({{0, 0, 0}, {0, 1, 0}, {1, 1, 1}, {1, 0, 0}}, 2);
  TinyNet net = IdentityNet(2);
  const double half = 0.5 / (1.5 + 1e-6), whole = 0.5 / (0.5 + 1e-6);
  // By label, means 1 and 1/2, then 0 and 1/2. By bias label, 1 and 1/2, then
  // 0 and 1/2: the same, so that no unit is dominated by the class.
  ExpectNear(Compute(Alike(split, {{2}, 2, 2}), net),
             {{"class_index", (half + whole) / 2},
              {"bias_index", (half + whole) / 2},
              {"class_dominant", 0.}},
             kTolerance);
}

TEST(ClassSelectivityTest, DeadUnitsAreLeftOut) {
  // Unit 2 is never 1; unit 0 shows the label, unit 1 the other label. The bias
  // labels are independent: bias indices are 0.
  const Split split =
      PredictedSplit({{0, 0, 0}, {0, 1, 0}, {1, 0, 1}, {1, 1, 1}}, 3);
  TinyNet net = IdentityNet(3);
  ExpectNear(Compute(Alike(split, {{3}, 2, 2}), net),
             {{"class_index", 1 / (1 + 1e-6)},
              {"bias_index", nullptr},
              {"class_dominant", 1.}},
             kTolerance);
}

TEST(ClassSelectivityTest, IsTheDefinitionOfNumpy) {
  TinyNet net = IdentityNet(3);
  ExpectGoldens(Compute(FormulaDataset(), net), "class_selectivity.txt",
                kTolerance);
  // Magnitudes count.
  SignedNet with_signs;
  ExpectGoldens(Compute(FormulaDataset(), with_signs),
                "class_selectivity_signed.txt", kTolerance);
}

TEST(ClassSelectivityTest, WithoutBiasLabelsThereIsNoneByBias) {
  Dataset dataset = FormulaDataset();
  dataset.task.num_biases = 1;
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    split->bias_labels = at::zeros_like(split->labels);
  }
  TinyNet net = IdentityNet(3);
  const Json result = Compute(dataset, net);
  EXPECT_EQ(result["class_index"],
            Compute(FormulaDataset(), net)["class_index"]);
  EXPECT_EQ(result["bias_index"], nullptr);
  EXPECT_EQ(result["class_dominant"], nullptr);
}

TEST(ClassSelectivityTest, ADeadRepresentationGivesNull) {
  const Split split = PredictedSplit({{0, 0, 0}, {1, 1, 1}}, 2);
  TinyNet dead(at::zeros({2, 2}), at::eye(2));
  EXPECT_EQ(Compute(Alike(split, {{2}, 2, 2}), dead),
            (Json{{"class_index", nullptr},
                  {"bias_index", nullptr},
                  {"class_dominant", nullptr}}));
}

TEST(ClassSelectivityTest, ReadsTheSplitAskedFor) {
  TinyNet net = IdentityNet(3);
  Dataset dataset = FormulaDataset();
  dataset.validation = dataset.test;
  dataset.test = FormulaSplit(0, 20);
  ExpectGoldens(
      Compute(dataset, net, "{name: class_selectivity, split: validation}"),
      "class_selectivity.txt", kTolerance);
}

TEST(ClassSelectivityTest, BatchingAndOrderChangeNothing) {
  TinyNet net = IdentityNet(3);
  const Json whole = Compute(FormulaDataset(), net);
  for (const int64_t batch_size : {1, 7}) {
    EXPECT_EQ(Compute(FormulaDataset(), net, "class_selectivity", batch_size),
              whole);
  }
  ExpectNear(Compute(Reordered(FormulaDataset()), net), whole, kTolerance);
}

TEST(ClassSelectivityTest, LeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(3);
  const NetworkState before(net);
  Compute(FormulaDataset(), net);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(ClassSelectivityTest, GivesWhatItDeclares) {
  const MetricTraits traits =
      MakePlugin<MetricFamily>("{name: class_selectivity, split: shuffled}", {})
          ->Traits();
  EXPECT_EQ(traits.timing, Timing::kByStep);
  EXPECT_TRUE(traits.representation);
  EXPECT_EQ(traits.extra_splits, std::vector<std::string>{"shuffled"});
  ASSERT_EQ(traits.results.size(), 3u);
  EXPECT_EQ(traits.results[0].direction, Direction::kHigher);
  EXPECT_EQ(traits.results[1].direction, Direction::kLower);
  EXPECT_EQ(traits.results[2].direction, Direction::kHigher);
}

}  // namespace
}  // namespace bigstep
