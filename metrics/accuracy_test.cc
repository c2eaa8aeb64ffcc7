#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

Json Compute(const Dataset& dataset, TinyNet& net,
             const Evaluation::Options& options = {},
             const char* choice = "accuracy") {
  Evaluation evaluation(dataset, net, net.Maker(), options);
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(choice, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

// Three classes and as many bias labels.
Dataset ThreeClasses() {
  // (label, bias label, prediction).
  const std::vector<Example> train = {
      {0, 0, 0}, {1, 1, 1}, {2, 2, 0}, {1, 1, 1}};
  const std::vector<Example> validation = {
      {0, 1, 0}, {1, 0, 1}, {0, 1, 1}, {0, 1, 0}};
  const std::vector<Example> test = {
      {0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}, {2, 0, 2}, {2, 2, 2},
      {0, 0, 0}, {1, 0, 0}, {1, 1, 1}, {1, 1, 2}, {1, 1, 1}, {2, 2, 2}};
  return {{{3}, 3, 3},
          PredictedSplit(train, 3),
          PredictedSplit(validation, 3),
          PredictedSplit(test, 3)};
}

// By hand from the examples above.
Json ExpectedForThreeClasses() {
  return {
      {"train", 0.75},
      {"train_aligned", 0.75},
      {"train_conflicting", nullptr},  // There is none.
      {"unbiased_validation", 0.75},
      {"worst_group_validation", 2. / 3},  // (0, 1): 2 of 3. (1, 0): 1 of 1.
      {"unbiased_test", 9. / 12},
      {"test_aligned", 7. / 8},
      {"test_conflicting", 2. / 4},
      {"worst_group_test", 0.},  // (0, 1).
      // No (0, 0), but it is a group of the training split.
      {"adjusted_average_validation", nullptr},
      // Training: (0, 0) once, (1, 1) twice, (2, 2) once.
      {"adjusted_average_test", (1 + 2 * 0.75 + 1) / 4},
      {"group_mean_test", (1 + 0 + 0.5 + 0.75 + 1 + 1) / 6},
      {"worst_group_standard_error_test", 0.},  // 0 of 1.
      // (0, 1), (1, 0) and (2, 0): 0 of 1, 1 of 2, 1 of 1.
      {"worst_group_by_class_test", (0 + 0.5 + 1) / 3},
      {"worst_group_by_class_standard_error_test",
       std::sqrt(0.5 * 0.5 / 2) / 3},
      // All but the third, the fifth and the tenth.
      {"bias_agreement_test", 9. / 12},
      // Wrong and bias-conflicting: the second and the eighth.
      {"bias_explained_errors_test", 1.},
      // (0, 0): 2 of 2. (0, 1): 0 of 1. (1, 0): 1 of 2. (1, 1): 3 of 4.
      // (2, 0): 1 of 1. (2, 2): 2 of 2.
      {"group_test", {1., 0., nullptr, 0.5, 0.75, nullptr, 1., nullptr, 1.}},
      {"class_test", {2. / 3, 4. / 6, 1.}},
      {"matrix_test",
       {{1., 0., nullptr}, {0.5, 0.75, nullptr}, {1., nullptr, 1.}}},
      {"counts_test", {{2, 1, 0}, {2, 4, 0}, {1, 0, 2}}}};
}

TEST(AccuracyTest, ByHand) {
  TinyNet net = IdentityNet(3);
  EXPECT_EQ(Compute(ThreeClasses(), net), ExpectedForThreeClasses());
}

TEST(AccuracyTest, BatchingChangesNothing) {
  TinyNet net = IdentityNet(3);
  for (const int64_t batch_size : {1, 3, 1000}) {
    EXPECT_EQ(Compute(ThreeClasses(), net,
                      {.batch_size = batch_size, .train_subset = {}}),
              ExpectedForThreeClasses())
        << batch_size;
  }
}

TEST(AccuracyTest, TheOrderOfExamplesChangesNothing) {
  TinyNet net = IdentityNet(3);
  EXPECT_EQ(Compute(Reordered(ThreeClasses()), net), ExpectedForThreeClasses());
}

TEST(AccuracyTest, IsThatOfScikitLearn) {
  TinyNet net = IdentityNet(3);
  // Quotients of small integers, and the file has 15 digits.
  ExpectGoldens(Compute(FormulaDataset(), net), "accuracy.txt", 1e-13);
}

TEST(AccuracyTest, WeightsOfTheAdjustedAverageAreThoseOfTheWholeTrainingSplit) {
  TinyNet net = IdentityNet(3);
  // Training example 0 alone would leave group (0, 0), which is right.
  const Json result =
      Compute(ThreeClasses(), net,
              {.batch_size = 1000, .train_subset = at::tensor({0}, at::kLong)});
  EXPECT_EQ(result["adjusted_average_test"], 3.5 / 4);
}

TEST(AccuracyTest, ErrorsThatTheBiasDoesNotExplain) {
  // Wrong and bias-conflicting: the first two; the first follows the bias. The
  // third is wrong and aligned, the fourth conflicting and right.
  const Split split =
      PredictedSplit({{0, 1, 1}, {0, 1, 2}, {1, 1, 0}, {2, 1, 2}}, 3);
  const Dataset dataset = {{{3}, 3, 3}, split, split, split};
  TinyNet net = IdentityNet(3);
  const Json result = Compute(dataset, net);
  EXPECT_EQ(result["bias_explained_errors_test"], 0.5);
  EXPECT_EQ(result["bias_agreement_test"], 0.25);  // The first.
}

TEST(AccuracyTest, TheWorstGroupIsTheSmallestOfThoseAsBad) {
  // (0, 0): 2 of 4. (0, 1): 1 of 2. (1, 1): 3 of 4. There is no (1, 0).
  const Split split = PredictedSplit({{0, 0, 0},
                                      {0, 0, 0},
                                      {0, 0, 1},
                                      {0, 0, 1},
                                      {0, 1, 1},
                                      {0, 1, 0},
                                      {1, 1, 1},
                                      {1, 1, 1},
                                      {1, 1, 1},
                                      {1, 1, 0}},
                                     2);
  const Dataset dataset = {{{2}, 2, 2}, split, split, split};
  TinyNet net = IdentityNet(2);
  const Json result = Compute(dataset, net);
  EXPECT_EQ(result["worst_group_test"], 0.5);
  EXPECT_EQ(result["worst_group_standard_error_test"], std::sqrt(0.25 / 2));
  EXPECT_EQ(result["worst_group_by_class_test"], (0.5 + 0.75) / 2);
  EXPECT_EQ(result["worst_group_by_class_standard_error_test"],
            std::sqrt(0.25 / 2 + 0.75 * 0.25 / 4) / 2);
}

TEST(AccuracyTest, WithoutErrorsNoneIsExplained) {
  const Split split = PredictedSplit({{0, 1, 0}, {1, 1, 1}}, 2);
  const Dataset dataset = {{{2}, 2, 2}, split, split, split};
  TinyNet net = IdentityNet(2);
  const Json result = Compute(dataset, net);
  EXPECT_EQ(result["bias_explained_errors_test"], nullptr);
  // The share of bias-aligned examples.
  EXPECT_EQ(result["bias_agreement_test"], 0.5);
}

TEST(AccuracyTest, LeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(3);
  const NetworkState before(net);
  Compute(ThreeClasses(), net);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(AccuracyTest, GroupsAreNumberedByLabelThenBias) {
  // Two classes, three bias labels: one example in each group, of which those
  // of class 1 are predicted right.
  std::vector<Example> examples;
  for (int64_t label = 0; label < 2; ++label) {
    for (int64_t bias = 0; bias < 3; ++bias) {
      examples.push_back({label, bias, 1});
    }
  }
  const Split split = PredictedSplit(examples, 2);
  const Dataset dataset = {{{2}, 2, 3}, split, split, split};
  TinyNet net = IdentityNet(2);
  const Json result = Compute(dataset, net);
  EXPECT_EQ(result["group_test"], (Json{0., 0., 0., 1., 1., 1.}));
  EXPECT_EQ(result["worst_group_test"], 0.);
  EXPECT_EQ(result["test_aligned"], 0.5);      // (0, 0) and (1, 1).
  EXPECT_EQ(result["test_conflicting"], 0.5);  // The other four: 2 right.
}

TEST(AccuracyTest, GroupsWithoutExamplesCountNowhere) {
  // Bias-conflicting examples only.
  const Split split = PredictedSplit({{0, 1, 0}, {1, 0, 1}, {1, 0, 0}}, 2);
  const Dataset dataset = {{{2}, 2, 2}, split, split, split};
  TinyNet net = IdentityNet(2);
  const Json result = Compute(dataset, net);
  EXPECT_EQ(result["train_aligned"], nullptr);
  EXPECT_EQ(result["test_aligned"], nullptr);
  EXPECT_EQ(result["test_conflicting"], 2. / 3);
  EXPECT_EQ(result["worst_group_test"], 0.5);
  EXPECT_EQ(result["group_test"], (Json{nullptr, 1., 0.5, nullptr}));
}

TEST(AccuracyTest, WithoutBiasLabelsNothingIsAlignedOrConflicting) {
  const Split split = PredictedSplit({{0, 0, 0}, {1, 0, 1}, {1, 0, 0}}, 2);
  const Dataset dataset = {{{2}, 2, /*num_biases=*/1}, split, split, split};
  TinyNet net = IdentityNet(2);
  const Json result = Compute(dataset, net);
  for (const char* name : {"train_aligned", "train_conflicting", "test_aligned",
                           "test_conflicting", "bias_agreement_test",
                           "bias_explained_errors_test"}) {
    EXPECT_EQ(result[name], nullptr) << name;
  }
  EXPECT_EQ(result["unbiased_test"], 2. / 3);
  // The groups are the two classes.
  EXPECT_EQ(result["group_test"], (Json{1., 0.5}));
  EXPECT_EQ(result["worst_group_test"], 0.5);
  EXPECT_EQ(result["group_mean_test"], 0.75);
  // One example of class 0, two of class 1.
  EXPECT_EQ(result["adjusted_average_test"], (1 + 2 * 0.5) / 3);
}

TEST(AccuracyTest, ExtraSplitsAreResultsOfTheirOwn) {
  constexpr char kChoice[] = "{name: accuracy, extra_splits: [shuffled]}";
  Dataset dataset = ThreeClasses();
  dataset.extra_tests["shuffled"] =
      PredictedSplit({{0, 0, 0}, {1, 0, 2}, {2, 0, 2}, {1, 1, 0}}, 3);
  TinyNet net = IdentityNet(3);
  Json expected = ExpectedForThreeClasses();
  expected["shuffled"] = 0.5;
  EXPECT_EQ(Compute(dataset, net, {}, kChoice), expected);
  const MetricTraits traits = MakePlugin<MetricFamily>(kChoice, {})->Traits();
  EXPECT_EQ(traits.results.back().name, "shuffled");
  EXPECT_EQ(traits.extra_splits, std::vector<std::string>{"shuffled"});
}

TEST(AccuracyTest, RefusesToReportASplitTwice) {
  for (const char* splits : {"[train]", "[shuffled, shuffled]"}) {
    Problems problems;
    const SpecNode node =
        ReadSpec(absl::StrCat("{name: accuracy, extra_splits: ", splits, "}"),
                 "s", 0, problems);
    Metrics::Get().Read(node, "metric", problems);
    EXPECT_THAT(Message(problems), testing::HasSubstr("is reported already"));
  }
}

TEST(AccuracyTest, TrainSubsetCountsForTraining) {
  TinyNet net = IdentityNet(3);
  // Training examples 2 (wrong) and 0 (right).
  const Json result = Compute(
      ThreeClasses(), net,
      {.batch_size = 1000, .train_subset = at::tensor({2, 0}, at::kLong)});
  EXPECT_EQ(result["train"], 0.5);
  EXPECT_EQ(result["train_aligned"], 0.5);
  EXPECT_EQ(result["unbiased_test"], 0.75);
}

TEST(AccuracyTest, GivesWhatItDeclares) {
  TinyNet net = IdentityNet(3);
  const Json result = Compute(ThreeClasses(), net);
  const MetricTraits traits =
      MakePlugin<MetricFamily>("accuracy", {})->Traits();
  EXPECT_EQ(traits.timing, Timing::kByStep);
  EXPECT_EQ(traits.results.size(), 17u);
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result.contains(spec.name)) << spec.name;
    const bool of_bias = spec.name.rfind("bias_", 0) == 0;
    const bool error = spec.name.find("standard_error") != std::string::npos;
    EXPECT_EQ(spec.direction,
              of_bias || error ? Direction::kNeither : Direction::kHigher)
        << spec.name;
    EXPECT_EQ(spec.least, 0) << spec.name;
    EXPECT_EQ(spec.most, error ? 0.5 : 1) << spec.name;
  }
}

}  // namespace
}  // namespace bigstep
