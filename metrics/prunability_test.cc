#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Eight weights. By rising magnitude: the four small ones beside the diagonals,
// out[1][1] = 1, out[0][0] = 2, hidden[1][1] = 3, hidden[0][0] = 4. With up to
// four of them pruned, input (1, 0) is class 0 and (0, 1) class 1. Without the
// fifth, the logits of (0, 1) are equal and the first class, 0, is predicted,
// as it is for everything from the sixth on.
TinyNet EightWeights() {
  return TinyNet(at::tensor({4.f, 0.01f, 0.02f, 3.f}).view({2, 2}),
                 at::tensor({2.f, 0.03f, 0.04f, 1.f}).view({2, 2}));
}

// Every split is alike but for the training split, which has no class 1.
Dataset Examples(const std::vector<Example>& test) {
  const Split split = PredictedSplit(test, 2);
  return {{{2}, 2, 2}, PredictedSplit({{0, 0, 0}}, 2), split, split};
}

// One example of class 0, three of class 1; the whole network is right on all.
Dataset OneAndThree() {
  return Examples({{0, 0, 0}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}});
}

Json Compute(const std::string& spec, const Dataset& dataset, TinyNet& net,
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

constexpr char kFourRatios[] =
    "{name: prunability, ratios: [0, 0.5, 0.625, 1]}";

TEST(PrunabilityTest, CurveByHand) {
  TinyNet net = EightWeights();
  const Json result = Compute(kFourRatios, OneAndThree(), net);
  EXPECT_EQ(result["ratios"], (Json{0., 0.5, 0.625, 1.}));
  // 0, 4, 5 and 8 weights pruned.
  EXPECT_EQ(result["accuracy"], (Json{1., 1., 0.25, 0.25}));
  EXPECT_EQ(result["retained"], (Json{1., 1., 0.25, 0.25}));
  // Trapezoids, exact in binary.
  EXPECT_EQ(result["auc"], 0.5 * 1 + 0.125 * (1 + 0.25) / 2 + 0.375 * 0.25);
  // round(7.2) = 7 pruned, whether 0.9 is among the ratios or not.
  EXPECT_EQ(result["accuracy_at_90"], 0.25);
}

TEST(PrunabilityTest, CurveIsRelativeToTheWholeNetwork) {
  // Two of four are right at first; with every prediction 0, three are.
  const Dataset dataset =
      Examples({{0, 0, 0}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}});
  TinyNet net = EightWeights();
  const Json result =
      Compute("{name: prunability, ratios: [0, 0.625]}", dataset, net);
  EXPECT_EQ(result["accuracy"], (Json{0.5, 0.75}));
  EXPECT_EQ(result["retained"], (Json{1., 1.5}));
  // One trapezoid, divided by its width.
  EXPECT_EQ(result["auc"], 1.25);
  EXPECT_EQ(result["accuracy_at_90"], 0.75);
  EXPECT_EQ(result["retained_at_90"], 1.5);
}

TEST(PrunabilityTest, NothingToKeepGivesNoCurve) {
  const Dataset dataset = Examples({{1, 1, 0}, {0, 0, 1}});
  TinyNet net = EightWeights();
  const Json result = Compute(kFourRatios, dataset, net);
  EXPECT_EQ(result["accuracy"], (Json{0., 0., 0.5, 0.5}));
  EXPECT_EQ(result["retained"], Json::array());
  EXPECT_EQ(result["retained_above_chance"], Json::array());
  EXPECT_EQ(result["auc"], nullptr);
  EXPECT_EQ(result["largest_ratio"], nullptr);
  EXPECT_EQ(result["retained_at_90"], nullptr);
  EXPECT_EQ(result["accuracy_at_90"], 0.5);
}

TEST(PrunabilityTest, BiasesStay) {
  TinyNet net = EightWeights();
  // relu(bias) = (0, 1000), whatever becomes of `hidden`: class 1, as long as
  // out[1][1] is there; it is the fifth to go.
  net.bias().copy_(at::tensor({0.f, 1000.f}));
  const Json result = Compute(kFourRatios, OneAndThree(), net);
  EXPECT_EQ(result["accuracy"], (Json{0.75, 0.75, 0.25, 0.25}));
}

