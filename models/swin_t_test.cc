#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/generator.h"
#include "base/testing.h"
#include "models/model.h"
#include "models/testing.h"
#include "models/weights/weights.h"

namespace bigstep {
namespace {

using testing::HasSubstr;

// Two stages of one-window maps, small enough for many passes.
constexpr char kSmall[] =
    "name: swin_t, depths: [1, 2], heads: 1, patch: 2, window: 2";

std::string Small(const std::string& more) {
  return absl::StrCat("{", kSmall, more, "}");
}

absl::StatusOr<std::unique_ptr<Model>> TryMake(const std::string& spec,
                                               std::vector<int64_t> shape,
                                               int64_t num_classes = 5,
                                               int64_t seed = 1) {
  return Models::Get().Make(
      ParsePlugin<ModelFamily>(spec),
      {{std::move(shape), num_classes, num_classes}, seed});
}

std::unique_ptr<Model> Make(const std::string& spec, std::vector<int64_t> shape,
                            int64_t num_classes = 5, int64_t seed = 1) {
  auto model = TryMake(spec, std::move(shape), num_classes, seed);
  EXPECT_OK(model);
  return *std::move(model);
}

at::Tensor Parameter(const Model& model, const std::string& name) {
  return model.named_parameters()[name].detach();
}

at::Tensor Draws(at::IntArrayRef shape) {
  at::Generator generator = MakeGenerator(2);
  return at::randn(shape, generator);
}

TEST(SwinTTest, CountsOfParametersAreTorchvisions) {
  // `num_params` of torchvision's weights for 1000 classes.
  EXPECT_EQ(CountParameters(*Make("swin_t", {3, 224, 224}, 1000)), 28288354);
  EXPECT_EQ(CountParameters(*Make("{name: swin_t, depths: [2, 2, 18, 2]}",
                                  {3, 224, 224}, 1000)),
            49606258);
  EXPECT_EQ(
      CountParameters(*Make("{name: swin_t, depths: [2, 2, 18, 2], heads: 4}",
                            {3, 224, 224}, 1000)),
      87768224);
}

TEST(SwinTTest, ComputesWhatTorchvisionComputes) {
  const std::string tiny = "{name: swin_t, stochastic_depth: 0}";
  ExpectGoldens(
      "models/testdata/swin_t.txt",
      {{"224x224", tiny, {1, 3, 224, 224}},
       {"40x56", tiny, {2, 3, 40, 56}},
       {"32x32", tiny, {2, 3, 32, 32}},
       {"small",
        "{name: swin_t, depths: [2, 3], heads: 2, patch: 2, window: 4, "
        "stochastic_depth: 0}",
        {2, 3, 22, 8}}});
}

TEST(SwinTTest, TakesSmallImagesOfAnyNumberOfChannels) {
  for (const std::vector<int64_t>& shape :
       std::vector<std::vector<int64_t>>{{1, 4, 4}, {2, 28, 28}, {3, 9, 60}}) {
    const auto model = Make("{name: swin_t, depths: [1, 1]}", shape);
    std::vector<int64_t> sizes = {2};
    sizes.insert(sizes.end(), shape.begin(), shape.end());
    const ModelOutput output = model->Forward(Draws(sizes));
    EXPECT_EQ(output.representation.sizes(), (std::vector<int64_t>{2, 192}));
    EXPECT_EQ(output.logits.sizes(), (std::vector<int64_t>{2, 5}));
  }
}

TEST(SwinTTest, TheHeadReadsTheRepresentation) {
  const auto model = Make(Small(""), {3, 8, 8});
  const ModelOutput output = model->Forward(Draws({2, 3, 8, 8}));
  EXPECT_TRUE(output.logits.equal(at::linear(output.representation,
                                             Parameter(*model, "head.weight"),
                                             Parameter(*model, "head.bias"))));
}

TEST(SwinTTest, LeavesOutPixelsThatFillNoPatch) {
  const auto model = Make(Small(""), {3, 9, 7});
  model->eval();
  const at::Tensor images = Draws({2, 3, 9, 7});
  EXPECT_TRUE(
      at::equal(model->Forward(images).logits,
                model->Forward(images.slice(2, 0, 8).slice(3, 0, 6)).logits));
}

TEST(SwinTTest, RefusesWhatIsNoImage) {
  EXPECT_EQ(TryMake("swin_t", {32, 32}).status(),
            absl::InvalidArgumentError(
                "swin_t expects images, examples of shape [C, H, W], found "
                "[32, 32]; use another dataset, or a model for vectors such as "
                "fcn"));
}

TEST(SwinTTest, RefusesImagesSmallerThanAPatch) {
  const std::pair<std::vector<int64_t>, const char*> kCases[] = {
      {{3, 4, 32}, "[3, 4, 32]"}, {{3, 32, 4}, "[3, 32, 4]"}};
  for (const auto& [shape, found] : kCases) {
    EXPECT_EQ(TryMake("{name: swin_t, patch: 5}", shape).status(),
              absl::InvalidArgumentError(absl::StrCat(
                  "swin_t expects images [C, H, W] of at least one patch, 5 x "
                  "5 pixels, found ",
                  found, "; use larger images or a smaller 'patch'")));
  }
}

TEST(SwinTTest, RefusesToHaveNoStage) {
  Problems problems;
  Models::Get().Read(
      ReadSpec("{name: swin_t, depths: []}", "test", 0, problems), "model",
      problems);
  EXPECT_EQ(Message(problems),
            "test:1:1: model: depths must name at least one stage");
}

TEST(SwinTTest, StartsAsTorchvisionDoes) {
  const auto model = Make("{name: swin_t, depths: [1, 1]}", {3, 32, 32}, 1000);
  // Normal, standard deviation 0.02; six standard deviations of the averages.
  for (const char* name :
       {"features.1.0.attn.qkv.weight", "features.1.0.attn.proj.weight",
        "features.1.0.mlp.0.weight", "features.1.0.mlp.3.weight",
        "features.2.reduction.weight", "head.weight"}) {
    SCOPED_TRACE(name);
    const at::Tensor x = Parameter(*model, name).to(at::kDouble) / 0.02;
    const double n = static_cast<double>(x.numel());
    EXPECT_NEAR(x.mean().item<double>(), 0, 6 / std::sqrt(n));
    EXPECT_NEAR(x.square().mean().item<double>(), 1, 6 * std::sqrt(2 / n));
  }
  for (const char* name :
       {"features.1.0.attn.qkv.bias", "features.1.0.attn.proj.bias",
        "features.1.0.mlp.0.bias", "features.1.0.mlp.3.bias", "norm.bias",
        "features.0.2.bias", "features.1.0.norm1.bias",
        "features.1.0.norm2.bias", "features.2.norm.bias", "head.bias"}) {
    EXPECT_TRUE(Parameter(*model, name).eq(0).all().item<bool>()) << name;
  }
  // The convolution keeps PyTorch's start: uniform in +-1/sqrt(3 * 4 * 4).
  const at::Tensor patch =
      Parameter(*model, "features.0.0.weight").abs() * std::sqrt(48.);
  EXPECT_LE(patch.max().item<double>(), 1 + 1e-6);  // float32 rounding.
  EXPECT_GT(patch.max().item<double>(), 0.99);
  EXPECT_GT(Parameter(*model, "features.0.0.bias").abs().max().item<double>(),
            0);
}

TEST(SwinTTest, TheSeedDecidesWeightsAndDrops) {
  const std::string spec = Small(", stochastic_depth: 0.5");
  const auto one = Make(spec, {3, 8, 8}), same = Make(spec, {3, 8, 8});
  const auto other = Make(spec, {3, 8, 8}, 5, /*seed=*/2);
  EXPECT_FALSE(
      Parameter(*one, "head.weight").equal(Parameter(*other, "head.weight")));
  const at::Tensor images = Draws({16, 3, 8, 8});
  const at::Tensor first = one->Forward(images).logits;
  at::manual_seed(12345);  // LibTorch's global generator plays no part.
  EXPECT_TRUE(first.equal(same->Forward(images).logits));
  const at::Tensor second = one->Forward(images).logits;
  EXPECT_FALSE(first.equal(second));
  EXPECT_TRUE(second.equal(same->Forward(images).logits));
  // With equal weights another seed still drops other branches.
  CopyState(*one, *other);
  EXPECT_FALSE(first.equal(other->Forward(images).logits));
}

TEST(SwinTTest, NothingIsDroppedInEvalModeOrAtRateZero) {
  const at::Tensor images = Draws({16, 3, 8, 8});
  const auto model = Make(Small(", stochastic_depth: 0.9"), {3, 8, 8});
  const auto never = Make(Small(", stochastic_depth: 0"), {3, 8, 8});
  model->eval();
  const at::Tensor logits = model->Forward(images).logits;
  EXPECT_TRUE(logits.equal(model->Forward(images).logits));
  EXPECT_TRUE(logits.equal(never->Forward(images).logits));  // Training.
  model->train();
  EXPECT_FALSE(logits.equal(model->Forward(images).logits));
}

// Makes both branches of a block add nothing.
void Silence(const Model& model, const std::string& block) {
  for (const char* name : {"attn.proj", "mlp.3"}) {
    for (const char* kind : {"weight", "bias"}) {
      Parameter(model, absl::StrCat("features.", block, ".", name, ".", kind))
          .zero_();
    }
  }
}

TEST(SwinTTest, TheRateOfDropsRisesFromBlockToBlock) {
  const c10::NoGradGuard no_grad;
  const int64_t n = 2000;
  const std::vector<std::string> blocks = {"1.0", "3.0", "3.1"};
  const at::Tensor images = Draws({1, 3, 4, 4}).expand({n, 3, 4, 4});
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto model = Make(Small(", stochastic_depth: 0.6"), {3, 4, 4});
    const auto silent = Make(Small(""), {3, 4, 4});
    for (size_t j = 0; j < blocks.size(); ++j) {
      if (j != i) Silence(*model, blocks[j]);
      Silence(*silent, blocks[j]);
    }
    // A row that drops both branches of block i equals a silent network's.
    const at::Tensor distance =
        (model->Forward(images).logits - silent->Forward(images).logits)
            .abs()
            .amax(1);
    const double dropped = distance.lt(1e-6).sum().item<double>();
    // Rates 0, 0.3 and 0.6, each twice: binomial, five standard deviations.
    const double rate = std::pow(0.3 * static_cast<double>(i), 2);
    EXPECT_NEAR(dropped, n * rate, 5 * std::sqrt(n * rate * (1 - rate)));
  }
}

TEST(SwinTTest, ASingleBlockIsNeverDropped) {
  const c10::NoGradGuard no_grad;
  const at::Tensor images = Draws({16, 3, 8, 8});
  const auto model =
      Make("{name: swin_t, depths: [1], stochastic_depth: 0.9}", {3, 8, 8});
  const at::Tensor logits = model->Forward(images).logits;
  model->eval();
  EXPECT_TRUE(logits.equal(model->Forward(images).logits));
}

TEST(SwinTTest, StartsFromWeightsOfAFile) {
  const std::string path = MakeTestFolder() + "/swin.safetensors";
  const auto saved = Make(Small(""), {3, 8, 8}, 5, /*seed=*/1);
  ASSERT_OK(WriteFileAtomically(path, FormatWeights(*saved)));
  const auto loaded =
      Make(Small(absl::StrCat(", weights: '", path, "'")), {3, 8, 8}, 5, 2);
  for (const auto& [name, tensor] : Parameters(*saved)) {
    EXPECT_TRUE(Parameter(*loaded, name).equal(tensor)) << name;
  }
  // Another number of classes needs a head of its own.
  const auto tuned =
      Make(Small(absl::StrCat(", new_head: true, weights: '", path, "'")),
           {3, 8, 8}, 2, 2);
  EXPECT_TRUE(
      Parameter(*tuned, "norm.weight").equal(Parameter(*saved, "norm.weight")));
  EXPECT_TRUE(Parameter(*tuned, "features.3.1.attn.qkv.weight")
                  .equal(Parameter(*saved, "features.3.1.attn.qkv.weight")));
  EXPECT_EQ(Parameter(*tuned, "head.weight").size(0), 2);
  EXPECT_THAT(
      std::string(
          TryMake(Small(absl::StrCat(", weights: '", path, "'")), {3, 8, 8}, 2)
              .status()
              .message()),
      HasSubstr("head.weight"));
}

}  // namespace
}  // namespace bigstep
