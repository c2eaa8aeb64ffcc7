// A stack of linear layers with ReLU between them, as one node of the graph: an
// eighth of the step of a network of 20-100-100-2 otherwise goes into nodes.
#ifndef BIGSTEP_MODELS_LAYERS_PERCEPTRON_H_
#define BIGSTEP_MODELS_LAYERS_PERCEPTRON_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "models/model.h"

namespace bigstep {

// Handles to parameters of one dtype and device. `weight` [O, I]; `bias` [O],
// or undefined in all layers.
struct LinearParameters {
  at::Tensor weight, bias;
};

struct PerceptronOutput {
  at::Tensor logits;  // [N, K].
  at::Tensor hidden;  // [N, D]: the input of the last layer.
};

// Outputs for x [N, I] of that dtype and device. There is at least one layer,
// and ReLU after each but the last, with its plain gradient also in a
// RescaleScope. Gradients may themselves be differentiated, at the price of a
// second forward pass.
PerceptronOutput Perceptron(const at::Tensor& x,
                            const std::vector<LinearParameters>& layers);

// The same for training alone, on memory that is kept. A third of the step of a
// network of 20-100-100-2 otherwise goes into autograd and allocations.
class PerceptronPass final : public DirectPass {
 public:
  explicit PerceptronPass(const std::vector<LinearParameters>& layers);

  at::Tensor Forward(const at::Tensor& inputs) override;
  const std::vector<at::Tensor>& Backward(at::Tensor gradient) override;

 private:
  struct Layer {
    LinearParameters parameters;  // Without a graph.
    at::Tensor transposed;        // The weight, [I, O].
    // What the layer reads, [N, I], and the gradient of that; undefined before
    // the first pass, and for the first layer.
    at::Tensor input, input_gradient;
  };

  std::vector<Layer> layers_;
  // By layer: of the weight and, if there is one, of the bias.
  std::vector<at::Tensor> gradients_;
};

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_LAYERS_PERCEPTRON_H_
