#include "metrics/attribution/attribution_maps.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

std::vector<double> Numbers(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.to(at::kDouble).flatten().contiguous();
  const auto* const data = flat.data_ptr<double>();
  return {data, data + flat.numel()};
}

TEST(ClippedMapsTest, ByHand) {
  const at::Tensor row = at::tensor({1.f, -2.f, 3.f, -4.f}).view({1, 4});
  // Cumulative sums 1, 3, 6, 10.
  EXPECT_EQ(Numbers(ClippedMaps(row, 1)),
            (std::vector<double>{0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(Numbers(ClippedMaps(row, 0.98)),
            (std::vector<double>{0.25, 0.5, 0.75, 1}));
  // 5 is reached at 6, so 3 is the most.
  EXPECT_EQ(Numbers(ClippedMaps(row, 0.5)),
            (std::vector<double>{1. / 3, 2. / 3, 1, 1}));
}

TEST(ClippedMapsTest, NinetyEightPercentOfTheTotal) {
  // 98 ones and a 2: the ones reach 98 of 100, so that 1 is the most.
  at::Tensor reached = at::ones({1, 99});
  reached[0][7] = 2;
  EXPECT_EQ(ClippedMaps(reached, 0.98)[0][7].item<double>(), 1);
  EXPECT_EQ(ClippedMaps(reached, 0.98)[0][8].item<double>(), 1);
  // 97 ones and a 3: only the 3 reaches 98.
  at::Tensor missed = at::ones({1, 98});
  missed[0][7] = 3;
  EXPECT_EQ(ClippedMaps(missed, 0.98)[0][7].item<double>(), 1);
  EXPECT_EQ(ClippedMaps(missed, 0.98)[0][8].item<double>(), 1. / 3);
}

TEST(ClippedMapsTest, ChannelsAreSummedBeforeTheAbsoluteValue) {
  // Two images [2, 1, 2]: channel sums (5 - 3, -1 - 3) and (0, 1 - 1).
  const at::Tensor values =
      at::tensor({5.f, -1.f, -3.f, -3.f, 0.f, 1.f, 0.f, -1.f})
          .view({2, 2, 1, 2});
  const at::Tensor maps = ClippedMaps(values, 1);
  EXPECT_EQ(maps.sizes().vec(), (std::vector<int64_t>{2, 1, 2}));
  EXPECT_EQ(Numbers(maps), (std::vector<double>{0.5, 1, 0, 0}));
}

TEST(ShareAtTest, ByHand) {
  const at::Tensor maps =
      at::tensor({0.25, 0.5, 0.25, 0., 0., 0., 1., 1., 0.5}).view({3, 3});
  const at::Tensor one = ShareAt(maps, at::tensor({1, 1, 0}).to(at::kBool));
  EXPECT_EQ(one[0].item<double>(), 0.75);
  EXPECT_TRUE(std::isnan(one[1].item<double>()));
  EXPECT_EQ(one[2].item<double>(), 0.8);
  const at::Tensor own = ShareAt(maps, maps.eq(0.5));
  EXPECT_EQ(own[0].item<double>(), 0.5);
  EXPECT_EQ(own[2].item<double>(), 0.2);
}

TEST(MeanOfNumbersTest, LeavesOutWhatIsNone) {
  EXPECT_EQ(MeanOfNumbers(at::tensor({1., NAN, 4.})), 2.5);
  EXPECT_EQ(MeanOfNumbers(at::tensor({0., NAN, -4.})), -2.);
  EXPECT_EQ(MeanOfNumbers(at::tensor({NAN})), nullptr);
  EXPECT_EQ(MeanOfNumbers(at::empty({0}, at::kDouble)), nullptr);
}

// Images [1, 1, 3] of bytes around 51 = 0.2, read as (b / 255 - 0.2) / 0.5.
// Example i has label i mod 2.
Dataset Bytes(const std::vector<int64_t>& bytes) {
  const auto n = static_cast<int64_t>(bytes.size()) / 3;
  Split split = {at::tensor(bytes).to(at::kByte).view({n, 1, 1, 3}),
                 at::arange(n).remainder(2), at::zeros({n}, at::kLong)};
  split.mean = at::full({1, 1, 1}, 0.2f);
  split.stddev = at::full({1, 1, 1}, 0.5f);
  return {{{1, 1, 3}, 2, 2}, split, split, split};
}

// Logits x1 + 2 x2 + 3 x3 and 10 x1, for inputs of either sign: the units come
// in pairs, relu(x) - relu(-x) = x.
TinyNet Linear() {
  return TinyNet(at::cat({at::eye(3), -at::eye(3)}),
                 at::tensor({1.f, 2.f, 3.f, -1.f, -2.f, -3.f, 10.f, 0.f, 0.f,
                             -10.f, 0.f, 0.f})
                     .view({2, 6}));
}

struct Collected {
  at::Tensor maps, stored, empty, labels;
  Json completeness_error;
};

Collected Collect(const AttributionOptions& options, const Dataset& dataset,
                  TinyNet& net, const at::Tensor& positions,
                  int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(), {.batch_size = batch_size});
  std::vector<at::Tensor> maps, stored, empty, labels;
  const auto error = ForEachAttributionMap(evaluation, options, positions,
                                           [&](const AttributionMaps& batch) {
                                             maps.push_back(batch.maps);
                                             stored.push_back(batch.stored);
                                             empty.push_back(batch.empty);
                                             labels.push_back(batch.labels);
                                             return absl::OkStatus();
                                           });
  EXPECT_OK(error);
  return {at::cat(maps), at::cat(stored), at::cat(empty), at::cat(labels),
          error.ok() ? *error : Json("error")};
}

TEST(ForEachAttributionMapTest, GivesMapsOfTheTrueClassByHand) {
  const Dataset dataset = Bytes({51, 102, 0, 102, 51, 0});
  TinyNet net = Linear();
  const Collected got = Collect({}, dataset, net, at::arange(2));
  EXPECT_TRUE(got.labels.equal(at::arange(2)));
  // Inputs (0, 0.4, -0.4) and (0.4, 0, -0.4) against 0. Attribution
  // (0, 0.8, -1.2) to the first logit and (4, 0, 0) to the second.
  // 1e-6: the mean is not exact in binary.
  EXPECT_TRUE(at::allclose(
      got.maps, at::tensor({0., 2. / 3, 1., 1., 0., 0.}).view({2, 1, 3}), 0,
      1e-6))
      << got.maps;
  EXPECT_TRUE(at::allclose(
      got.stored,
      at::tensor({0.2f, 0.4f, 0.f, 0.4f, 0.2f, 0.f}).view({2, 1, 1, 3}), 0,
      1e-6));
  EXPECT_EQ(Numbers(got.empty), (std::vector<double>{0, 0, 1, 0, 0, 1}));
  EXPECT_LT(got.completeness_error.get<double>(), 1e-6);
}

TEST(ForEachAttributionMapTest, TheBlackBaselineIsAStoredZero) {
  const Dataset dataset = Bytes({51, 102, 0, 102, 51, 0});
  TinyNet net = Linear();
  AttributionOptions options;
  options.baseline = "black";
  const Collected got = Collect(options, dataset, net, at::arange(1));
  // The input rises by (0.4, 0.8, 0): attribution (0.4, 1.6, 0).
  EXPECT_TRUE(at::allclose(got.maps[0][0], at::tensor({0.25, 1., 0.}), 0, 1e-6))
      << got.maps;
  EXPECT_EQ(got.maps[0][0][2].item<double>(), 0);
}

TEST(ForEachAttributionMapTest, ReportsWhatGradientsMiss) {
  // Logits relu(x - 2) and its negative. At x = 4 against 0, the first rises by
  // 2, x times gradient is 4; at x = 3, the second falls by 1, and it is -3.
  // Signs do not cancel: (2 + 2) / (2 + 1).
  const Split split = {at::tensor({4.f, 3.f}).view({2, 1}),
                       at::tensor({0, 1}, at::kLong),
                       at::zeros({2}, at::kLong)};
  const Dataset dataset = {{{1}, 2, 1}, split, split, split};
  TinyNet net(at::ones({1, 1}), at::tensor({1.f, -1.f}).view({2, 1}));
  net.bias().fill_(-2);
  const auto error = [&](const std::string& method, int64_t examples,
                         int64_t steps = 50) {
    AttributionOptions options;
    options.method = method;
    options.steps = steps;
    return Collect(options, dataset, net, at::arange(examples))
        .completeness_error;
  };
  EXPECT_DOUBLE_EQ(error("input_x_gradient", 2).get<double>(), 4. / 3);
  // One gradient is taken halfway, where it is 0: all is missing.
  EXPECT_DOUBLE_EQ(error("integrated_gradients", 2, 1).get<double>(), 1);
  EXPECT_LT(error("integrated_gradients", 2).get<double>(), 0.05);
  EXPECT_EQ(error("deep_lift", 2), 0.);
  EXPECT_EQ(error("saliency", 2), nullptr);
  net.bias().fill_(-4);  // Now the logit stays 0.
  EXPECT_EQ(error("deep_lift", 1), nullptr);
}

TEST(ForEachAttributionMapTest, AnEmptyPixelIsZeroInAllChannels) {
  // Two channels of three pixels: (7, 0), (0, 0), (0, 7).
  const Split split = {
      at::tensor({7, 0, 0, 0, 0, 7}).to(at::kByte).view({1, 2, 1, 3}),
      at::zeros({1}, at::kLong), at::zeros({1}, at::kLong)};
  const Dataset dataset = {{{2, 1, 3}, 1, 1}, split, split, split};
  TinyNet net(at::eye(6), at::ones({1, 6}));
  EXPECT_EQ(Numbers(Collect({}, dataset, net, at::arange(1)).empty),
            (std::vector<double>{0, 1, 0}));
}

TEST(ForEachAttributionMapTest, ManyExamplesComeInOrderWhateverTheBatches) {
  std::vector<int64_t> bytes;
  for (int64_t i = 0; i < 3 * 300; ++i) bytes.push_back(i * i % 256);
  const Dataset dataset = Bytes(bytes);
  TinyNet net = Linear();
  const at::Tensor positions = at::arange(299, -1, -1);
  const Collected whole = Collect({}, dataset, net, positions);
  EXPECT_EQ(whole.maps.size(0), 300);
  EXPECT_TRUE(whole.labels.equal(positions.remainder(2)));
  const Collected in_sevens = Collect({}, dataset, net, positions, 7);
  // 1e-6: a matrix product may add in another order.
  EXPECT_TRUE(at::allclose(in_sevens.maps, whole.maps, 0, 1e-6));
  EXPECT_TRUE(in_sevens.stored.equal(whole.stored));
}

TEST(ForEachAttributionMapTest, TheFirstErrorEndsIt) {
  const Dataset dataset = Bytes(std::vector<int64_t>(3 * 300, 9));
  TinyNet net = Linear();
  Evaluation evaluation(dataset, net, net.Maker(), {});
  int calls = 0;
  const auto error = ForEachAttributionMap(
      evaluation, {}, at::arange(300), [&](const AttributionMaps& batch) {
        ++calls;
        EXPECT_EQ(batch.maps.size(0), 128);
        return absl::InternalError("broken");
      });
  EXPECT_EQ(error.status(), absl::InternalError("broken"));
  EXPECT_EQ(calls, 1);
}

TEST(ExtraSplitsTest, NamesSplitsThatNotEveryDatasetHas) {
  AttributionOptions options;
  EXPECT_EQ(ExtraSplits(options), std::vector<std::string>());
  options.split = "mnist_randomized";
  EXPECT_EQ(ExtraSplits(options),
            (std::vector<std::string>{"mnist_randomized"}));
}

}  // namespace
}  // namespace bigstep
