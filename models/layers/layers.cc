#include "models/layers/layers.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/functional/batchnorm.h>

#include <cmath>

#include "base/log.h"

namespace bigstep {
namespace {

// PyTorch's default for batch and layer normalization.
constexpr double kEpsilon = 1e-5;

// Registers `bias` unless the layer has none.
at::Tensor RegisterBias(const at::Tensor& bias, torch::nn::Module& layer) {
  if (!bias.defined()) return bias;
  return layer.register_parameter("bias", bias);
}

class FlattenedMaps final : public torch::autograd::Function<FlattenedMaps> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context,
                            const at::Tensor& maps) {
    context->saved_data["sizes"] = maps.sizes();
    context->saved_data["channels_last"] =
        maps.suggest_memory_format() == at::MemoryFormat::ChannelsLast;
    return maps.flatten(1);
  }

  static torch::autograd::variable_list backward(
      torch::autograd::AutogradContext* context,
      const torch::autograd::variable_list& gradients) {
    const at::Tensor gradient =
        gradients[0].view(context->saved_data["sizes"].toIntVector());
    return {context->saved_data["channels_last"].toBool()
                ? gradient.contiguous(at::MemoryFormat::ChannelsLast)
                : gradient};
  }
};

// Statistics of bfloat16 values are poor, and not computed everywhere.
at::Tensor InFloat32(const at::Tensor& x) {
  return x.scalar_type() == at::kBFloat16 ? x.to(at::kFloat) : x;
}

}  // namespace

at::Tensor ToFastLayout(const at::Tensor& images) {
  return images.device().is_cpu()
             ? images.contiguous(at::MemoryFormat::ChannelsLast)
             : images;
}

at::Tensor FlattenMaps(const at::Tensor& maps) {
  return FlattenedMaps::apply(maps);
}

at::Tensor UniformFanIn(at::IntArrayRef shape, int64_t fan_in,
                        at::Generator generator) {
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  return at::empty(shape).uniform_(-bound, bound, generator);
}

at::Tensor KaimingNormalFanOut(at::IntArrayRef shape, at::Generator generator) {
  BIGSTEP_CHECK(shape.size() == 4) << "got " << shape.size() << " sizes";
  const double fan_out = static_cast<double>(shape[0] * shape[2] * shape[3]);
  return at::empty(shape).normal_(0, std::sqrt(2 / fan_out), generator);
}

at::Tensor Normal(at::IntArrayRef shape, double std, at::Generator generator) {
  return at::empty(shape).normal_(0, std, generator);
}

Convolution::Convolution(at::Tensor weight, at::Tensor bias, int64_t stride,
                         int64_t padding)
    : weight_(register_parameter("weight", weight)),
      bias_(RegisterBias(bias, *this)),
      stride_(stride),
      padding_(padding) {}

at::Tensor Convolution::Forward(const at::Tensor& x) const {
  return at::conv2d(x, weight_, bias_, stride_, padding_);
}

BatchNorm::BatchNorm(int64_t channels)
    : weight_(register_parameter("weight", at::ones({channels}))),
      bias_(register_parameter("bias", at::zeros({channels}))),
      running_mean_(register_buffer("running_mean", at::zeros({channels}))),
      running_var_(register_buffer("running_var", at::ones({channels}))),
      num_batches_tracked_(
          register_buffer("num_batches_tracked", at::zeros({}, at::kLong))) {}

at::Tensor BatchNorm::Forward(const at::Tensor& x) {
  namespace F = torch::nn::functional;
  const auto options = F::BatchNormFuncOptions()
                           .weight(weight_)
                           .bias(bias_)
                           .training(is_training())
                           .momentum(0.1)
                           .eps(kEpsilon);
  at::Tensor y =
      F::batch_norm(InFloat32(x), running_mean_, running_var_, options);
  if (is_training()) num_batches_tracked_.add_(1);
  return y;
}

Linear::Linear(at::Tensor weight, at::Tensor bias)
    : weight_(register_parameter("weight", weight)),
      bias_(RegisterBias(bias, *this)) {}

at::Tensor Linear::Forward(const at::Tensor& x) const {
  return at::linear(x, weight_, bias_);
}

LayerNorm::LayerNorm(int64_t size)
    : weight_(register_parameter("weight", at::ones({size}))),
      bias_(register_parameter("bias", at::zeros({size}))) {}

at::Tensor LayerNorm::Forward(const at::Tensor& x) const {
  return at::layer_norm(InFloat32(x), weight_.sizes(), weight_, bias_,
                        kEpsilon);
}

}  // namespace bigstep
