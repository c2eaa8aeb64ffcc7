#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "metrics/attribution/attribution_sheet.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Shares are quotients of sums of a few numbers near 1 in float64.
constexpr double kTolerance = 1e-14;

// Logits of inputs [4] >= 0: the sum, and 2 x1 - 6 x4. The attribution of
// either logit to an input is the input times its weight.
TinyNet FourWeights() {
  return TinyNet(
      at::eye(4),
      at::tensor({1.f, 1.f, 1.f, 1.f, 2.f, 0.f, 0.f, -6.f}).view({2, 4}));
}

// Two core and two spurious coordinates.
Dataset FourExamples() {
  const Split split = {at::tensor({3.f, 1.f, 2.f, 2.f, 1.f, 6.f, 1.f, 0.f,  //
                                   1.f, 1.f, 1.f, 1.f, 0.f, 0.f, 0.f, 0.f})
                           .view({4, 4}),
                       at::tensor({0, 0, 1, 1}, at::kLong),
                       at::tensor({0, 1, 0, 1}, at::kLong)};
  Dataset dataset = {{{4}, 2, 2}, split, split, split};
  dataset.spurious_mask = at::arange(4).ge(2);
  return dataset;
}

Json Compute(const std::string& spec, const Dataset& dataset, TinyNet& net,
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(), {.batch_size = batch_size});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

TEST(CoreUtilizationTest, ByHand) {
  TinyNet net = FourWeights();
  const Json result = Compute("core_utilization", FourExamples(), net);
  // Attributions (3, 1, 2, 2), (1, 6, 1, 0), (2, 0, 0, -6) and zeros; clipping
  // at 98 % of so few places changes nothing.
  const double a = 4. / 8, b = 7. / 8, c = 2. / 8;
  EXPECT_NEAR(result["attribution"].get<double>(), (a + b + c) / 3, kTolerance);
  EXPECT_NEAR(result["conflicting"].get<double>(), (b + c) / 2, kTolerance);
  EXPECT_NEAR(result["aligned"].get<double>(), a, kTolerance);
  EXPECT_EQ(result["skipped"], 0.25);
  EXPECT_EQ(result["area_baseline"], 0.5);
  EXPECT_EQ(result["completeness_error"], 0.);
  ASSERT_EQ(result["by_class"].size(), 2u);
  EXPECT_NEAR(result["by_class"][0].get<double>(), (a + b) / 2, kTolerance);
  EXPECT_NEAR(result["by_class"][1].get<double>(), c, kTolerance);
}

TEST(CoreUtilizationTest, ClippingLimitsTheGreatestByHand) {
  TinyNet net = FourWeights();
  const Json result =
      Compute("{name: core_utilization, clip: 0.6}", FourExamples(), net);
  // (3, 1, 2, 2): cumulative 1, 3, 5, 8 reach 4.8 at 2, so 3 becomes 2.
  EXPECT_NEAR(result["aligned"].get<double>(), 3. / 7, kTolerance);
}

TEST(CoreUtilizationTest, TheMethodIsTheOneAskedFor) {
  TinyNet net = FourWeights();
  const Json result = Compute("{name: core_utilization, method: saliency}",
                              FourExamples(), net);
  // Now the gradients count: (1, 1, 1, 1) and (2, 0, 0, -6); of the last
  // example, all units are at 0, where ReLU has gradient 0.
  EXPECT_NEAR(result["aligned"].get<double>(), 0.5, kTolerance);
  EXPECT_NEAR(result["by_class"][1].get<double>(), 0.25, kTolerance);
  EXPECT_EQ(result["completeness_error"], nullptr);
}

