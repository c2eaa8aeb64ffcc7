#include <ATen/ATen.h>
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

// Quotients and logarithms of numbers of size 10 in float64.
constexpr double kTolerance = 1e-12;

Json Compute(const Dataset& dataset, TinyNet& net,
             const std::string& spec = "logit_scaling",
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

// Two classes; every split has examples of class 0 with logits (m, 0), or
// (0, -m): of margin m, for which the loss is log(1 + exp(-k m)).
Dataset Margins(const std::vector<float>& aligned,
                const std::vector<float>& conflicting) {
  std::vector<float> margins = aligned;
  margins.insert(margins.end(), conflicting.begin(), conflicting.end());
  const at::Tensor m = at::tensor(margins);
  const auto n = static_cast<int64_t>(margins.size());
  at::Tensor bias_labels = at::zeros({n}, at::kLong);
  bias_labels.slice(0, static_cast<int64_t>(aligned.size())).fill_(1);
  const Split split = {at::stack({m.clamp_min(0), (-m).clamp_min(0)}, 1),
                       at::zeros({n}, at::kLong), bias_labels};
  return {{{2}, 2, 2}, split, split, split};
}

double Loss(double k, double margin) {
  return std::log1p(std::exp(-k * margin));
}

// Aligned: margins 1 and 3, and wrong by 1. Conflicting: wrong by 2 and 0.5,
// and right by 1.
Dataset SixExamples() { return Margins({1, 3, -1}, {-2, -0.5, 1}); }

TEST(LogitScalingTest, ByHand) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(SixExamples(), net);
  EXPECT_EQ(result["scales"], (Json{1., 2., 4., 8.}));
  std::vector<double> ratios, rates;
  for (const double k : {1., 2., 4., 8.}) {
    // All of them; three of each.
    ratios.push_back(std::log((Loss(k, -2) + Loss(k, -0.5) + Loss(k, 1)) /
                              (Loss(k, 1) + Loss(k, 3) + Loss(k, -1))));
    // Wrong and conflicting, right and aligned: two of each.
    rates.push_back(std::log(Loss(k, -2) * Loss(k, -0.5)) / 2 - std::log(k) -
                    std::log(Loss(k, 1) * Loss(k, 3)) / 2);
  }
  ExpectNear(result["log_loss_ratio"], ratios, kTolerance);
  EXPECT_NEAR(result["ratio_growth"].get<double>(), ratios[3] - ratios[0],
              kTolerance);
  EXPECT_NEAR(result["slope"].get<double>(), (rates[3] - rates[2]) / 4,
              kTolerance);
  EXPECT_EQ(result["margin"], (1. + 3) / 2);
}

TEST(LogitScalingTest, TheRatioIsOfMeansNotOfSums) {
  TinyNet net = IdentityNet(2);
  // Three aligned examples for one conflicting one, all with the same loss.
  const Json result = Compute(Margins({-1, -1, -1}, {-1}), net);
  ExpectNear(result["log_loss_ratio"], Json{0., 0., 0., 0.}, kTolerance);
}

// With two classes and s = exp(-k m):
//   aligned, right: -s / 2 <= log loss + k m <= 0, by s - s^2/2 <= log(1 + s)
//     <= s and log(1 - s / 2) >= -s, hence off by at most s;
//   conflicting, wrong by v: 0 <= log(loss / (k v)) <= exp(-k v) / (k v).
// Both fall with k: slope (k_2 - k_1) is off by at most their values at k_1.
TEST(LogitScalingTest, SlopeTendsToTheMargin) {
  TinyNet net = IdentityNet(2);
  double last = kInfinity;
  for (const double k : {4, 8, 16, 32}) {
    const Json result = Compute(
        SixExamples(), net,
        absl::StrCat("{name: logit_scaling, scales: [", k, ", ", 2 * k, "]}"));
    const double bound =
        (std::exp(-k * 1) + std::exp(-k * 0.5) / (k * 0.5)) / k;
    const double error = std::abs(result["slope"].get<double>() -
                                  result["margin"].get<double>());
    EXPECT_LE(error, bound + kTolerance) << k;
    EXPECT_LT(error, last) << k;
    last = error;
  }
  EXPECT_LT(last, 1e-6);
}