TEST(PrunabilityTest, DefaultRatiosReachNinetyFivePercent) {
  TinyNet net = EightWeights();
  const Json result = Compute("prunability", OneAndThree(), net);
  // Pruned: round(8 r) = 0 1 2 2 3 4 5 6 6 7 8.
  EXPECT_EQ(result["ratios"],
            (Json{0., 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95}));
  EXPECT_EQ(result["accuracy"],
            (Json{1., 1., 1., 1., 1., 1., 0.25, 0.25, 0.25, 0.25, 0.25}));
  // 1 up to 0.5, a trapezoid of width 0.1, 0.25 from 0.6 to 0.95.
  EXPECT_NEAR(result["auc"].get<double>(),
              (0.5 + 0.1 * 0.625 + 0.35 * 0.25) / 0.95, 1e-14);
  EXPECT_EQ(result["accuracy_at_90"], result["accuracy"][9]);
}

TEST(PrunabilityTest, BatchingChangesNothing) {
  TinyNet net = EightWeights();
  const Json whole = Compute(kFourRatios, OneAndThree(), net);
  for (const int64_t batch_size : {1, 3}) {
    EXPECT_EQ(Compute(kFourRatios, OneAndThree(), net, batch_size), whole);
  }
}

TEST(PrunabilityTest, LeavesTheNetworkAlone) {
  TinyNet net = EightWeights();
  for (const bool training : {true, false}) {
    net.train(training);
    const NetworkState before(net);
    Compute(kFourRatios, OneAndThree(), net);
    EXPECT_TRUE(NetworkState(net) == before);
  }
}

TEST(PrunabilityTest, TheOrderOfTheExamplesChangesNothing) {
  TinyNet net = EightWeights();
  const Dataset other = Examples({{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}});
  EXPECT_EQ(Compute(kFourRatios, other, net),
            Compute(kFourRatios, OneAndThree(), net));
}

TEST(PrunabilityTest, WhatIsKeptAboveChanceByHand) {
  TinyNet net = EightWeights();
  const Json result = Compute(kFourRatios, OneAndThree(), net);
  // Always saying 1 gets 3/4: (1 - 3/4) / (1 - 3/4) = 1 up to 0.5, then nothing
  // is above.
  EXPECT_EQ(result["retained_above_chance"], (Json{1., 1., 0., 0.}));
  EXPECT_EQ(result["auc_above_chance"], 0.5 * 1 + 0.125 * 0.5);
  EXPECT_EQ(result["retained_at_90"], 0.25);
  EXPECT_EQ(result["above_chance_at_90"], 0.);
  EXPECT_EQ(result["largest_ratio"], 0.5);
}

TEST(PrunabilityTest, ANetworkThatGuessesKeepsNothingAboveChance) {
  // A dead network predicts class 0, frequent or not.
  TinyNet dead(at::zeros({2, 2}), at::zeros({2, 2}));
  for (const Dataset& dataset :
       {Examples({{0, 0, 0}, {1, 1, 1}}), OneAndThree(),
        Examples({{0, 0, 0}, {0, 0, 0}, {1, 1, 1}})}) {
    const Json result = Compute("prunability", dataset, dead);
    EXPECT_NEAR(result["auc"].get<double>(), 1, 1e-14);
    EXPECT_EQ(result["auc_above_chance"], nullptr);
    EXPECT_EQ(result["above_chance_at_90"], nullptr);
    EXPECT_EQ(result["retained_above_chance"], Json::array());
  }
}

TEST(PrunabilityTest, ANetworkThatIsHardlyBetterThanGuessingKeepsNothing) {
  // 100 of each class, of which class 0 is right: 103 of 200 with three of
  // class 1 right as well, then 107 with seven.
  TinyNet net = EightWeights();
  for (const int64_t right : {3, 7}) {
    std::vector<Example> examples(100, {0, 0, 0});
    for (int64_t i = 0; i < 100; ++i) {
      examples.push_back({1, 1, i < right ? 1 : 0});
    }
    const Json result = Compute(kFourRatios, Examples(examples), net);
    // 0.515 is no more than 0.53. Of 0.535, everything above 0.5 goes with the
    // fifth weight.
    EXPECT_EQ(result["auc_above_chance"],
              right == 3 ? Json() : Json(0.5 * 1 + 0.125 * 0.5));
  }
}