TEST(CoreUtilizationTest, OnlyTheSampleOfTheSplitCounts) {
  Dataset dataset = FourExamples();
  dataset.validation = dataset.test;
  dataset.validation.inputs = dataset.test.inputs.clone();
  dataset.validation.inputs.fill_(1);
  TinyNet net = FourWeights();
  // (1, 1, 1, 1) twice and (2, 0, 0, -6) twice.
  EXPECT_NEAR(Compute("{name: core_utilization, split: validation}", dataset,
                      net)["attribution"]
                  .get<double>(),
              (0.5 + 0.25) / 2, kTolerance);
  // One example is of one class.
  const Json one = Compute(
      "{name: core_utilization, split: validation, examples: 1}", dataset, net);
  EXPECT_TRUE(one["by_class"][0].is_null() != one["by_class"][1].is_null());
}

TEST(CoreUtilizationTest, WithoutMaskOrBiasLabelsTheRestIsStillGiven) {
  TinyNet net = FourWeights();
  Dataset dataset = FourExamples();
  dataset.task.num_biases = 1;
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    split->bias_labels = at::zeros({4}, at::kLong);
  }
  const Json unbiased = Compute("core_utilization", dataset, net);
  EXPECT_NEAR(unbiased["attribution"].get<double>(), (0.5 + 0.875 + 0.25) / 3,
              kTolerance);
  EXPECT_EQ(unbiased["conflicting"], nullptr);
  EXPECT_EQ(unbiased["aligned"], nullptr);
  dataset.spurious_mask = at::Tensor();
  const Json neither = Compute("core_utilization", dataset, net);
  EXPECT_EQ(neither["attribution"], nullptr);
  EXPECT_EQ(neither["area_baseline"], nullptr);
  EXPECT_EQ(neither["by_class"], (Json{nullptr, nullptr}));
  EXPECT_EQ(neither["empty"], 0.);
  EXPECT_EQ(neither["skipped"], 0.25);
  EXPECT_EQ(neither["completeness_error"], 0.);
}

TEST(CoreUtilizationTest, TheMaskOfARarePatternCountsInItsSplitAlone) {
  TinyNet net = FourWeights();
  Dataset dataset = FourExamples();
  dataset.extra_tests["pattern"] = dataset.test;
  const Json elsewhere = Compute("core_utilization", dataset, net);
  for (const char* name :
       {"attribution", "conflicting", "aligned", "area_baseline"}) {
    EXPECT_EQ(elsewhere[name], nullptr) << name;
  }
  EXPECT_EQ(elsewhere["skipped"], 0.25);
  const Json shown =
      Compute("{name: core_utilization, split: pattern}", dataset, net);
  ExpectNear(shown, Compute("core_utilization", FourExamples(), net),
             kTolerance);
}

TEST(CoreUtilizationTest, RefusesMoreStepsThanAnyIntegralNeeds) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: core_utilization, steps: 1001}", "test", 0, problems);
  Metrics::Get().Read(node, "metric", problems);
  EXPECT_EQ(Message(problems),
            "test:1:26: metric.steps: must be <= 1000, got 1001");
}

// Images [2, 1, 3] of bytes with mean 0.2, in two classes; the spurious feature
// shows in both channels of the last pixel and in one of the middle one.
Dataset Images() {
  Split split = {at::tensor({255, 0, 51, 255, 0, 0,  //
                             0, 102, 0, 0, 0, 255})
                     .to(at::kByte)
                     .view({2, 2, 1, 3}),
                 at::tensor({0, 1}, at::kLong), at::tensor({0, 0}, at::kLong)};
  split.mean = at::full({2, 1, 1}, 0.2f);
  split.stddev = at::ones({2, 1, 1});
  Dataset dataset = {{{2, 1, 3}, 2, 2}, split, split, split};
  dataset.spurious_mask =
      at::tensor({0, 1, 1, 0, 0, 1}).to(at::kBool).view({2, 1, 3});
  return dataset;
}

// The sum of all inputs, of either sign, is both logits.
TinyNet SumNet() {
  return TinyNet(at::cat({at::eye(6), -at::eye(6)}),
                 at::cat({at::ones({2, 6}), -at::ones({2, 6})}, 1));
}