// With K = 3 classes: 0 <= log(sum_j exp(-k m_j)) + k m <= log 2 for right
// examples, 0 <= log(loss / (k v)) <= log(3) / (k v) for wrong ones. On the
// test split, m > 0.08 and v > 0.26, so that with k = 1000 a loss is its sum of
// exponentials to the last bit.
TEST(LogitScalingTest, SlopeTendsToTheMarginWithMoreClasses) {
  TinyNet net = IdentityNet(3);
  const Json result = Compute(FormulaDataset(), net,
                              "{name: logit_scaling, scales: [1000, 2000]}");
  EXPECT_NEAR(result["slope"].get<double>(), result["margin"].get<double>(),
              (std::log(2) + std::log(3) / (1000 * 0.26)) / 1000);
  EXPECT_GT(result["margin"].get<double>(), 1);
}

TEST(LogitScalingTest, TiesAtTheSmallestMarginDoNotChangeTheSlope) {
  // Three classes, logits (3, 0, 0): loss ~ 2 exp(-3 k); and (0, 3, 3) wrong.
  TinyNet net = IdentityNet(3);
  const Split split = {at::tensor({3.f, 0.f, 0.f, 0.f, 3.f, 3.f}).view({2, 3}),
                       at::zeros({2}, at::kLong),
                       at::tensor({0, 1}, at::kLong)};
  const Dataset dataset = {{{3}, 3, 3}, split, split, split};
  const Json result =
      Compute(dataset, net, "{name: logit_scaling, scales: [100, 200]}");
  EXPECT_EQ(result["margin"], 3.);
  // Wrong: log(3 k + log 2) - log k; right: -3 k + log 2 to the last bit.
  const double wrong = std::log(600 + std::log(2)) - std::log(200) -
                       std::log(300 + std::log(2)) + std::log(100);
  EXPECT_NEAR(result["slope"].get<double>(), 3 + wrong / 100, kTolerance);
}

TEST(LogitScalingTest, NoLossIsTooSmall) {
  TinyNet net = IdentityNet(2);
  // exp(-8 * 1000) is 0 in float64.
  const Json result = Compute(Margins({1000}, {-1000}), net);
  EXPECT_EQ(result["margin"], 1000.);
  EXPECT_NEAR(result["slope"].get<double>(), 1000, kTolerance);
  // log(1000 k) + 1000 k.
  EXPECT_NEAR(result["ratio_growth"].get<double>(), 7000 + std::log(8), 1e-9);
}

TEST(LogitScalingTest, RightConflictingExamplesMakeTheRatioFall) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(Margins({-1}, {1}), net);
  EXPECT_NEAR(
      result["ratio_growth"].get<double>(),
      std::log(Loss(8, 1) / Loss(8, -1)) - std::log(Loss(1, 1) / Loss(1, -1)),
      kTolerance);
  EXPECT_LT(result["ratio_growth"].get<double>(), -7);
}

TEST(LogitScalingTest, WithoutExamplesOfAKindThereIsNull) {
  TinyNet net = IdentityNet(2);
  const Json no_conflicting = Compute(Margins({1, 2}, {}), net);
  EXPECT_EQ(no_conflicting["ratio_growth"], nullptr);
  EXPECT_EQ(no_conflicting["slope"], nullptr);
  EXPECT_EQ(no_conflicting["margin"], 1.5);
  EXPECT_EQ(no_conflicting["log_loss_ratio"],
            (Json{nullptr, nullptr, nullptr, nullptr}));
  // Each kind, but no aligned example is right.
  const Json no_right = Compute(Margins({-1}, {-1}), net);
  EXPECT_NEAR(no_right["ratio_growth"].get<double>(), 0, kTolerance);
  EXPECT_EQ(no_right["slope"], nullptr);
  EXPECT_EQ(no_right["margin"], nullptr);
  // No conflicting example is wrong.
  EXPECT_EQ(Compute(Margins({1}, {1}), net)["slope"], nullptr);
}

