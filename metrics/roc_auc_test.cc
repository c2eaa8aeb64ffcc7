#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Examples for IdentityNet(2) whose second logit exceeds the first, 10, by
// `margins`.
Dataset WithMargins(const std::vector<double>& margins,
                    const std::vector<int64_t>& labels) {
  const auto n = static_cast<int64_t>(margins.size());
  Split split = {at::full({n, 2}, 10.), at::tensor(labels, at::kLong),
                 at::zeros({n}, at::kLong)};
  split.inputs.select(1, 1).add_(at::tensor(margins));
  return {{{2}, 2, 1}, split, split, split};
}

Json Compute(const Dataset& dataset, int64_t batch_size = 1000,
             const std::string& spec = "roc_auc") {
  TinyNet net = IdentityNet(dataset.task.num_classes);
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? result->at("auc") : Json();
}

TEST(RocAucTest, CountsPairsByHand) {
  // Of class 1: 1, 3; of class 0: 0, 2. Pairs in order: 1 > 0, 3 > 0, 3 > 2.
  EXPECT_EQ(Compute(WithMargins({1, 3, 0, 2}, {1, 1, 0, 0})), 0.75);
  EXPECT_EQ(Compute(WithMargins({0, 1, 2, 3}, {0, 0, 1, 1})), 1.);
  EXPECT_EQ(Compute(WithMargins({3, 2, 1, 0}, {0, 0, 1, 1})), 0.);
  // Equal ones count half: of 3 x 1 pairs, 1 is in order and 1 is equal.
  EXPECT_EQ(Compute(WithMargins({0, 1, 2, 1}, {1, 1, 1, 0})), 1.5 / 3);
  EXPECT_EQ(Compute(WithMargins({1, 1, 1, 1, 1}, {1, 0, 0, 0, 0})), 0.5);
}

TEST(RocAucTest, IsThatOfScikitLearn) {
  // The file has 15 digits; of three classes and 70 examples.
  const Json auc = Compute(FormulaDataset());
  ExpectGoldens({{"auc", auc}}, "roc_auc.txt", 1e-14);
}

TEST(RocAucTest, LargeLogitsKeepTheirOrder) {
  // As probabilities, all would be 1 even in float64.
  EXPECT_EQ(Compute(WithMargins({100, 101, 102, 103}, {0, 1, 0, 1})), 0.75);
}

TEST(RocAucTest, AbsentClassesDoNotCount) {
  // Class 2 has no example; 0 and 1 are ranked by each other's logits.
  Split split = PredictedSplit({{0, 0, 0}, {1, 0, 1}, {0, 0, 0}}, 3);
  EXPECT_EQ(Compute({{{3}, 3, 1}, split, split, split}), 1.);
}

TEST(RocAucTest, OneClassOrOverflowGivesNone) {
  EXPECT_EQ(Compute(WithMargins({1, 2}, {1, 1})), nullptr);
  EXPECT_EQ(
      Compute(WithMargins({1, std::numeric_limits<float>::infinity()}, {0, 1})),
      nullptr);
}

TEST(RocAucTest, BatchingAndOrderChangeNothing) {
  const Json whole = Compute(FormulaDataset());
  EXPECT_EQ(Compute(FormulaDataset(), 7), whole);
  EXPECT_EQ(Compute(Reordered(FormulaDataset())), whole);
}

TEST(RocAucTest, ReadsTheSplitItIsAsked) {
  Dataset dataset = WithMargins({0, 1}, {0, 1});
  dataset.extra_tests["shuffled"] = WithMargins({1, 0}, {0, 1}).test;
  constexpr char kChoice[] = "{name: roc_auc, split: shuffled}";
  EXPECT_EQ(Compute(dataset), 1.);
  EXPECT_EQ(Compute(dataset, 1000, kChoice), 0.);
  EXPECT_EQ(MakePlugin<MetricFamily>(kChoice, {})->Traits().extra_splits,
            std::vector<std::string>{"shuffled"});
}

}  // namespace
}  // namespace bigstep