TEST(CoreUtilizationTest, APixelIsSpuriousOrEmptyIfAllItsChannelsAre) {
  TinyNet net = SumNet();
  const Json result =
      Compute("{name: core_utilization, clip: 1}", Images(), net);
  EXPECT_NEAR(result["area_baseline"].get<double>(), 2. / 3, kTolerance);
  // Inputs are bytes / 255 - 0.2. First image, by pixel: 0.8 + 0.8, -0.2 - 0.2,
  // 0 - 0.2. Second: -0.2 - 0.2, 0.2 - 0.2, -0.2 + 0.8.
  const double first = 2. / 2.2, second = 0.4 / 1;
  // 1e-6: 0.2 in float32.
  EXPECT_NEAR(result["aligned"].get<double>(), first, 1e-6);
  EXPECT_NEAR(result["conflicting"].get<double>(), second, 1e-6);
  // Empty are the middle pixel of the first and the first of the second.
  EXPECT_NEAR(result["empty"].get<double>(), (0.4 / 2.2 + 0.4) / 2, 1e-6);
  // Against black, nothing is due to them.
  EXPECT_EQ(Compute("{name: core_utilization, baseline: black}", Images(),
                    net)["empty"],
            0.);
}

std::vector<Picture> Pictures(const std::string& spec, const Dataset& dataset,
                              TinyNet& net, bool wanted = true) {
  Evaluation evaluation(dataset, net, net.Maker(), {.pictures = wanted});
  EXPECT_OK(MakePlugin<MetricFamily>(spec, {})->Compute(evaluation));
  return evaluation.TakePictures();
}

void ExpectPixels(const at::Tensor& pixels, const at::Tensor& expected) {
  ASSERT_EQ(pixels.sizes(), expected.sizes());
  // 1: a color may round the other way.
  EXPECT_LE(
      pixels.to(at::kInt).sub(expected.to(at::kInt)).abs().max().item<int>(),
      1);
}

TEST(CoreUtilizationTest, DrawsTheAlignedThenTheConflictingExamples) {
  TinyNet net = SumNet();
  Dataset dataset = Images();
  dataset.test.labels = at::tensor({1, 0}, at::kLong);  // Conflicting first.
  const auto pictures =
      Pictures("{name: core_utilization, clip: 1}", dataset, net);
  ASSERT_EQ(pictures.size(), 1u);
  EXPECT_EQ(pictures[0].name, "examples");
  // The second image and its map, then the first: see above.
  const at::Tensor images =
      dataset.test.inputs.index_select(0, at::tensor({1, 0}, at::kLong))
          .to(at::kFloat) /
      255;
  const at::Tensor maps =
      at::tensor({0.4 / 0.6, 0., 1., 1., 0.4 / 1.6, 0.2 / 1.6}).view({2, 1, 3});
  ExpectPixels(pictures[0].pixels, DrawAttributions(images, maps, 1));
}

TEST(CoreUtilizationTest, DrawsFromAllOverAndNoneConflictsWithoutBiasLabels) {
  TinyNet net = SumNet();
  Dataset dataset = Images();
  dataset.task.num_biases = 1;
  // Image i is 51, the mean, but for one channel of pixel i mod 3, to which all
  // is due.
  dataset.test.inputs = at::full({4, 2, 1, 3}, 51, at::kByte);
  for (int64_t i = 0; i < 4; ++i) dataset.test.inputs[i][0][0][i % 3] = 255;
  dataset.test.labels = at::tensor({0, 1, 1, 0}, at::kLong);
  dataset.test.bias_labels = at::zeros({4}, at::kLong);
  const auto pictures =
      Pictures("{name: core_utilization, clip: 1, pictures: 2}", dataset, net);
  ASSERT_EQ(pictures.size(), 1u);
  // Of four, the first and the third.
  const at::Tensor picked = at::tensor({0, 2}, at::kLong);
  ExpectPixels(
      pictures[0].pixels,
      DrawAttributions(
          dataset.test.inputs.index_select(0, picked).to(at::kFloat) / 255,
          at::eye(3, at::kDouble).index_select(0, picked).view({2, 1, 3}), 0));
}

