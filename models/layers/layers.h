// Layers that networks are made of, and the distributions their weights start
// from. Parameters and buffers are named as in PyTorch's modules, so that
// weights travel between the two.
#ifndef BIGSTEP_MODELS_LAYERS_LAYERS_H_
#define BIGSTEP_MODELS_LAYERS_LAYERS_H_

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>

namespace bigstep {

// Initial tensors, float32 on the CPU. All randomness is the generator's.

// Uniform in +-1/sqrt(fan_in): PyTorch's default for the weights and biases of
// linear layers and convolutions (kaiming_uniform_ with a = sqrt(5)).
at::Tensor UniformFanIn(at::IntArrayRef shape, int64_t fan_in,
                        at::Generator generator);

// Normal with variance 2 / fan_out for a convolution of shape [O, I, H, W],
// fan_out = O * H * W: keeps the size of gradients through ReLU.
//   He et al., ICCV 2015, arXiv:1502.01852, Equation 14.
at::Tensor KaimingNormalFanOut(at::IntArrayRef shape, at::Generator generator);

// Normal with mean 0 and standard deviation `std`. For `std` up to 0.2 this is
// also PyTorch's trunc_normal_: beyond its default bounds, +-2, then lie 2e-23
// of the distribution.
at::Tensor Normal(at::IntArrayRef shape, double std, at::Generator generator);

// Images [N, C, H, W] with the channels of a pixel side by side in memory,
// where that makes convolutions and pooling faster: on the CPU. Values and
// shape stay.
at::Tensor ToFastLayout(const at::Tensor& images);

// [N, C, H, W] to [N, C * H * W]. The gradient of `maps` has their layout in
// memory, as the layers before them are slow with two different ones.
at::Tensor FlattenMaps(const at::Tensor& maps);

// Two-dimensional cross-correlation with zero padding.
class Convolution final : public torch::nn::Module {
 public:
  // weight [O, I, H, W]; bias [O], or undefined for none. `stride` and
  // `padding` hold for both axes.
  Convolution(at::Tensor weight, at::Tensor bias, int64_t stride,
              int64_t padding);

  // [N, I, H, W] to [N, O, H', W'].
  at::Tensor Forward(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
  int64_t stride_, padding_;
};

// Normalizes each channel over batch and positions, then scales and shifts it.
// In train() mode with the batch's own mean and variance, which move the
// running ones by a tenth of the way; in eval() mode with the running ones.
//   Ioffe and Szegedy, ICML 2015, arXiv:1502.03167.
class BatchNorm final : public torch::nn::Module {
 public:
  // Starts with every `weight` (gamma) at 1 and every `bias` at 0.
  explicit BatchNorm(int64_t channels);

  // x [N, C, ...]. In train() mode each channel needs more than one value:
  // LibTorch throws otherwise, as the variance is then unknown.
  at::Tensor Forward(const at::Tensor& x);

 private:
  at::Tensor weight_, bias_;
  at::Tensor running_mean_, running_var_;  // [C]; the variance is unbiased.
  at::Tensor num_batches_tracked_;         // [] int64; part of saved weights.
};

// x W^T + b.
class Linear final : public torch::nn::Module {
 public:
  // weight [O, I]; bias [O], or undefined for none.
  Linear(at::Tensor weight, at::Tensor bias);

  // [..., I] to [..., O].
  at::Tensor Forward(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
};

// Normalizes the last axis, then scales (from 1) and shifts (from 0) it.
//   Ba et al., 2016, arXiv:1607.06450.
class LayerNorm final : public torch::nn::Module {
 public:
  explicit LayerNorm(int64_t size);

  // x [..., size].
  at::Tensor Forward(const at::Tensor& x) const;

 private:
  at::Tensor weight_, bias_;
};

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_LAYERS_LAYERS_H_
