#include "models/layers/window_attention.h"

#include <ATen/ATen.h>

#include <cmath>

#include "base/log.h"

namespace bigstep {
namespace {

// [N, H, W, C] to [N * windows, window^2, C]; windows, and tokens within them,
// row by row.
at::Tensor ToWindows(const at::Tensor& x, int64_t window) {
  return x
      .reshape({x.size(0), x.size(1) / window, window, x.size(2) / window,
                window, x.size(3)})
      .transpose(2, 3)
      .reshape({-1, window * window, x.size(3)});
}

// The inverse: `sizes` is [N, H, W, C].
at::Tensor FromWindows(const at::Tensor& tokens, int64_t window,
                       at::IntArrayRef sizes) {
  return tokens
      .reshape({sizes[0], sizes[1] / window, sizes[2] / window, window, window,
                sizes[3]})
      .transpose(2, 3)
      .reshape(sizes);
}

// How many tokens `size` lacks to the next multiple of `window`.
int64_t Lacking(int64_t size, int64_t window) {
  return (window - size % window) % window;
}

at::Tensor Roll(const at::Tensor& x, int64_t down, int64_t right) {
  if (down == 0 && right == 0) return x;  // Spares two copies.
  return x.roll({down, right}, {1, 2});
}

}  // namespace

at::Tensor RelativePositionIndex(int64_t window) {
  const at::Tensor position = at::arange(window * window);
  const at::Tensor y = position.div(window, "floor");
  const at::Tensor x = position.remainder(window);
  const auto offset = [&](const at::Tensor& axis) {
    return axis.unsqueeze(1) - axis.unsqueeze(0) + window - 1;
  };
  return (offset(y) * (2 * window - 1) + offset(x)).flatten();
}

at::Tensor ShiftMask(int64_t height, int64_t width, int64_t window,
                     int64_t shift_y, int64_t shift_x, at::Device device) {
  // The rolled map ends with the rows and columns that came around: a number
  // from 0 to 3 says which of the two a token belongs to.
  const at::Tensor rows = at::arange(height, device).ge(height - shift_y);
  const at::Tensor columns = at::arange(width, device).ge(width - shift_x);
  const at::Tensor origin = rows.unsqueeze(1) * 2 + columns;
  const at::Tensor tokens =
      ToWindows(origin.view({1, height, width, 1}), window).squeeze(2);
  return tokens.unsqueeze(1).ne(tokens.unsqueeze(2)).to(at::kFloat) * -100;
}

std::shared_ptr<Linear> MakeSwinLinear(int64_t out, int64_t in,
                                       const at::Generator& init) {
  return std::make_shared<Linear>(Normal({out, in}, 0.02, init),
                                  at::zeros({out}));
}

WindowAttention::WindowAttention(int64_t dim, int64_t heads, int64_t window,
                                 int64_t shift, const at::Generator& init)
    : heads_(heads), window_(window), shift_(shift) {
  BIGSTEP_CHECK(dim % heads == 0) << dim << " units, " << heads << " heads";
  const int64_t offsets = 2 * window - 1;
  bias_table_ =
      register_parameter("relative_position_bias_table",
                         Normal({offsets * offsets, heads}, 0.02, init));
  position_index_ =
      register_buffer("relative_position_index", RelativePositionIndex(window));
  qkv_ = register_module("qkv", MakeSwinLinear(3 * dim, dim, init));
  proj_ = register_module("proj", MakeSwinLinear(dim, dim, init));
}

at::Tensor WindowAttention::Forward(const at::Tensor& x) {
  const int64_t height = x.size(1), width = x.size(2);
  const at::Tensor padded = at::constant_pad_nd(
      x, {0, 0, 0, Lacking(width, window_), 0, Lacking(height, window_)});
  const int64_t rows = padded.size(1) / window_;
  const int64_t columns = padded.size(2) / window_;
  const int64_t shift_y = rows > 1 ? shift_ : 0;
  const int64_t shift_x = columns > 1 ? shift_ : 0;

  const at::Tensor tokens =
      ToWindows(Roll(padded, -shift_y, -shift_x), window_);
  at::Tensor bias = PositionBias();
  if (shift_y > 0 || shift_x > 0) {
    bias = bias + ShiftMask(padded.size(1), padded.size(2), window_, shift_y,
                            shift_x, x.device())
                      .unsqueeze(1);
  }
  const at::Tensor attended = FromWindows(Attend(tokens, bias, rows * columns),
                                          window_, padded.sizes());
  return Roll(attended, shift_y, shift_x)
      .slice(1, 0, height)
      .slice(2, 0, width);
}

at::Tensor WindowAttention::Attend(const at::Tensor& tokens,
                                   const at::Tensor& bias, int64_t windows) {
  const int64_t batch = tokens.size(0), length = tokens.size(1);
  const int64_t dim = tokens.size(2), head_dim = dim / heads_;
  // [3, batch, heads, length, head_dim].
  const at::Tensor qkv = qkv_->Forward(tokens)
                             .reshape({batch, length, 3, heads_, head_dim})
                             .permute({2, 0, 3, 1, 4});
  const double scale = 1 / std::sqrt(static_cast<double>(head_dim));
  const at::Tensor scores = at::matmul(qkv[0] * scale, qkv[1].transpose(-2, -1))
                                .view({-1, windows, heads_, length, length});
  const at::Tensor weights =
      (scores + bias).softmax(-1).view({batch, heads_, length, length});
  return proj_->Forward(
      at::matmul(weights, qkv[2]).transpose(1, 2).reshape(tokens.sizes()));
}

at::Tensor WindowAttention::PositionBias() {
  const int64_t length = window_ * window_;
  // to(dtype) on a module converts all its buffers: back to whole numbers.
  return at::embedding(bias_table_, position_index_.to(at::kLong))
      .view({length, length, heads_})
      .permute({2, 0, 1});
}

}  // namespace bigstep
