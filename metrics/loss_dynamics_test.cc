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

// The file has 15 digits; sums of fifty numbers of size 1 in float64.
constexpr double kTolerance = 1e-13;
// Gradients come in float32: 2^-24 and a few operations.
constexpr double kGradientTolerance = 1e-6;

Json Compute(const Dataset& dataset, TinyNet& net,
             const std::string& spec = "loss_dynamics",
             const Evaluation::Options& options = {}) {
  Evaluation evaluation(dataset, net, net.Maker(), options);
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

// Two classes and bias labels; every split has examples of logits (x, 0), for
// which the loss of class 0 is log(1 + exp(-x)) and of class 1 log(1 + exp(x)).
struct Scored {
  double x;
  int64_t label, bias_label;
};

Dataset Examples(const std::vector<Scored>& examples) {
  const auto n = static_cast<int64_t>(examples.size());
  Split split = {at::zeros({n, 2}), at::empty({n}, at::kLong),
                 at::empty({n}, at::kLong)};
  for (int64_t i = 0; i < n; ++i) {
    split.inputs[i][0] = examples[i].x;
    split.labels[i] = examples[i].label;
    split.bias_labels[i] = examples[i].bias_label;
  }
  return {{{2}, 2, 2}, split, split, split};
}

double Softplus(double x) { return std::log1p(std::exp(x)); }

// Aligned and right with margin 2; aligned and wrong by 1; conflicting and
// wrong by 4; conflicting and right with margin 1.
Dataset FourExamples() {
  return Examples({{2, 0, 0}, {1, 1, 1}, {4, 1, 0}, {1, 0, 1}});
}

TEST(LossDynamicsTest, ByHand) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(FourExamples(), net,
                              "{name: loss_dynamics, gradient_examples: 0}");
  const std::vector<double> losses = {Softplus(-2), Softplus(1), Softplus(4),
                                      Softplus(-1)};
  const double aligned = losses[0] + losses[1];
  const double conflicting = losses[2] + losses[3];
  double entropy = 0;
  for (const double loss : losses) {
    const double q = loss / (aligned + conflicting);
    entropy -= q * std::log(q) / std::log(4);
  }
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const Json expected = {
      {"effective_conflicting_share", conflicting / (aligned + conflicting)},
      {"nominal_conflicting_share", 0.5},
      {"loss_ratio", conflicting / aligned},
      {"mean_loss_ratio", conflicting / aligned},  // Two of each.
      {"loss_entropy", entropy},
      {"mean_confidence", (sigmoid(2) + 2 * sigmoid(1) + sigmoid(4)) / 4},
      // sigmoid(4) = 0.98; sigmoid(1) = 0.73 is below 0.9.
      {"confident_mispredictions", 1. / 4},
      {"confident_mispredictions_conflicting", 1. / 2},
      {"logit_norm", (2. + 1 + 4 + 1) / 4},
      {"parameter_norm", 2.},  // Four ones on two diagonals.
      {"gradient_norm", nullptr}};
  ExpectNear(result, expected, kTolerance);
}

TEST(LossDynamicsTest, IsThatOfPyTorchAndScipy) {
  TinyNet net = IdentityNet(3);
  const Json result = Compute(FormulaDataset(), net);
  ExpectGoldens(result, "loss_dynamics.txt", kTolerance);
  ExpectGoldens(result, "loss_dynamics_gradient.txt", kGradientTolerance);
}

TEST(LossDynamicsTest, BiasesArePartOfTheParameterNorm) {
  TinyNet net = IdentityNet(2);
  net.bias().copy_(at::tensor({2.f, 1.f}));
  // Four ones on two diagonals, 2 and 1: the root of 9.
  EXPECT_NEAR(Compute(FourExamples(), net)["parameter_norm"].get<double>(), 3,
              kTolerance);
}

TEST(LossDynamicsTest, RatioOfMeansIsNotOfSums) {
  TinyNet net = IdentityNet(2);
  // Three aligned losses for one conflicting one, all log 2.
  const Json result =
      Compute(Examples({{0, 0, 0}, {0, 1, 1}, {0, 0, 0}, {0, 1, 0}}), net);
  EXPECT_NEAR(result["loss_ratio"].get<double>(), 1. / 3, kTolerance);
  EXPECT_NEAR(result["mean_loss_ratio"].get<double>(), 1, kTolerance);
  EXPECT_NEAR(result["effective_conflicting_share"].get<double>(), 0.25,
              kTolerance);
  EXPECT_EQ(result["nominal_conflicting_share"], 0.25);
  EXPECT_NEAR(result["loss_entropy"].get<double>(), 1, kTolerance);
}

