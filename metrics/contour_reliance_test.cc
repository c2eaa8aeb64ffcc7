#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// Shares are quotients of sums of a few numbers near 1 in float64.
constexpr double kTolerance = 1e-14;

// Four rows of these four values.
at::Tensor Rows(const std::vector<float>& row) {
  return at::tensor(row).expand({4, 4});
}

// Images [1, 4, 4] of the given labels, in two classes.
Dataset Images(const std::vector<at::Tensor>& images,
               const std::vector<int64_t>& labels) {
  const auto n = static_cast<int64_t>(labels.size());
  const Split split = {at::stack(images).unsqueeze(1),
                       at::tensor(labels, at::kLong),
                       at::zeros({n}, at::kLong)};
  return {{{1, 4, 4}, 2, 1}, split, split, split};
}

// Logits of images >= 0: the sum of the first three columns, and 0.
TinyNet ThreeColumns() {
  return TinyNet(at::eye(16), at::stack({Rows({1.f, 1.f, 1.f, 0.f}).flatten(),
                                         at::zeros({16})}));
}

Json Compute(const std::string& spec, const Dataset& dataset, TinyNet& net,
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(), {.batch_size = batch_size});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

TEST(ContourRelianceTest, ByHand) {
  TinyNet net = ThreeColumns();
  // A step between the second and the third column: these two are edges, all
  // equal, so that any edge_share up to 1/2 takes the 8 pixels. Attribution by
  // column 1, 1, 2, 0; 98 % of 16 are reached at 2.
  const Json one =
      Compute("contour_reliance", Images({Rows({1, 1, 2, 2})}, {0}), net);
  EXPECT_NEAR(one["edges"].get<double>(), 3. / 4, kTolerance);
  EXPECT_EQ(one["edge_area"], 0.5);
  EXPECT_NEAR(one["lift"].get<double>(), 1.5, kTolerance);
  EXPECT_EQ(one["skipped"], 0.);
  // A higher step between the first two columns: v is 5, 6 and 1 in columns
  // 1, 2 and 3. Attribution by column 1, 6, 7, 0. For edge_share 0.2, 3 pixels,
  // the second column alone: 6 of 14 on 1/4 of the pixels.
  const Dataset two = Images({Rows({1, 1, 2, 2}), Rows({1, 6, 7, 7})}, {0, 0});
  const Json both = Compute("contour_reliance", two, net);
  const double edges = (3. / 4 + 6. / 14) / 2, area = (1. / 2 + 1. / 4) / 2;
  EXPECT_NEAR(both["edges"].get<double>(), edges, kTolerance);
  EXPECT_NEAR(both["edge_area"].get<double>(), area, kTolerance);
  EXPECT_NEAR(both["lift"].get<double>(), edges / area, kTolerance);
  // For 0.5, 8 pixels, the first column as well.
  EXPECT_NEAR(
      Compute("{name: contour_reliance, edge_share: 0.5}", two, net)["edges"]
          .get<double>(),
      (3. / 4 + 7. / 14) / 2, kTolerance);
}

TEST(ContourRelianceTest, AttributionSpreadEvenlyHasLiftOne) {
  TinyNet net(at::eye(16), at::ones({2, 16}));
  // Saliency is the same at every pixel.
  EXPECT_NEAR(Compute("{name: contour_reliance, method: saliency}",
                      Images({Rows({1, 6, 7, 7})}, {0}), net)["lift"]
                  .get<double>(),
              1, kTolerance);
}

TEST(ContourRelianceTest, ExamplesWithoutEdgesOrAttributionAreSkipped) {
  TinyNet net = ThreeColumns();
  // The second image has no edges, the third, with edges on 1/4, no
  // attribution.
  const Json some = Compute(
      "contour_reliance",
      Images({Rows({1, 1, 2, 2}), Rows({3, 3, 3, 3}), Rows({1, 6, 7, 7})},
             {0, 0, 1}),
      net);
  EXPECT_NEAR(some["edges"].get<double>(), 3. / 4, kTolerance);
  EXPECT_EQ(some["edge_area"], 0.5);
  EXPECT_NEAR(some["skipped"].get<double>(), 2. / 3, kTolerance);
  const Json none =
      Compute("contour_reliance", Images({Rows({3, 3, 3, 3})}, {0}), net);
  EXPECT_EQ(none["edges"], nullptr);
  EXPECT_EQ(none["edge_area"], nullptr);
  EXPECT_EQ(none["lift"], nullptr);
  EXPECT_EQ(none["skipped"], 1.);
}

TEST(ContourRelianceTest, EdgesAreThoseOfTheMeanOfTheChannels) {
  // A step up in one channel and down in the other.
  const at::Tensor image =
      at::stack({Rows({1, 1, 2, 2}), Rows({2, 2, 1, 1})}).unsqueeze(0);
  const Split split = {image, at::zeros({1}, at::kLong),
                       at::zeros({1}, at::kLong)};
  const Dataset dataset = {{{2, 4, 4}, 2, 1}, split, split, split};
  TinyNet net(at::eye(32), at::ones({2, 32}));
  EXPECT_EQ(Compute("contour_reliance", dataset, net)["skipped"], 1.);
}

TEST(ContourRelianceTest, VectorsHaveNoContours) {
  const Split split = {at::ones({1, 4}), at::zeros({1}, at::kLong),
                       at::zeros({1}, at::kLong)};
  const Dataset dataset = {{{4}, 4, 1}, split, split, split};
  TinyNet net = IdentityNet(4);
  const Json result = Compute("contour_reliance", dataset, net);
  EXPECT_EQ(result.size(), 4u);
  for (const auto& [name, value] : result.items()) {
    EXPECT_EQ(value, nullptr) << name;
  }
}

TEST(ContourRelianceTest, BatchingChangesNothingAndTheNetworkIsLeftAlone) {
  TinyNet net = ThreeColumns();
  const NetworkState before(net);
  const Dataset dataset = Images(
      {Rows({1, 1, 2, 2}), Rows({1, 6, 7, 7}), Rows({1, 2, 2, 1})}, {0, 0, 1});
  const Json whole = Compute("contour_reliance", dataset, net);
  // Small integers: sums are exact in any order.
  EXPECT_EQ(Compute("contour_reliance", dataset, net, 2), whole);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(ContourRelianceTest, GivesWhatItDeclares) {
  TinyNet net = ThreeColumns();
  const Json result =
      Compute("contour_reliance", Images({Rows({1, 1, 2, 2})}, {0}), net);
  const MetricTraits traits =
      MakePlugin<MetricFamily>("{name: contour_reliance, split: other}", {})
          ->Traits();
  EXPECT_EQ(traits.timing, Timing::kAtEnd);
  EXPECT_EQ(traits.extra_splits, (std::vector<std::string>{"other"}));
  EXPECT_EQ(traits.results.size(), result.size());
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result.contains(spec.name)) << spec.name;
  }
}

}  // namespace
}  // namespace bigstep