TEST(LogitScalingTest, ExamplesWithoutAMarginAreNeitherRightNorWrong) {
  TinyNet net = IdentityNet(2);
  EXPECT_EQ(Compute(Margins({0, 2}, {0, -2}), net)["slope"],
            Compute(Margins({2}, {-2}), net)["slope"]);
  EXPECT_EQ(Compute(Margins({0, 2}, {0, -2}), net)["margin"], 2.);
}

TEST(LogitScalingTest, WithoutBiasLabelsEverythingIsNull) {
  Dataset dataset = SixExamples();
  dataset.task.num_biases = 1;
  dataset.test.bias_labels.zero_();
  TinyNet net = IdentityNet(2);
  const Json result = Compute(dataset, net);
  for (const char* name : {"ratio_growth", "slope", "margin"}) {
    EXPECT_EQ(result[name], nullptr) << name;
  }
  EXPECT_EQ(result["log_loss_ratio"], Json::array());
}

TEST(LogitScalingTest, ReadsTheSplitAskedFor) {
  TinyNet net = IdentityNet(2);
  Dataset dataset = SixExamples();
  dataset.validation = Margins({5}, {-5}).validation;
  EXPECT_EQ(Compute(dataset, net,
                    "{name: logit_scaling, split: validation}")["margin"],
            5.);
}

TEST(LogitScalingTest, BatchingAndOrderChangeNothing) {
  TinyNet net = IdentityNet(3);
  const Json whole = Compute(FormulaDataset(), net);
  for (const int64_t batch_size : {1, 7}) {
    EXPECT_EQ(Compute(FormulaDataset(), net, "logit_scaling", batch_size),
              whole);
  }
  ExpectNear(Compute(Reordered(FormulaDataset()), net), whole, kTolerance);
}

TEST(LogitScalingTest, LeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(3);
  const NetworkState before(net);
  Compute(FormulaDataset(), net);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(LogitScalingTest, GivesWhatItDeclares) {
  TinyNet net = IdentityNet(3);
  const Json result = Compute(FormulaDataset(), net);
  const MetricTraits traits =
      MakePlugin<MetricFamily>("logit_scaling", {})->Traits();
  EXPECT_EQ(traits.timing, Timing::kAtEnd);
  EXPECT_TRUE(traits.extra_splits.empty());
  ASSERT_EQ(traits.results.size(), 3u);
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result[spec.name].is_number()) << spec.name;
    EXPECT_EQ(spec.direction, Direction::kNeither) << spec.name;
  }
}

std::string Refusal(const std::string& scales) {
  Problems problems;
  const SpecNode node =
      ReadSpec(absl::StrCat("{name: logit_scaling, scales: ", scales, "}"),
               "test", 0, problems);
  Metrics::Get().Read(node, "metric", problems);
  return Message(problems);
}

TEST(LogitScalingTest, RefusesScalesThatDoNotRise) {
  EXPECT_EQ(Refusal("[2]"),
            "test:1:1: metric: scales must have at least two values");
  EXPECT_EQ(Refusal("[1, 3, 2]"),
            "test:1:1: metric: scales must rise, got 2 after 3");
  EXPECT_EQ(Refusal("[1, 1]"),
            "test:1:1: metric: scales must rise, got 1 after 1");
  EXPECT_EQ(Refusal("[0, 1]"),
            "test:1:32: metric.scales[0]: must be > 0, got 0");
}

}  // namespace
}  // namespace bigstep
