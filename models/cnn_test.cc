#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "models/model.h"
#include "models/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;

absl::StatusOr<std::unique_ptr<Model>> TryMake(const std::string& spec,
                                               std::vector<int64_t> shape,
                                               int64_t num_classes = 3) {
  return Models::Get().Make(
      ParsePlugin<ModelFamily>(spec),
      {{std::move(shape), num_classes, num_classes}, /*seed=*/1});
}

std::unique_ptr<Model> Make(const std::string& spec, std::vector<int64_t> shape,
                            int64_t num_classes = 3) {
  auto model = TryMake(spec, std::move(shape), num_classes);
  EXPECT_OK(model);
  return *std::move(model);
}

std::vector<std::string> Names(const Model& model) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : Parameters(model)) names.push_back(name);
  return names;
}

void Fill(const Model& model, const std::string& name,
          const std::vector<float>& values) {
  at::Tensor parameter = model.named_parameters()[name].detach();
  parameter.copy_(at::tensor(values).view_as(parameter));
}

// One image of 1 x 4 x 4: 0, 1, ..., 15 row by row.
at::Tensor Counting() {
  return at::arange(16).view({1, 1, 4, 4}).to(at::kFloat);
}

TEST(CnnTest, ComputesWhatPyTorchsLayersCompute) {
  ExpectGoldens(
      "models/testdata/cnn.txt",
      {{"default", "cnn", {2, 3, 9, 6}},
       {"norm",
        "{name: cnn, widths: [8, 16], batch_norm: true, global_pool: true}",
        {4, 1, 8, 12}},
       {"hidden",
        "{name: cnn, widths: [6], kernel: 4, pooling: average, hidden: [20, "
        "15], bias: false}",
        {2, 3, 8, 10}}});
}

TEST(CnnTest, MaxPoolingByHand) {
  const auto model = Make("{name: cnn, widths: [1], kernel: 1}", {1, 4, 4}, 2);
  Fill(*model, "conv0.weight", {1});
  Fill(*model, "conv0.bias", {-8});
  Fill(*model, "head.weight", {1, 0, 0, 0, 1, 2, 3, 4});
  Fill(*model, "head.bias", {0, 100});
  const ModelOutput output = model->Forward(Counting());
  // relu(x - 8), of which the corners 5, 7, 13, 15 are the largest: 0, 0, 5, 7.
  EXPECT_TRUE(output.representation.equal(
      at::tensor({0.f, 0.f, 5.f, 7.f}).view({1, 4})));
  // 0 and 3 * 5 + 4 * 7 + 100.
  EXPECT_TRUE(output.logits.equal(at::tensor({0.f, 143.f}).view({1, 2})));
}

TEST(CnnTest, AveragePoolingByHand) {
  const auto model =
      Make("{name: cnn, widths: [1], kernel: 1, pooling: average}", {1, 4, 4});
  Fill(*model, "conv0.weight", {1});
  Fill(*model, "conv0.bias", {-8});
  // relu(x - 8): two rows of zeros, 0 1 2 3 and 4 5 6 7.
  EXPECT_TRUE(model->Forward(Counting())
                  .representation.equal(
                      at::tensor({0.f, 0.f, 2.5f, 4.5f}).view({1, 4})));
}

TEST(CnnTest, GlobalPoolingReplacesTheLastPooling) {
  const auto model = Make(
      "{name: cnn, widths: [1, 2], kernel: 1, global_pool: true}", {1, 4, 4});
  Fill(*model, "conv0.weight", {1});
  Fill(*model, "conv0.bias", {0});
  Fill(*model, "conv1.weight", {1, -1});
  Fill(*model, "conv1.bias", {0, 7});
  // Pooled once: 5, 7, 13, 15, of mean 10; relu(7 - x) is 2, 0, 0, 0.
  EXPECT_TRUE(model->Forward(Counting())
                  .representation.equal(at::tensor({10.f, 0.5f}).view({1, 2})));
}

TEST(CnnTest, WithoutPoolingTheMapStays) {
  const auto model =
      Make("{name: cnn, widths: [2], kernel: 1, pooling: none}", {1, 4, 4});
  EXPECT_EQ(model->Forward(Counting()).representation.sizes(),
            (std::vector<int64_t>{1, 32}));
}

TEST(CnnTest, TheHiddenLayerIsTheRepresentation) {
  const auto model = Make(
      "{name: cnn, widths: [1], kernel: 1, global_pool: true, hidden: [2]}",
      {1, 4, 4}, 1);
  Fill(*model, "conv0.weight", {1});
  Fill(*model, "conv0.bias", {0});
  Fill(*model, "hidden0.weight", {2, -2});
  Fill(*model, "hidden0.bias", {1, 1});
  Fill(*model, "head.weight", {-1, 5});
  Fill(*model, "head.bias", {0});
  const ModelOutput output = model->Forward(Counting());
  // Mean 7.5: relu(16, -14) = (16, 0). No ReLU on logits.
  EXPECT_TRUE(
      output.representation.equal(at::tensor({16.f, 0.f}).view({1, 2})));
  EXPECT_EQ(output.logits.item<float>(), -16);
}

TEST(CnnTest, NamesOfParameters) {
  EXPECT_THAT(
      Names(*Make("{name: cnn, widths: [4, 5], hidden: [6]}", {3, 8, 8})),
      ElementsAre("conv0.weight", "conv0.bias", "conv1.weight", "conv1.bias",
                  "hidden0.weight", "hidden0.bias", "head.weight",
                  "head.bias"));
  EXPECT_THAT(Names(*Make("{name: cnn, widths: [4], bias: false}", {3, 8, 8})),
              ElementsAre("conv0.weight", "head.weight"));
  // Batch norm has a bias of its own.
  EXPECT_THAT(
      Names(*Make("{name: cnn, widths: [4], batch_norm: true}", {3, 8, 8})),
      ElementsAre("conv0.weight", "norm0.weight", "norm0.bias", "head.weight",
                  "head.bias"));
}