TEST(LossDynamicsTest, ConfidenceIsThatOfTheOption) {
  TinyNet net = IdentityNet(2);
  // Wrong with 0.73, wrong with 0.98.
  for (const auto& [confidence, share] :
       {std::pair("0.7", 2. / 4), {"0.75", 1. / 4}, {"0.99", 0.}}) {
    EXPECT_EQ(Compute(FourExamples(), net,
                      std::string("{name: loss_dynamics, confidence: ") +
                          confidence + "}")["confident_mispredictions"],
              share)
        << confidence;
  }
  // Equal to the bound counts: two equal logits, the first class predicted.
  EXPECT_EQ(
      Compute(
          Examples({{0, 1, 1}}), net,
          "{name: loss_dynamics, confidence: 0.5}")["confident_mispredictions"],
      1.);
}

TEST(LossDynamicsTest, WithoutBiasLabelsNothingConflicts) {
  Dataset dataset = FourExamples();
  dataset.task.num_biases = 1;
  dataset.train.bias_labels.zero_();
  TinyNet net = IdentityNet(2);
  const Json result = Compute(dataset, net);
  for (const char* name :
       {"effective_conflicting_share", "nominal_conflicting_share",
        "loss_ratio", "mean_loss_ratio",
        "confident_mispredictions_conflicting"}) {
    EXPECT_EQ(result[name], nullptr) << name;
  }
  EXPECT_EQ(result["confident_mispredictions"], 0.25);
  EXPECT_EQ(result["parameter_norm"], 2.);
}

TEST(LossDynamicsTest, WithoutExamplesOfAKindTheirMeansAreNull) {
  TinyNet net = IdentityNet(2);
  const Json aligned = Compute(Examples({{2, 0, 0}, {1, 1, 1}}), net);
  EXPECT_EQ(aligned["effective_conflicting_share"], 0.);
  EXPECT_EQ(aligned["loss_ratio"], 0.);
  EXPECT_EQ(aligned["mean_loss_ratio"], nullptr);
  EXPECT_EQ(aligned["confident_mispredictions_conflicting"], nullptr);
  const Json conflicting = Compute(Examples({{2, 0, 1}, {1, 1, 0}}), net);
  EXPECT_EQ(conflicting["effective_conflicting_share"], 1.);
  EXPECT_EQ(conflicting["loss_ratio"], nullptr);
  EXPECT_EQ(conflicting["mean_loss_ratio"], nullptr);
}

TEST(LossDynamicsTest, NoLossAtAllHasNoSharesAndNoEntropy) {
  TinyNet net = IdentityNet(2);
  // exp(-1000) is 0 in float64.
  const Json result = Compute(Examples({{1000, 0, 0}, {1000, 0, 1}}), net);
  for (const char* name : {"effective_conflicting_share", "loss_ratio",
                           "mean_loss_ratio", "loss_entropy"}) {
    EXPECT_EQ(result[name], nullptr) << name;
  }
  EXPECT_EQ(result["gradient_norm"], 0.);
}

TEST(LossDynamicsTest, TinyLossesHaveShares) {
  TinyNet net = IdentityNet(2);
  // exp(-200) and exp(-202): log softmax would make both 0.
  const Json result = Compute(Examples({{202, 0, 0}, {200, 0, 1}}), net);
  EXPECT_NEAR(result["loss_ratio"].get<double>() / std::exp(2), 1, 1e-12);
}

TEST(LossDynamicsTest, EntropyNeedsTwoExamplesAndIgnoresLossesOfZero) {
  TinyNet net = IdentityNet(2);
  EXPECT_EQ(Compute(Examples({{1, 0, 0}}), net)["loss_entropy"], nullptr);
  // One loss is everything.
  EXPECT_EQ(Compute(Examples({{1, 0, 0}, {1000, 0, 0}}), net)["loss_entropy"],
            0.);
}

TEST(LossDynamicsTest, HugeLogitsStayFinite) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(Examples({{3e38, 1, 1}, {3e38, 1, 0}}), net,
                              "{name: loss_dynamics, gradient_examples: 0}");
  EXPECT_NEAR(result["loss_ratio"].get<double>(), 1, kTolerance);
  EXPECT_NEAR(result["logit_norm"].get<double>() / 3e38, 1, 1e-7);
}

