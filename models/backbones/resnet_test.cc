#include "models/backbones/resnet.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/testing.h"
#include "models/weights/weights.h"

namespace bigstep {
namespace {

// One block in each layer.
constexpr ResNetShape kSmall = {.blocks = {1, 1, 1, 1}};
constexpr ResNetShape kSmallBottleneck = {.blocks = {1, 1, 1, 1},
                                          .bottleneck = true};

ResNetOptions WithStem(const std::string& stem) {
  ResNetOptions options;
  options.stem = stem;
  return options;
}

ResNetOptions WithWeights(const std::string& weights, bool new_head = false) {
  ResNetOptions options;
  options.weights = weights;
  options.new_head = new_head;
  return options;
}

std::unique_ptr<Model> Make(const ResNetShape& shape,
                            const ResNetOptions& options,
                            std::vector<int64_t> input_shape = {3, 8, 8},
                            int64_t num_classes = 5, int64_t seed = 1) {
  const TaskSpec task = {std::move(input_shape), num_classes, 2};
  auto model = MakeResNet(shape, options, {task, seed});
  EXPECT_OK(model);
  return *std::move(model);
}

absl::Status Error(const ResNetOptions& options,
                   std::vector<int64_t> input_shape, int64_t num_classes = 5) {
  const TaskSpec task = {std::move(input_shape), num_classes, 2};
  return MakeResNet(kSmall, options, {task, /*seed=*/1}).status();
}

TEST(ResNetTest, ConvolutionsStartNormalWithVarianceTwoByFanOut) {
  const auto model = Make(kSmallBottleneck, {});
  int convolutions = 0;
  for (const auto& [name, tensor] : Parameters(*model)) {
    if (tensor.dim() != 4) continue;
    ++convolutions;
    const auto fan_out =
        static_cast<double>(tensor.size(0) * tensor.size(2) * tensor.size(3));
    const at::Tensor x =
        tensor.detach().to(at::kDouble) / std::sqrt(2 / fan_out);
    // Of n normal draws the mean deviates by sqrt(1 / n), the mean square by
    // sqrt(2 / n): six of these. n is 4096 or more.
    const auto n = static_cast<double>(tensor.numel());
    EXPECT_NEAR(x.mean().item<double>(), 0, 6 * std::sqrt(1 / n)) << name;
    EXPECT_NEAR(x.square().mean().item<double>(), 1, 6 * std::sqrt(2 / n))
        << name;
  }
  EXPECT_EQ(convolutions, 1 + 4 * (3 + 1));
}

TEST(ResNetTest, TheLastLayerStartsUniformWithinOneByRootOfItsInputs) {
  const auto model = Make(kSmall, {}, {3, 8, 8}, /*num_classes=*/200);
  const auto parameters = model->named_parameters();
  for (const char* name : {"fc.weight", "fc.bias"}) {
    const at::Tensor x = parameters[name].detach() * std::sqrt(512.);
    // Of 200 draws and more none is above 0.8 with probability 0.9^200 < 1e-9.
    EXPECT_LE(x.abs().max().item<double>(), 1 + 1e-6) << name;
    EXPECT_GT(x.max().item<double>(), 0.8) << name;
    EXPECT_LT(x.min().item<double>(), -0.8) << name;
  }
}

TEST(ResNetTest, NormalizationsStartAtOneAndZero) {
  const auto model = Make(kSmall, {});
  for (const auto& [name, tensor] : Parameters(*model)) {
    if (tensor.dim() != 1 || absl::StartsWith(name, "fc.")) continue;
    const double start = absl::EndsWith(name, "weight") ? 1 : 0;
    EXPECT_TRUE(tensor.eq(start).all().item<bool>()) << name;
  }
}

TEST(ResNetTest, TheSeedDecidesTheWeights) {
  const auto a = Parameters(*Make(kSmall, {}, {3, 8, 8}, 5, /*seed=*/1));
  at::manual_seed(12345);  // LibTorch's global generator plays no part.
  const auto b = Parameters(*Make(kSmall, {}, {3, 8, 8}, 5, /*seed=*/1));
  const auto c = Parameters(*Make(kSmall, {}, {3, 8, 8}, 5, /*seed=*/2));
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i].second.equal(b[i].second)) << a[i].first;
    const bool random = a[i].second.dim() > 1 || a[i].first == "fc.bias";
    EXPECT_NE(a[i].second.equal(c[i].second), random) << a[i].first;
  }
}

