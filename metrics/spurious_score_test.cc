#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Sums of a few numbers below 1 in float64; logits are float32 logarithms of
// odds, good to 1e-7.
constexpr double kTolerance = 1e-6;

// Examples for IdentityNet with the probability `p` of class 0, the rest being
// that of class 1: logits (log(p / (1 - p)) + 10, 10).
Split WithProbabilities(const std::vector<double>& p,
                        const std::vector<int64_t>& labels) {
  const auto n = static_cast<int64_t>(p.size());
  Split split = {at::full({n, 2}, 10.), at::tensor(labels, at::kLong),
                 at::zeros({n}, at::kLong)};
  for (int64_t i = 0; i < n; ++i) {
    split.inputs[i][0] = 10 + std::log(p[i] / (1 - p[i]));
  }
  return split;
}

Dataset Patterned(const std::vector<double>& without,
                  const std::vector<double>& with,
                  const std::vector<int64_t>& labels) {
  const Split test = WithProbabilities(without, labels);
  Dataset dataset = {{{2}, 2, 1}, test, test, test};
  dataset.extra_tests["pattern"] = WithProbabilities(with, labels);
  dataset.notes["pattern_class"] = 0;
  return dataset;
}

// Rises: 0.05, 0.3, 0.6, -0.05 in class 1; 0.15 in class 0.
Dataset FiveExamples() {
  return Patterned({0.1, 0.1, 0.3, 0.2, 0.8}, {0.15, 0.4, 0.9, 0.15, 0.95},
                   {1, 1, 1, 1, 0});
}

Json Compute(const Dataset& dataset, const std::string& spec = "spurious_score",
             int64_t batch_size = 1000) {
  TinyNet net = IdentityNet(2);
  const NetworkState before(net);
  Json values;
  {
    Evaluation evaluation(dataset, net, net.Maker(),
                          {.batch_size = batch_size, .train_subset = {}});
    const absl::StatusOr<Json> result =
        MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
    EXPECT_OK(result);
    values = result.value_or(Json());
  }
  EXPECT_TRUE(NetworkState(net) == before);
  return values;
}

TEST(SpuriousScoreTest, ByHand) {
  ExpectNear(Compute(FiveExamples()),
             {{"score", 2. / 4},      // 0.3 and 0.6.
              {"score_all", 3. / 5},  // And 0.15.
              {"mean_rise", (0.05 + 0.3 + 0.6 - 0.05) / 4},
              {"flipped", 1. / 4}},  // From 0.3 to 0.9.
             kTolerance);
}

TEST(SpuriousScoreTest, TheThresholdIsAnOption) {
  const Json result =
      Compute(FiveExamples(), "{name: spurious_score, threshold: 0.4}");
  EXPECT_EQ(result["score"], 0.25);
  EXPECT_EQ(result["score_all"], 0.2);
}

TEST(SpuriousScoreTest, WhatIsPredictedAsThePatternsClassCannotFlip) {
  // The first is predicted as class 0 already.
  const Json result =
      Compute(Patterned({0.6, 0.1, 0.1}, {0.9, 0.9, 0.2}, {1, 1, 1}));
  EXPECT_EQ(result["flipped"], 0.5);
}

TEST(SpuriousScoreTest, WithoutOtherClassesThereIsNone) {
  const Json result = Compute(Patterned({0.6}, {0.9}, {0}));
  EXPECT_EQ(result["score"], nullptr);
  EXPECT_EQ(result["score_all"], 1.);
  EXPECT_EQ(result["mean_rise"], nullptr);
  EXPECT_EQ(result["flipped"], nullptr);
}

TEST(SpuriousScoreTest, WithoutAPatternThereIsNone) {
  Dataset dataset = FiveExamples();
  dataset.notes = Json::object();
  dataset.extra_tests.clear();
  const Json result = Compute(dataset);
  for (const auto& [name, value] : result.items()) {
    EXPECT_EQ(value, nullptr) << name;
  }
}

TEST(SpuriousScoreTest, OverflowGivesNone) {
  Dataset dataset = FiveExamples();
  dataset.extra_tests["pattern"].inputs[1][0] =
      std::numeric_limits<float>::infinity();
  const Json result = Compute(dataset);
  for (const auto& [name, value] : result.items()) {
    EXPECT_EQ(value, nullptr) << name;
  }
}

TEST(SpuriousScoreTest, ThePatternsClassIsThatOfTheDataset) {
  Dataset dataset = FiveExamples();
  dataset.notes["pattern_class"] = 1;
  // The other class is that of the last example, whose probability falls.
  ExpectNear(Compute(dataset),
             {{"score", 0.},
              {"score_all", 0.},  // 0.05, of the fourth, is too little.
              {"mean_rise", -0.15},
              {"flipped", 0.}},
             kTolerance);
}

TEST(SpuriousScoreTest, BatchingAndOrderChangeNothing) {
  const Json whole = Compute(FiveExamples());
  EXPECT_EQ(Compute(FiveExamples(), "spurious_score", 1), whole);
  ExpectNear(Compute(Reordered(FiveExamples())), whole, kTolerance);
}

TEST(SpuriousScoreTest, GivesWhatItDeclares) {
  const MetricTraits traits =
      MakePlugin<MetricFamily>("{name: spurious_score, timing: at_end}", {})
          ->Traits();
  EXPECT_EQ(traits.timing, Timing::kAtEnd);
  // It can be asked of every dataset.
  EXPECT_TRUE(traits.extra_splits.empty());
  const Json result = Compute(FiveExamples());
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result.contains(spec.name)) << spec.name;
    EXPECT_EQ(spec.direction, Direction::kLower) << spec.name;
  }
}

}  // namespace
}  // namespace bigstep