TEST(PrunabilityTest, NothingAboveChanceIsMoreThanAll) {
  // Widths that add up to more than the last ratio in binary.
  TinyNet net = EightWeights();
  const Json result = Compute("{name: prunability, ratios: [0, 0.1, 0.2, 0.3]}",
                              Examples({{0, 0, 0}, {1, 1, 1}}), net);
  EXPECT_LE(result["auc_above_chance"], 1.);
  EXPECT_NEAR(result["auc_above_chance"].get<double>(), 1, 1e-14);
}

TEST(PrunabilityTest, TheLargestRatioIsTheLastOneBeforeTheFirstLoss) {
  // Two of four are right at first (accuracy 0.5), all predicted 0: three. With
  // class 1 more frequent, the same loses everything.
  const Dataset gains = Examples({{0, 0, 0}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}});
  TinyNet net = EightWeights();
  EXPECT_EQ(Compute(kFourRatios, gains, net)["largest_ratio"], 1);
  const Dataset loses = OneAndThree();
  EXPECT_EQ(Compute("{name: prunability, ratios: [0, 0.625, 1]}", loses,
                    net)["largest_ratio"],
            0);
  // A loss of three quarters is within a tolerance of 0.75.
  EXPECT_EQ(Compute("{name: prunability, ratios: [0, 0.625, 1], "
                    "tolerance: 0.75}",
                    loses, net)["largest_ratio"],
            1);
}

TEST(PrunabilityTest, ALossOfExactlyTheToleranceIsWithinIt) {
  // 20 of 20, then 19: everything is predicted 0.
  std::vector<Example> examples(19, {0, 0, 0});
  examples.push_back({1, 1, 1});
  TinyNet net = EightWeights();
  EXPECT_EQ(Compute(kFourRatios, Examples(examples), net)["largest_ratio"], 1);
  // 4 of 5, then 3: a quarter is lost, but 0.6 / 0.8 is 0.7499... in binary.
  EXPECT_EQ(
      Compute("{name: prunability, ratios: [0, 1], tolerance: 0.25}",
              Examples({{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}, {1, 1, 0}}),
              net)["largest_ratio"],
      1);
}

TEST(PrunabilityTest, WhatComesBackBeyondTheFirstLossDoesNotCount) {
  // Input (1, 0) has the representation (10, 10) and the logits 30 + 10 and 35.
  // Without the 1 the second is the greater, without 3.5 both are 0.
  TinyNet net(at::tensor({10.f, 0.f, 10.f, 0.f}).view({2, 2}),
              at::tensor({3.f, 1.f, 3.5f, 0.f}).view({2, 2}));
  // Three zeros and the 1; these, 3 and 3.5.
  const Json result = Compute("{name: prunability, ratios: [0, 0.5, 0.75]}",
                              Examples({{0, 0, 0}}), net);
  EXPECT_EQ(result["accuracy"], (Json{1., 0., 1.}));
  EXPECT_EQ(result["largest_ratio"], 0);
}

// The accuracy on OneAndThree() with `ratio` pruned in another way.
Json AccuracyAt(const std::string& ratio, const std::string& options,
                TinyNet& net) {
  return Compute(absl::StrCat("{name: prunability, ratios: [0, ", ratio, "], ",
                              options, "}"),
                 OneAndThree(), net)["accuracy"][1];
}

TEST(PrunabilityTest, EveryMethodIsItsOwn) {
  // Representations (4, 0) and (5, 3), logits (4, 0) and (5, 6): all right.
  TinyNet net(at::tensor({4.f, 5.f, 0.f, 3.f}).view({2, 2}),
              at::tensor({1.f, 0.f, 0.f, 2.f}).view({2, 2}));
  // The zeros and the 1 go: logits (0, 0) and (0, 6).
  EXPECT_EQ(AccuracyAt("0.5", "method: global", net), 1);
  // 0 and 3, the zeros of out: (4, 0) and (5, 0).
  EXPECT_EQ(AccuracyAt("0.5", "method: layer", net), 0.25);
  // (0, 3), of norm 3: the same.
  EXPECT_EQ(AccuracyAt("0.5", "method: filter", net), 0.25);
  // (4, 0) of norm 4 and (1, 0) of norm 1: logits (0, 0) and (0, 6).
  EXPECT_EQ(AccuracyAt("0.5", "method: column", net), 1);
}