TEST(CnnTest, CountsOfParameters) {
  // By hand: 32 * (3 * 9 + 1) + 64 * (32 * 9 + 1) + 10 * (64 * 7 * 7 + 1).
  EXPECT_EQ(CountParameters(*Make("cnn", {3, 28, 28}, 10)), 50762);
  // McMahan et al. 2017, section 3, of their CNN for MNIST.
  EXPECT_EQ(CountParameters(*Make("{name: cnn, kernel: 5, hidden: [512]}",
                                  {1, 28, 28}, 10)),
            1663370);
}

TEST(CnnTest, OddSizesLoseTheLastRowAndEvenKernelsAddOne) {
  // 7 -> 3 -> 1 and 9 -> 4 -> 2 positions.
  EXPECT_EQ(Make("{name: cnn, widths: [2, 5]}", {1, 7, 9})
                ->Forward(at::ones({2, 1, 7, 9}))
                .representation.sizes(),
            (std::vector<int64_t>{2, 5 * 1 * 2}));
  // 3 -> 4 -> 2 and 5 -> 6 -> 3, then 2 -> 3 -> 1 and 3 -> 4 -> 2.
  EXPECT_EQ(Make("{name: cnn, widths: [2, 5], kernel: 4}", {1, 3, 5})
                ->Forward(at::ones({2, 1, 3, 5}))
                .representation.sizes(),
            (std::vector<int64_t>{2, 5 * 1 * 2}));
}

TEST(CnnTest, InitialValuesFillOneOverRootFanIn) {
  const auto model = Make(
      "{name: cnn, widths: [64, 128], kernel: 5, hidden: "
      "[200]}",
      {3, 8, 8}, 300);
  const std::pair<const char*, int64_t> fan_ins[] = {
      {"conv0.weight", 75}, {"conv0.bias", 75},      {"conv1.weight", 1600},
      {"conv1.bias", 1600}, {"hidden0.weight", 512}, {"hidden0.bias", 512},
      {"head.weight", 200}, {"head.bias", 200}};
  for (const auto& [name, fan_in] : fan_ins) {
    SCOPED_TRACE(name);
    const at::Tensor x = model->named_parameters()[name].detach() *
                         std::sqrt(static_cast<double>(fan_in));
    // Of n >= 64 draws on [-1, 1], none lies above 0.7 with probability
    // 0.85^64 < 4e-5; the same below.
    EXPECT_LE(x.abs().max().item<double>(), 1 + 1e-6);  // float32 rounding.
    EXPECT_GT(x.max().item<double>(), 0.7);
    EXPECT_LT(x.min().item<double>(), -0.7);
  }
}

TEST(CnnTest, TheSeedAloneDecides) {
  const auto first = Parameters(*Make("cnn", {3, 8, 8}));
  at::manual_seed(12345);  // LibTorch's global generator plays no part.
  const auto second = Parameters(*Make("cnn", {3, 8, 8}));
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_TRUE(first[i].second.equal(second[i].second)) << first[i].first;
  }
}

TEST(CnnTest, RefusesWhatItCannotPool) {
  const struct {
    const char* spec;
    std::vector<int64_t> shape;
    const char* message;
  } kCases[] = {
      {"cnn",
       {20},
       "cnn expects images, examples of shape [C, H, W], found [20]; use "
       "another dataset, or a model for vectors such as fcn"},
      {"cnn",
       {1, 3, 8, 8},
       "cnn expects images, examples of shape [C, H, W], found [1, 3, 8, 8]; "
       "use another dataset, or a model for vectors such as fcn"},
      {"{name: cnn, widths: [8, 8, 8]}",
       {3, 40, 7},
       "cnn cannot pool after convolution 3 of 3: it expects at least 2 x 2 "
       "positions, found 10 x 1 left of images [3, 40, 7]; use larger images, "
       "fewer widths or 'pooling: none'"},
      {"{name: cnn, widths: [8, 8, 8], pooling: average, global_pool: true}",
       {3, 3, 40},
       "cnn cannot pool after convolution 2 of 3: it expects at least 2 x 2 "
       "positions, found 1 x 20 left of images [3, 3, 40]; use larger images, "
       "fewer widths or 'pooling: none'"},
  };
  for (const auto& c : kCases) {
    const auto made = TryMake(c.spec, c.shape);
    EXPECT_EQ(made.status(), absl::InvalidArgumentError(c.message)) << c.spec;
  }
}

TEST(CnnTest, TakesTheSmallestImageItCanPool) {
  for (const char* spec : {"{name: cnn, widths: [8, 8, 8], pooling: none}",
                           "{name: cnn, widths: [8], global_pool: true}"}) {
    EXPECT_EQ(Make(spec, {3, 1, 1})
                  ->Forward(at::ones({2, 3, 1, 1}))
                  .representation.sizes(),
              (std::vector<int64_t>{2, 8}));
  }
  EXPECT_EQ(Make("cnn", {3, 4, 4})
                ->Forward(at::ones({2, 3, 4, 4}))
                .representation.sizes(),
            (std::vector<int64_t>{2, 64}));
}

TEST(CnnTest, RefusesToHaveNoConvolution) {
  Problems problems;
  Models::Get().Read(ReadSpec("{name: cnn, widths: []}", "test", 0, problems),
                     "model", problems);
  EXPECT_EQ(Message(problems),
            "test:1:1: model: widths must name at least one convolution");
}

}  // namespace
}  // namespace bigstep
