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

// Sums of some ten numbers near 1 in float64.
constexpr double kTolerance = 1e-14;

Json Compute(const Dataset& dataset, TinyNet& net,
             const std::string& spec = "calibration_error",
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

// Two classes; every split has examples of logits (odds, 0), that is of
// confidence 1 / (1 + exp(-odds)) in class 0.
Dataset Examples(const std::vector<double>& odds,
                 const std::vector<int64_t>& labels) {
  const at::Tensor first = at::tensor(odds, at::kDouble).to(at::kFloat);
  const at::Tensor y = at::tensor(labels, at::kLong);
  const Split split = {at::stack({first, at::zeros_like(first)}, 1), y, y};
  return {{{2}, 2, 2}, split, split, split};
}

// Confidence 0.5 twice, one right; 0.8 three times, one right; 0.6, right.
Dataset SixExamples() {
  const double log4 = std::log(4), log3_2 = std::log(1.5);
  return Examples({0, 0, log4, log4, log4, log3_2}, {0, 1, 0, 1, 1, 0});
}

TEST(CalibrationErrorTest, ByHand) {
  TinyNet net = IdentityNet(2);
  const Json result =
      Compute(SixExamples(), net, "{name: calibration_error, bins: 2}");
  // Bin (0, 0.5]: confidence 0.5, accuracy 1/2. Bin (0.5, 1]: confidence
  // (3 * 0.8 + 0.6) / 4, accuracy 2/4.
  const Json expected = {
      {"expected", (2 * 0. + 4 * 0.25) / 6},
      {"maximum", 0.25},
      {"mean_confidence", (2 * 0.5 + 3 * 0.8 + 0.6) / 6},
      {"overconfidence", 4. / 6 - 3. / 6},
      // Two equal squares each.
      {"brier_score", 2 * (2 * 0.25 + 0.04 + 2 * 0.64 + 0.16) / 6},
      {"bin_count", {2, 4}},
      {"bin_accuracy", {0.5, 0.5}},
      {"bin_confidence", {0.5, 0.75}}};
  // Logarithms rounded to float32.
  ExpectNear(result, expected, 1e-7);
}

TEST(CalibrationErrorTest, IsThatOfScikitLearn) {
  TinyNet net = IdentityNet(3);
  // The file has 15 digits.
  ExpectGoldens(Compute(FormulaDataset(), net), "calibration_error.txt", 1e-13);
}

TEST(CalibrationErrorTest, BinsHoldTheirUpperEnd) {
  TinyNet net = IdentityNet(2);
  // Confidence 0.5 exactly, and 1, to which exp(-100) adds nothing.
  const Json result = Compute(Examples({0, 100}, {0, 0}), net,
                              "{name: calibration_error, bins: 4}");
  EXPECT_EQ(result["bin_count"], (Json{0, 1, 0, 1}));
}

TEST(CalibrationErrorTest, BinsWithoutExamplesAreNullAndCountNowhere) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(Examples({0, 100}, {1, 0}), net,
                              "{name: calibration_error, bins: 4}");
  EXPECT_EQ(result["bin_accuracy"], (Json{nullptr, 0., nullptr, 1.}));
  EXPECT_EQ(result["bin_confidence"], (Json{nullptr, 0.5, nullptr, 1.}));
  EXPECT_EQ(result["expected"], 0.25);
  EXPECT_EQ(result["maximum"], 0.5);
}

TEST(CalibrationErrorTest, RightAndSureIsPerfect) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(Examples({100, 100}, {0, 0}), net);
  EXPECT_EQ(result["expected"], 0.);
  EXPECT_EQ(result["maximum"], 0.);
  EXPECT_EQ(result["overconfidence"], 0.);
  EXPECT_NEAR(result["brier_score"].get<double>(), 0, kTolerance);
}

TEST(CalibrationErrorTest, WrongAndSureIsTheEndOfEveryRange) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(Examples({100, 100}, {1, 1}), net);
  EXPECT_EQ(result["expected"], 1.);
  EXPECT_EQ(result["maximum"], 1.);
  EXPECT_EQ(result["overconfidence"], 1.);
  EXPECT_NEAR(result["brier_score"].get<double>(), 2, kTolerance);
}

TEST(CalibrationErrorTest, DoubtAboutRightPredictionsIsNegativeOverconfidence) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(Examples({0, 0}, {0, 0}), net);
  EXPECT_EQ(result["overconfidence"], -0.5);
  EXPECT_EQ(result["expected"], 0.5);
}

TEST(CalibrationErrorTest, LogitsDecideWhereProbabilitiesTie) {
  // Logits (1e-20, 2e-20): in float64, each probability is 0.5.
  Dataset dataset = Examples({1e-20}, {1});
  dataset.test.inputs[0][1] = 2e-20;
  TinyNet net = IdentityNet(2);
  EXPECT_EQ(Compute(dataset, net)["overconfidence"], 0.5 - 1);
}

TEST(CalibrationErrorTest, LogitsThatAreNotFiniteGiveNull) {
  TinyNet net = IdentityNet(2);
  const Json result = Compute(
      Examples({0, std::numeric_limits<double>::infinity()}, {0, 0}), net);
  for (const char* name : {"expected", "maximum", "mean_confidence",
                           "overconfidence", "brier_score"}) {
    EXPECT_EQ(result[name], nullptr) << name;
  }
}

TEST(CalibrationErrorTest, ReadsTheSplitAskedFor) {
  TinyNet net = IdentityNet(2);
  Dataset dataset = Examples({100, 100}, {0, 0});
  dataset.validation = Examples({100}, {1}).validation;
  EXPECT_EQ(Compute(dataset, net)["expected"], 0.);
  EXPECT_EQ(Compute(dataset, net,
                    "{name: calibration_error, split: validation}")["expected"],
            1.);
}

TEST(CalibrationErrorTest, BatchingAndOrderChangeNothing) {
  TinyNet net = IdentityNet(3);
  const Json whole = Compute(FormulaDataset(), net);
  for (const int64_t batch_size : {1, 7}) {
    EXPECT_EQ(Compute(FormulaDataset(), net, "calibration_error", batch_size),
              whole);
  }
  ExpectNear(Compute(Reordered(FormulaDataset()), net), whole, 1e-13);
}

TEST(CalibrationErrorTest, LeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(3);
  const NetworkState before(net);
  Compute(FormulaDataset(), net);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(CalibrationErrorTest, GivesWhatItDeclares) {
  TinyNet net = IdentityNet(3);
  const Json result = Compute(FormulaDataset(), net);
  const MetricTraits traits =
      MakePlugin<MetricFamily>(
          "{name: calibration_error, split: shuffled, timing: at_end}", {})
          ->Traits();
  EXPECT_EQ(traits.timing, Timing::kAtEnd);
  EXPECT_EQ(traits.extra_splits, std::vector<std::string>{"shuffled"});
  EXPECT_EQ(traits.results.size(), 5u);
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result[spec.name].is_number()) << spec.name;
  }
  EXPECT_EQ(result["bin_count"].size(), 15u);
}

}  // namespace
}  // namespace bigstep
