// Self-attention within windows of an image, the attention of Swin
// Transformers.
//   Liu et al., "Swin Transformer", ICCV 2021, arXiv:2103.14030, section 3.2.
// Parameters, their names and their initial values are those of torchvision.
#ifndef BIGSTEP_MODELS_LAYERS_WINDOW_ATTENTION_H_
#define BIGSTEP_MODELS_LAYERS_WINDOW_ATTENTION_H_

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <memory>

#include "models/layers/layers.h"

namespace bigstep {

// For each pair of tokens of a `window` x `window` square, both counted row by
// row, the row of the bias table that belongs to their offset: entry
// (i * window^2 + j) of a [window^4] int64 tensor is
//   (y_i - y_j + window - 1) * (2 window - 1) + x_i - x_j + window - 1.
at::Tensor RelativePositionIndex(int64_t window);

// [windows, window^2, window^2] float32, added to attention scores after a map
// of height x width tokens was rolled up by `shift_y` and left by `shift_x`:
// -100 for two tokens that were not neighbours before, one of them having come
// around the border, and 0 for the others. Heights and widths are multiples of
// `window`; shifts lie in [0, window).
at::Tensor ShiftMask(int64_t height, int64_t width, int64_t window,
                     int64_t shift_y, int64_t shift_x, at::Device device);

// A linear layer with bias as those of a Swin Transformer start: weights normal
// with standard deviation 0.02, biases 0.
std::shared_ptr<Linear> MakeSwinLinear(int64_t out, int64_t in,
                                       const at::Generator& init);

// Multi-head attention in windows, with a learned bias for each head and each
// offset between two tokens.
class WindowAttention final : public torch::nn::Module {
 public:
  // `dim` is a multiple of `heads`. `shift` in [0, window) moves the windows
  // down and right by as many tokens. `init` draws the initial weights.
  WindowAttention(int64_t dim, int64_t heads, int64_t window, int64_t shift,
                  const at::Generator& init);

  // [N, H, W, dim] to the same. Zero tokens fill up the last windows, and
  // attention sees them, as in torchvision; an axis of one window is not
  // shifted.
  at::Tensor Forward(const at::Tensor& x);

 private:
  // `tokens` [N * windows, window^2, dim] to the same; `bias` is
  // [windows, heads, window^2, window^2], or [heads, ...] for one and all.
  at::Tensor Attend(const at::Tensor& tokens, const at::Tensor& bias,
                    int64_t windows);

  // [heads, window^2, window^2].
  at::Tensor PositionBias();

  const int64_t heads_, window_, shift_;
  at::Tensor bias_table_;      // [(2 window - 1)^2, heads].
  at::Tensor position_index_;  // [window^4], of RelativePositionIndex.
  std::shared_ptr<Linear> qkv_, proj_;
};

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_LAYERS_WINDOW_ATTENTION_H_