TEST(CoreUtilizationTest, DrawsAsManyAsWantedOrThereAre) {
  Dataset dataset = Images();
  Split& test = dataset.test;
  test.inputs = test.inputs.repeat({6, 1, 1, 1});
  test.labels = at::zeros({12}, at::kLong);
  TinyNet net = SumNet();
  // An image is enlarged to 112 x 336: a pair with its gap takes 238 x 348.
  const auto size = [&](int64_t pictures, int64_t conflicting) {
    test.bias_labels = at::arange(12).lt(conflicting).to(at::kLong);
    const auto drawn = Pictures(
        absl::StrCat("{name: core_utilization, pictures: ", pictures, "}"),
        dataset, net);
    EXPECT_EQ(drawn.size(), 1u);
    const at::Tensor& pixels = drawn[0].pixels;
    return std::vector<int64_t>{(pixels.size(1) - 8) / 238,
                                (pixels.size(2) - 8) / 348};
  };
  using Rows = std::vector<int64_t>;      // And columns.
  EXPECT_EQ(size(8, 6), (Rows{2, 4}));    // Four and four.
  EXPECT_EQ(size(8, 1), (Rows{3, 4}));    // Seven and one.
  EXPECT_EQ(size(8, 11), (Rows{3, 4}));   // One and seven.
  EXPECT_EQ(size(3, 6), (Rows{2, 2}));    // Two and one.
  EXPECT_EQ(size(8, 0), (Rows{2, 4}));    // Eight and none.
  EXPECT_EQ(size(100, 6), (Rows{4, 4}));  // Six and six.
}

TEST(CoreUtilizationTest, DrawsNothingThatIsNotWantedOrNoImage) {
  TinyNet images = SumNet(), vectors = FourWeights();
  EXPECT_EQ(Pictures("core_utilization", Images(), images, false).size(), 0u);
  EXPECT_EQ(Pictures("{name: core_utilization, pictures: 0}", Images(), images)
                .size(),
            0u);
  EXPECT_EQ(Pictures("core_utilization", FourExamples(), vectors).size(), 0u);
}

TEST(CoreUtilizationTest, BatchingChangesNothingAndTheNetworkIsLeftAlone) {
  TinyNet net = FourWeights();
  for (const bool training : {true, false}) {
    net.train(training);
    const NetworkState before(net);
    const Json whole = Compute("core_utilization", FourExamples(), net);
    // Small integers: sums are exact in any order.
    EXPECT_EQ(Compute("core_utilization", FourExamples(), net, 3), whole);
    EXPECT_TRUE(NetworkState(net) == before);
  }
}

TEST(CoreUtilizationTest, GivesWhatItDeclares) {
  TinyNet net = FourWeights();
  const Json result = Compute("core_utilization", FourExamples(), net);
  const auto traits = [](const std::string& spec) {
    return MakePlugin<MetricFamily>(spec, {})->Traits();
  };
  const MetricTraits defaults = traits("core_utilization");
  EXPECT_EQ(defaults.timing, Timing::kAtEnd);
  EXPECT_EQ(defaults.results.size() + 1, result.size());  // And by_class.
  for (const ResultSpec& spec : defaults.results) {
    EXPECT_TRUE(result.contains(spec.name)) << spec.name;
  }
  EXPECT_EQ(traits("{name: core_utilization, timing: by_step}").timing,
            Timing::kByStep);
  EXPECT_EQ(traits("{name: core_utilization, split: other}").extra_splits,
            (std::vector<std::string>{"other"}));
}

TEST(CoreUtilizationTest, AnUnknownSplitIsNamed) {
  const Dataset dataset = FourExamples();
  TinyNet net = FourWeights();
  Evaluation evaluation(dataset, net, net.Maker(), {});
  EXPECT_EQ(
      MakePlugin<MetricFamily>("{name: core_utilization, split: other}", {})
          ->Compute(evaluation)
          .status(),
      absl::InvalidArgumentError("the dataset has no split 'other' (it "
                                 "has train, validation, test)"));
}

}  // namespace
}  // namespace bigstep
