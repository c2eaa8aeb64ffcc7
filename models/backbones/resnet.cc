#include "models/backbones/resnet.h"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "base/status.h"
#include "models/activations.h"
#include "models/backbones/image_task.h"
#include "models/layers/layers.h"

namespace bigstep {
namespace {

// A convolution with this many output channels.
struct ConvolutionShape {
  int64_t channels, kernel, stride;
};

// A convolution without bias, then a batch normalization.
struct NormalizedConvolution {
  std::shared_ptr<Convolution> convolution;
  std::shared_ptr<BatchNorm> norm;

  at::Tensor Forward(const at::Tensor& x) const {
    return norm->Forward(convolution->Forward(x));
  }
};

// The padding keeps the size of the image at stride 1.
NormalizedConvolution MakeConvolution(int64_t in, const ConvolutionShape& shape,
                                      at::Generator generator) {
  const at::Tensor weight = KaimingNormalFanOut(
      {shape.channels, in, shape.kernel, shape.kernel}, std::move(generator));
  return {std::make_shared<Convolution>(weight, at::Tensor(), shape.stride,
                                        shape.kernel / 2),
          std::make_shared<BatchNorm>(shape.channels)};
}

// relu(convolutions(x) + x), where a 1x1 convolution brings x to the shape of
// the other summand if it has another.
class Block final : public torch::nn::Module {
 public:
  Block(int64_t in, const std::vector<ConvolutionShape>& shapes,
        at::Generator generator) {
    int64_t channels = in, stride = 1;
    for (size_t i = 0; i < shapes.size(); ++i) {
      branch_.push_back(MakeConvolution(channels, shapes[i], generator));
      register_module(absl::StrCat("conv", i + 1), branch_[i].convolution);
      register_module(absl::StrCat("bn", i + 1), branch_[i].norm);
      channels = shapes[i].channels;
      stride *= shapes[i].stride;
    }
    if (stride == 1 && channels == in) return;
    shortcut_ = MakeConvolution(in, {channels, 1, stride}, generator);
    const auto both =
        register_module("downsample", std::make_shared<torch::nn::Module>());
    both->register_module("0", shortcut_.convolution);
    both->register_module("1", shortcut_.norm);
  }

  at::Tensor Forward(const at::Tensor& x) const {
    at::Tensor y = x;
    for (size_t i = 0; i < branch_.size(); ++i) {
      // Normalization made the tensor and needs it no more: relu may overwrite.
      y = branch_[i].Forward(i == 0 ? y : ReluInPlace(y));
    }
    const bool identity = shortcut_.convolution == nullptr;
    return ReluInPlace(y.add_(identity ? x : shortcut_.Forward(x)));
  }

 private:
  std::vector<NormalizedConvolution> branch_;
  NormalizedConvolution shortcut_;  // Null for the identity.
};

class ResNet final : public Model {
 public:
  ResNet(const ResNetShape& shape, const ResNetOptions& options,
         const ModelArgs& args)
      : cifar_stem_(options.stem == "cifar") {
    const at::Generator generator =
        MakeGenerator(Seed(args.seed, "model/init"));
    int64_t channels = 64;
    stem_ = MakeConvolution(args.task.input_shape[0],
                            cifar_stem_ ? ConvolutionShape{channels, 3, 1}
                                        : ConvolutionShape{channels, 7, 2},
                            generator);
    register_module("conv1", stem_.convolution);
    register_module("bn1", stem_.norm);
    for (int64_t i = 0; i < 4; ++i) {
      channels = AddLayer(i, channels, shape, generator);
    }
    const int64_t classes = args.task.num_outputs();
    const at::Tensor weight =
        UniformFanIn({classes, channels}, channels, generator);
    const at::Tensor bias = UniformFanIn({classes}, channels, generator);
    head_ = register_module("fc", std::make_shared<Linear>(weight, bias));
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    at::Tensor x = stem_.Forward(ToFastLayout(inputs));
    x = cifar_stem_ ? ReluInPlace(x)
                    : MaxPoolOfRelu(x, /*kernel=*/3, /*stride=*/2,
                                    /*padding=*/1);
    for (const auto& block : blocks_) x = block->Forward(x);
    const at::Tensor pooled = x.mean({2, 3});
    return {head_->Forward(pooled), pooled};
  }

 private:
  // Adds layer<i + 1>, which reads `in` channels; returns how many it writes.
  int64_t AddLayer(int64_t i, int64_t in, const ResNetShape& shape,
                   const at::Generator& generator) {
    const auto layer = register_module(absl::StrCat("layer", i + 1),
                                       std::make_shared<torch::nn::Module>());
    const int64_t width = shape.width << i;
    const int64_t out = shape.bottleneck ? 256 << i : width;
    for (int64_t j = 0; j < shape.blocks[i]; ++j) {
      const int64_t stride = i > 0 && j == 0 ? 2 : 1;
      std::vector<ConvolutionShape> shapes = {{width, 3, stride}, {out, 3, 1}};
      if (shape.bottleneck) {
        shapes = {{width, 1, 1}, {width, 3, stride}, {out, 1, 1}};
      }
      blocks_.push_back(layer->register_module(
          absl::StrCat(j),
          std::make_shared<Block>(j == 0 ? in : out, shapes, generator)));
    }
    return out;
  }

  bool cifar_stem_;
  NormalizedConvolution stem_;
  std::vector<std::shared_ptr<Block>> blocks_;  // All layers.
  std::shared_ptr<Linear> head_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> MakeResNet(const ResNetShape& shape,
                                                  const ResNetOptions& options,
                                                  const ModelArgs& args) {
  RETURN_IF_ERROR(CheckImages(args.task, "a residual network"));
  auto model = std::make_unique<ResNet>(shape, options, args);
  RETURN_IF_ERROR(StartFromWeights(options, {"fc.weight", "fc.bias"}, *model));
  return model;
}

}  // namespace bigstep