TEST(PrunabilityTest, CentredByOption) {
  // Logits (-50, -60) and (-60, -50): all right.
  TinyNet net(at::eye(2) * 10,
              at::tensor({-5.f, -6.f, -6.f, -5.f}).view({2, 2}));
  // Two zeros, the fives and the first six go: the logits of (0, 1) are equal.
  EXPECT_EQ(AccuracyAt("0.625", "centred: false", net), 0.25);
  // The median of out is -6. What deviates by 0 and the first five become the
  // median: (-60, -60) and (-60, -50).
  EXPECT_EQ(AccuracyAt("0.625", "centred: true", net), 1);
}

TEST(PrunabilityTest, MethodsAndSplitsAreTakenFromTheOptions) {
  TinyNet net = EightWeights();
  // By layer, half leaves the diagonals: all right. By filter, the second row
  // of hidden goes: (0, 1) has no representation and is predicted 0. Column:
  // the second column of hidden and the second of out go: the same.
  const auto accuracy = [&](const std::string& options) {
    return Compute("{name: prunability, ratios: [0, 0.5], " + options + "}",
                   OneAndThree(), net)["accuracy"][1];
  };
  EXPECT_EQ(accuracy("method: layer"), 1);
  EXPECT_EQ(accuracy("method: filter"), 0.25);
  EXPECT_EQ(accuracy("method: column"), 0.25);
  EXPECT_EQ(accuracy("method: layer, exclude_first: true, exclude_last: false"),
            1);
  // The training split has one example, of class 0.
  EXPECT_EQ(accuracy("method: filter, split: train"), 1);
}

TEST(PrunabilityTest, ExcludingEverythingIsAnError) {
  TinyNet net = EightWeights();
  const Dataset dataset = OneAndThree();
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const auto result =
      MakePlugin<MetricFamily>(
          "{name: prunability, exclude_first: true, exclude_last: true}", {})
          ->Compute(evaluation);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PrunabilityTest, GivesWhatItDeclares) {
  TinyNet net = EightWeights();
  const Json result = Compute("prunability", OneAndThree(), net);
  const auto metric = MakePlugin<MetricFamily>("prunability", {});
  const MetricTraits traits = metric->Traits();
  EXPECT_EQ(traits.timing, Timing::kAtEnd);
  ASSERT_EQ(traits.results.size(), 6u);
  EXPECT_EQ(traits.results[0].name, "retained_at_90");
  for (const ResultSpec& spec : traits.results) {
    ASSERT_TRUE(result.contains(spec.name)) << spec.name;
    EXPECT_EQ(spec.direction, Direction::kHigher) << spec.name;
    EXPECT_GE(result[spec.name], spec.least) << spec.name;
    EXPECT_LE(result[spec.name], spec.most) << spec.name;
  }
  const MetricTraits other =
      MakePlugin<MetricFamily>(
          "{name: prunability, timing: by_step, split: hard}", {})
          ->Traits();
  EXPECT_EQ(other.timing, Timing::kByStep);
  EXPECT_EQ(other.extra_splits, std::vector<std::string>{"hard"});
}

std::string Refusal(const std::string& ratios) {
  Problems problems;
  const SpecNode node =
      ReadSpec(absl::StrCat("{name: prunability, ratios: ", ratios, "}"),
               "test", 0, problems);
  Metrics::Get().Read(node, "metric", problems);
  return Message(problems);
}

TEST(PrunabilityTest, RefusesRatiosThatMakeNoCurve) {
  const std::string start =
      "test:1:1: metric: ratios must start at 0 and have at least two values";
  EXPECT_EQ(Refusal("[]"), start);
  EXPECT_EQ(Refusal("[0]"), start);
  EXPECT_EQ(Refusal("[0.1, 0.2]"), start);
  EXPECT_EQ(Refusal("[0, 0.2, 0.2]"),
            "test:1:1: metric: ratios must rise, got 0.2 after 0.2");
  EXPECT_EQ(Refusal("[0, 0.5, 0.2]"),
            "test:1:1: metric: ratios must rise, got 0.2 after 0.5");
  EXPECT_EQ(Refusal("[0, 1]"), "");
}

}  // namespace
}  // namespace bigstep
