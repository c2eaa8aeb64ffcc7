// Which input values made a network give a logit: attribution to each value of
// an input, relative to a baseline input.
#ifndef BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_H_
#define BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace bigstep {

class Model;

// How to attribute the change f(x) - f(x0) of a logit f to the values of the
// input x; x0 is the baseline and g a gradient of f with respect to the input:
//   deep_lift             (x - x0) m, m being g with the Rescale rule at the
//                         functions of models/activations.h: Shrikumar et al.,
//                         2017, arXiv:1704.02685, section 3.5.1.
//   integrated_gradients  (x - x0) times the mean of g on the straight line
//                         from x0 to x: Sundararajan et al., 2017,
//                         arXiv:1703.01365, equation 1, by Gauss-Legendre
//                         quadrature.
//   input_x_gradient      (x - x0) g(x): Shrikumar et al., 2016,
//                         arXiv:1605.01713, for x0 = 0.
//   saliency              |g(x)|: Simonyan et al., 2013, arXiv:1312.6034.
struct AttributionRule {
  std::string method = "deep_lift";
  int64_t steps = 50;  // Of integrated_gradients: the number of gradients.
};

// Row i of every tensor belongs to the same example.
struct Attribution {
  at::Tensor values;  // [M, input_shape...] float32.
  at::Tensor change;  // [M] float64: f(x) - f(x0).
};

// Attributes the logits `targets` [M] int64 for `inputs` [M, input_shape...]
// float32 against `baseline` [input_shape...]. The model is in eval mode;
// weights and their .grad() stay as they are. Takes the memory of a training
// step on M + 1 examples.
//
// The values of deep_lift and integrated_gradients add up to `change`: the
// former as exactly as float32 allows if every nonlinearity of the model has
// its rule, the latter as exactly as the quadrature is.
Attribution Attribute(Model& model, const at::Tensor& inputs,
                      const at::Tensor& targets, const at::Tensor& baseline,
                      const AttributionRule& rule);

// The integral of f from 0 to 1 is about the sum of weights[i] f(nodes[i]).
struct Quadrature {
  std::vector<double> nodes;  // Rising.
  std::vector<double> weights;
};

// Exact for polynomials of degree below 2 `size`; size >= 1. Golub and Welsch,
// Mathematics of Computation 23 (1969).
Quadrature GaussLegendre(int64_t size);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_ATTRIBUTION_ATTRIBUTION_H_