TEST(LossDynamicsTest, WhatIsNotFiniteIsNull) {
  TinyNet net = IdentityNet(2);
  const Json result =
      Compute(Examples({{std::numeric_limits<double>::infinity(), 0, 0}}), net);
  for (const char* name :
       {"loss_entropy", "mean_confidence", "logit_norm", "gradient_norm"}) {
    EXPECT_EQ(result[name], nullptr) << name;
  }
}

TEST(LossDynamicsTest, RatiosTooLargeForAResultAreNull) {
  TinyNet net = IdentityNet(2);
  // By hand: losses log(1 + e^-x) = e^-x to rounding, beside one of log 2: the
  // ratio is e^300 log 2 = 1e130, or e^400 log 2 = 4e173, beyond 1e150.
  const Json large = Compute(Examples({{300, 0, 0}, {0, 1, 0}}), net);
  EXPECT_NEAR(large["loss_ratio"].get<double>() / std::exp(300) / std::log(2),
              1, kTolerance);
  const Json too_large = Compute(Examples({{400, 0, 0}, {0, 1, 0}}), net);
  EXPECT_EQ(too_large["loss_ratio"], nullptr);
  EXPECT_EQ(too_large["mean_loss_ratio"], nullptr);
  EXPECT_EQ(too_large["effective_conflicting_share"], 1.);
}

TEST(LossDynamicsTest, GradientExamplesAreThoseOfSample) {
  Dataset dataset = FormulaDataset();
  TinyNet net = IdentityNet(3);
  Evaluation evaluation(dataset, net, net.Maker(), {});
  const at::Tensor positions = evaluation.Sample("train", 5).value();
  Dataset five = dataset;
  five.train.inputs = dataset.train.inputs.index_select(0, positions);
  five.train.labels = dataset.train.labels.index_select(0, positions);
  five.train.bias_labels = dataset.train.bias_labels.index_select(0, positions);
  const Json result =
      Compute(dataset, net, "{name: loss_dynamics, gradient_examples: 5}");
  EXPECT_NEAR(result["gradient_norm"].get<double>(),
              Compute(five, net)["gradient_norm"].get<double>(),
              kGradientTolerance);
  EXPECT_GT(std::abs(result["gradient_norm"].get<double>() -
                     Compute(dataset, net)["gradient_norm"].get<double>()),
            1e-3);
}

TEST(LossDynamicsTest, ReadsTheTrainingSampleUnlessToldOtherwise) {
  TinyNet net = IdentityNet(2);
  Dataset dataset = FourExamples();
  // Training examples 2 and 0.
  const Json sample = Compute(
      dataset, net, "loss_dynamics",
      {.batch_size = 1000, .train_subset = at::tensor({2, 0}, at::kLong)});
  EXPECT_NEAR(sample["loss_ratio"].get<double>(), Softplus(4) / Softplus(-2),
              kTolerance * 100);
  dataset.test = Examples({{2, 0, 0}, {5, 1, 0}}).test;
  EXPECT_NEAR(
      Compute(dataset, net, "{name: loss_dynamics, split: test}")["loss_ratio"]
          .get<double>(),
      Softplus(5) / Softplus(-2), kTolerance * 100);
}

TEST(LossDynamicsTest, BatchingAndOrderChangeNothing) {
  TinyNet net = IdentityNet(3);
  const Json whole = Compute(FormulaDataset(), net);
  for (const int64_t batch_size : {1, 7}) {
    ExpectNear(Compute(FormulaDataset(), net, "loss_dynamics",
                       {.batch_size = batch_size, .train_subset = {}}),
               whole, kGradientTolerance);
  }
  ExpectNear(Compute(Reordered(FormulaDataset()), net), whole,
             kGradientTolerance);
}

TEST(LossDynamicsTest, LeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(3);
  for (const bool training : {true, false}) {
    net.train(training);
    const NetworkState before(net);
    Compute(FormulaDataset(), net);
    EXPECT_TRUE(NetworkState(net) == before);
  }
}

TEST(LossDynamicsTest, GivesWhatItDeclares) {
  TinyNet net = IdentityNet(3);
  const Json result = Compute(FormulaDataset(), net);
  const MetricTraits traits =
      MakePlugin<MetricFamily>("loss_dynamics", {})->Traits();
  EXPECT_EQ(traits.timing, Timing::kByStep);
  EXPECT_TRUE(traits.extra_splits.empty());
  EXPECT_EQ(traits.results.size(), result.size());
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result[spec.name].is_number()) << spec.name;
    EXPECT_EQ(spec.least, 0) << spec.name;
  }
}

}  // namespace
}  // namespace bigstep
