// Rounds the weights of a network to few values.
#ifndef BIGSTEP_METRICS_WEIGHTS_QUANTIZATION_H_
#define BIGSTEP_METRICS_WEIGHTS_QUANTIZATION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "absl/status/status.h"

namespace bigstep {

class Model;

// `weight` float32 of any shape, rounded to the nearest of the 2^bits - 1
// multiples k s, |k| <= 2^(bits - 1) - 1, of s = max|w| / (2^(bits - 1) - 1):
// symmetric uniform quantization with one scale for the tensor. Of two that are
// as near, the one with even k. 2 <= bits <= 24. Zeros stay zeros; a value that
// is not finite makes all of them NaN.
at::Tensor Quantized(const at::Tensor& weight, int64_t bits);

// Writes into `copy` the weights of `model`, of which it is a copy, each tensor
// with two or more dimensions quantized; biases and normalization, which have
// one, stay. InvalidArgument if there is no such tensor.
absl::Status QuantizeWeights(const Model& model, int64_t bits, Model& copy);

// InvalidArgument if there is nothing to quantize.
absl::Status CheckQuantizable(const Model& model);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_WEIGHTS_QUANTIZATION_H_
