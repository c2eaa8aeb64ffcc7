// The nonlinearities of networks, in a form that attribution can look into: a
// RescaleScope exchanges their gradients for DeepLIFT's multipliers.
//   Shrikumar et al., "Learning Important Features Through Propagating
//   Activation Differences", ICML 2017, arXiv:1704.02685, section 3.5.1.
#ifndef BIGSTEP_MODELS_ACTIVATIONS_H_
#define BIGSTEP_MODELS_ACTIVATIONS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace bigstep {

// While it exists, tensors that Relu, MaxPool2d and Gelu make on this
// thread have a backward pass that follows the Rescale rule. The last row of
// their argument (index -1 of dimension 0) is the baseline x0 and each other
// row an input x: instead of the derivative, gradients are multiplied by
//   (f(x) - f(x0)) / (x - x0),
// and by the derivative halfway between where x and x0 are too close for a
// quotient of float32 numbers: equal for ReLU, which rounds nothing, and at
// most 0.01 apart for GELU. The values of the forward pass stay the same, bit
// for bit. Scopes on one thread must not nest.
class RescaleScope {
 public:
  RescaleScope();
  RescaleScope(const RescaleScope&) = delete;
  RescaleScope& operator=(const RescaleScope&) = delete;
  ~RescaleScope();
};

// While it exists, Relu, ReluInPlace and MaxPoolOfRelu on this thread call
// `on_relu` with what the ReLU gives, before it is pooled, in the order of the
// calls. The tensor is valid during the call. Watches on one thread, or one and
// a RescaleScope, must not nest.
class ReluWatch {
 public:
  explicit ReluWatch(std::function<void(const at::Tensor& y)> on_relu);
  ReluWatch(const ReluWatch&) = delete;
  ReluWatch& operator=(const ReluWatch&) = delete;
  ~ReluWatch();
};

// Whether this thread has a RescaleScope or a ReluWatch.
bool ActivationsAreWatched();

// max(x, 0), elementwise; x [N, ...].
at::Tensor Relu(const at::Tensor& x);

// The same; may overwrite x, which nobody else may need.
at::Tensor ReluInPlace(at::Tensor x);

// x times the standard normal distribution function at x, elementwise;
// x [N, ...]. Hendrycks and Gimpel, 2016, arXiv:1606.08415.
at::Tensor Gelu(const at::Tensor& x);

// The maxima of x [N, C, H, W] over windows of kernel x kernel positions,
// `stride` apart, after `padding` positions that never win on each side.
//
// In a RescaleScope the change of a maximum, y - y0, belongs to one position of
// its window: to the one that is largest in x if y >= y0, else to the one that
// is largest in x0. This is the rule of Lundberg and Lee's DeepExplainer (the
// rise above y0 to the one, the fall below y0 to the other): the position
// changes by at least as much, so that multipliers lie in [0, 1].
//   Lundberg and Lee, NIPS 2017, arXiv:1705.07874.
at::Tensor MaxPool2d(const at::Tensor& x, int64_t kernel, int64_t stride,
                     int64_t padding);

// MaxPool2d(Relu(x)), with the same values and gradients. ReLU does not change
// which value is the largest, so it is applied after pooling, to fewer values;
// in a RescaleScope the two keep their order.
at::Tensor MaxPoolOfRelu(const at::Tensor& x, int64_t kernel, int64_t stride,
                         int64_t padding);

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_ACTIVATIONS_H_