TEST(ResNetTest, TakesImagesOfAnySizeAndNumberOfChannels) {
  const c10::NoGradGuard no_grad;
  for (const std::string stem : {"imagenet", "cifar"}) {
    for (const std::vector<int64_t>& shape : std::vector<std::vector<int64_t>>{
             {1, 28, 28}, {3, 1, 1}, {3, 8, 8}, {6, 33, 20}}) {
      const auto model = Make(kSmall, WithStem(stem), shape);
      const ModelOutput output =
          model->Forward(at::ones({2, shape[0], shape[1], shape[2]}));
      EXPECT_EQ(output.logits.sizes(), (std::vector<int64_t>{2, 5}));
      EXPECT_EQ(output.representation.sizes(), (std::vector<int64_t>{2, 512}));
    }
  }
  EXPECT_EQ(Make(kSmallBottleneck, {})
                ->Forward(at::ones({2, 3, 8, 8}))
                .representation.sizes(),
            (std::vector<int64_t>{2, 2048}));
}

TEST(ResNetTest, LogitsAreTheLastLayerOfTheRepresentation) {
  const auto model = Make(kSmall, {});
  const ModelOutput output = model->Forward(at::ones({2, 3, 8, 8}));
  const auto parameters = model->named_parameters();
  EXPECT_TRUE(output.logits.equal(at::linear(
      output.representation, parameters["fc.weight"], parameters["fc.bias"])));
}

TEST(ResNetTest, LeavesItsInputsAlone) {
  const auto model = Make(kSmall, WithStem("cifar"));
  const at::Tensor inputs = at::full({2, 3, 8, 8}, -1.f);
  model->Forward(inputs);
  EXPECT_TRUE(inputs.eq(-1).all().item<bool>());
}

TEST(ResNetTest, RefusesWhatIsNotAnImage) {
  const absl::Status status = Error({}, {40});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "a residual network expects images, examples of shape [C, H, W], "
            "found [40]; use another dataset, or a model for vectors such as "
            "fcn");
  EXPECT_FALSE(Error({}, {28, 28}).ok());
  EXPECT_FALSE(Error({}, {2, 3, 8, 8}).ok());
}

TEST(ResNetTest, StartsFromAFile) {
  const std::string path = MakeTestFolder() + "/w.safetensors";
  const auto source = Make(kSmall, {}, {3, 8, 8}, 5, /*seed=*/7);
  ASSERT_OK(WriteFileAtomically(path, FormatWeights(*source)));
  const auto model = Make(kSmall, WithWeights(path));
  const auto a = Parameters(*source), b = Parameters(*model);
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i].second.equal(b[i].second)) << a[i].first;
  }
}

TEST(ResNetTest, FineTunesForOtherClassesWithANewHead) {
  const std::string path = MakeTestFolder() + "/w.safetensors";
  ASSERT_OK(WriteFileAtomically(
      path, FormatWeights(*Make(kSmall, {}, {3, 8, 8}, /*num_classes=*/9, 7))));
  const absl::Status status = Error(WithWeights(path), {3, 8, 8});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat(
                *UserPath(path),
                ": the weights do not fit the model; of another shape: fc.bias "
                "([9] in the file, [5] in the model), fc.weight ([9, 512] in "
                "the file, [5, 512] in the model); if the file's last layer "
                "(fc.weight, fc.bias) serves other classes, set new_head: true "
                "to begin with a fresh one"));
  const auto fresh = Make(kSmall, {});
  const auto model = Make(kSmall, WithWeights(path, /*new_head=*/true));
  const auto a = Parameters(*fresh), b = Parameters(*model);
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].second.dim() == 1 && !absl::StartsWith(a[i].first, "fc."))
      continue;
    EXPECT_EQ(a[i].second.equal(b[i].second),
              absl::StartsWith(a[i].first, "fc."))
        << a[i].first;
  }
}

TEST(ResNetTest, FindsTheFileFromWhereTheUserTyped) {
  const std::string folder = MakeTestFolder();
  ASSERT_OK(WriteFileAtomically(folder + "/w.safetensors",
                                FormatWeights(*Make(kSmall, {}))));
  setenv("BUILD_WORKING_DIRECTORY", folder.c_str(), 1);
  EXPECT_OK(Error(WithWeights("w.safetensors"), {3, 8, 8}));
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(Error(WithWeights("w.safetensors"), {3, 8, 8}).code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace bigstep
