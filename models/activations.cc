#include "models/activations.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <functional>
#include <utility>
#include <vector>

#include "base/log.h"

namespace bigstep {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Whether this thread is in a RescaleScope.
thread_local bool rescaling = false;

// What the ReluWatch of this thread calls; empty without one.
thread_local std::function<void(const at::Tensor&)> watched_relu;

// Values of GELU near 1 are off by some 2^-24, a quotient of differences d
// therefore by 2^-24 / d. The derivative halfway is off by at most 0.78 d^2 /
// 24, 0.78 being the largest third derivative. At this d the two are 6e-6 and
// 3e-6.
constexpr double kGeluClose = 0.01;

at::Tensor BaselineOf(const at::Tensor& x) { return x.slice(0, -1); }

// (y - y0) / (x - x0), or `slope` where x - x0 = `change` counts as `close`.
at::Tensor Quotient(const at::Tensor& y, const at::Tensor& y0,
                    const at::Tensor& change, const at::Tensor& close,
                    const at::Tensor& slope) {
  return at::where(close, slope, (y - y0) / change.masked_fill(close, 1));
}

class RescaledRelu final : public torch::autograd::Function<RescaledRelu> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    const at::Tensor y = at::relu(x);
    const at::Tensor change = x - BaselineOf(x);
    context->save_for_backward({Quotient(y, BaselineOf(y), change, change.eq(0),
                                         x.gt(0).to(x.scalar_type()))});
    return y;
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    return {gradients[0] * context->get_saved_variables()[0]};
  }
};

class RescaledGelu final : public torch::autograd::Function<RescaledGelu> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    const at::Tensor y = at::gelu(x);
    const at::Tensor change = x - BaselineOf(x);
    const at::Tensor halfway = x - change / 2;
    context->save_for_backward(
        {Quotient(y, BaselineOf(y), change, change.abs().le(kGeluClose),
                  at::gelu_backward(at::ones_like(x), halfway))});
    return y;
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    return {gradients[0] * context->get_saved_variables()[0]};
  }
};

class RescaledMaxPool final
    : public torch::autograd::Function<RescaledMaxPool> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            int64_t kernel, int64_t stride, int64_t padding) {
    const auto [y, largest] = at::max_pool2d_with_indices(
        x, {kernel, kernel}, {stride, stride}, {padding, padding});
    const at::Tensor y0 = BaselineOf(y);
    const at::Tensor responsible =
        at::where(y.ge(y0), largest, BaselineOf(largest));
    const at::Tensor change = (x - BaselineOf(x))
                                  .flatten(2)
                                  .gather(2, responsible.flatten(2))
                                  .view_as(y);
    const at::Tensor multiplier =
        Quotient(y, y0, change, change.eq(0), at::ones_like(change));
    context->save_for_backward({x, responsible, multiplier});
    context->saved_data["kernel"] = kernel;
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    return y;
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const auto both = [&](const char* name) -> std::vector<int64_t> {
      const int64_t size = context->saved_data[name].toInt();
      return {size, size};
    };
    // Sends each window's share to the position that is given for it.
    return {at::max_pool2d_with_indices_backward(
                gradients[0] * saved[2], saved[0], both("kernel"),
                both("stride"), both("padding"), /*dilation=*/{1, 1},
                /*ceil_mode=*/false, saved[1]),
            at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

RescaleScope::RescaleScope() {
  BIGSTEP_CHECK(!watched_relu) << "a RescaleScope within a ReluWatch";
  BIGSTEP_CHECK(!rescaling) << "a RescaleScope within another";
  rescaling = true;
}

RescaleScope::~RescaleScope() { rescaling = false; }

ReluWatch::ReluWatch(std::function<void(const at::Tensor& y)> on_relu) {
  BIGSTEP_CHECK(!watched_relu && !rescaling)
      << "a ReluWatch within another or within a RescaleScope";
  watched_relu = std::move(on_relu);
}

ReluWatch::~ReluWatch() { watched_relu = nullptr; }

bool ActivationsAreWatched() { return rescaling || watched_relu; }

at::Tensor Relu(const at::Tensor& x) {
  if (rescaling) return RescaledRelu::apply(x);
  at::Tensor y = at::relu(x);
  if (watched_relu) watched_relu(y);
  return y;
}

at::Tensor ReluInPlace(at::Tensor x) {
  if (rescaling) return RescaledRelu::apply(x);
  x.relu_();
  if (watched_relu) watched_relu(x);
  return x;
}

at::Tensor Gelu(const at::Tensor& x) {
  return rescaling ? RescaledGelu::apply(x) : at::gelu(x);
}

at::Tensor MaxPool2d(const at::Tensor& x, int64_t kernel, int64_t stride,
                     int64_t padding) {
  if (rescaling) return RescaledMaxPool::apply(x, kernel, stride, padding);
  return at::max_pool2d(x, {kernel, kernel}, {stride, stride},
                        {padding, padding});
}

at::Tensor MaxPoolOfRelu(const at::Tensor& x, int64_t kernel, int64_t stride,
                         int64_t padding) {
  if (ActivationsAreWatched()) {
    return MaxPool2d(Relu(x), kernel, stride, padding);
  }
  return at::relu(MaxPool2d(x, kernel, stride, padding));
}

}  // namespace bigstep
