#include "models/layers/perceptron.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstddef>
#include <utility>

#include "base/log.h"

namespace bigstep {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The inputs of the function below: x, then the parameters of one layer after
// another, the bias of each behind its weight unless there are none.
class Inputs {
 public:
  Inputs(at::TensorList tensors, bool biased)
      : tensors_(tensors), stride_(biased ? 2 : 1) {}

  size_t layers() const { return (tensors_.size() - 1) / stride_; }
  size_t WeightAt(size_t layer) const { return 1 + stride_ * layer; }
  const at::Tensor& x() const { return tensors_[0]; }
  const at::Tensor& Weight(size_t layer) const {
    return tensors_[WeightAt(layer)];
  }
  bool biased() const { return stride_ == 2; }
  at::Tensor Bias(size_t layer) const {
    return biased() ? tensors_[WeightAt(layer) + 1] : at::Tensor();
  }
  at::TensorList tensors() const { return tensors_; }

 private:
  at::TensorList tensors_;
  size_t stride_;
};

// The input of each layer, then the logits.
variable_list Activations(const Inputs& inputs) {
  variable_list activations = {inputs.x()};
  for (size_t i = 0; i < inputs.layers(); ++i) {
    at::Tensor y =
        at::linear(activations.back(), inputs.Weight(i), inputs.Bias(i));
    // In place: nobody else needs the product, autograd included.
    if (i + 1 < inputs.layers()) y.relu_();
    activations.push_back(std::move(y));
  }
  return activations;
}

class PerceptronFunction final
    : public torch::autograd::Function<PerceptronFunction> {
 public:
  // Returns {logits, hidden}, or {logits} alone if there is one layer, which
  // reads x.
  static variable_list forward(AutogradContext* context, at::TensorList tensors,
                               bool biased) {
    const at::AutoDispatchBelowAutograd no_graph;
    const Inputs inputs(tensors, biased);
    const variable_list activations = Activations(inputs);
    const size_t layers = inputs.layers();
    variable_list saved = tensors.vec();
    saved.insert(saved.end(), activations.begin() + 1, activations.end() - 1);
    context->save_for_backward(std::move(saved));
    context->saved_data["inputs"] = static_cast<int64_t>(tensors.size());
    context->saved_data["biased"] = biased;
    context->set_materialize_grads(false);
    if (layers == 1) return {activations.back()};
    return {activations.back(), activations[layers - 1]};
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const int64_t size = context->saved_data["inputs"].toInt();
    const Inputs inputs(at::TensorList(saved).slice(0, size),
                        context->saved_data["biased"].toBool());
    variable_list results = at::GradMode::is_enabled()
                                ? Differentiable(inputs, gradients)
                                : Plain(inputs, saved.data() + size, gradients);
    results.emplace_back();  // For `biased`.
    return results;
  }

 private:
  // `hidden`: what layers 1, 2, ... read.
  static variable_list Plain(const Inputs& inputs, const at::Tensor* hidden,
                             const variable_list& gradients) {
    const at::AutoDispatchBelowAutograd no_graph;
    variable_list results(inputs.tensors().size());
    at::Tensor gradient = gradients[0];  // Of what layer i puts out.
    for (size_t i = inputs.layers(); i-- > 0;) {
      const at::Tensor& read = i == 0 ? inputs.x() : hidden[i - 1];
      const bool last = i + 1 == inputs.layers();
      if (gradient.defined()) {
        results[inputs.WeightAt(i)] = at::mm(gradient.t(), read);
        if (inputs.biased()) {
          results[inputs.WeightAt(i) + 1] = gradient.sum(0);
        }
        if (i == 0 && !read.requires_grad()) break;
        gradient = at::mm(gradient, inputs.Weight(i));
      }
      if (last && gradients.size() > 1 && gradients[1].defined()) {
        gradient = gradient.defined() ? gradient + gradients[1] : gradients[1];
      }
      if (i > 0 && gradient.defined()) {
        gradient = at::threshold_backward(gradient, read, 0);
      }
      if (i == 0) results[0] = gradient;
    }
    return results;
  }

  // The gradients as functions of inputs and `gradients`.
  static variable_list Differentiable(const Inputs& inputs,
                                      const variable_list& gradients) {
    const variable_list activations = Activations(inputs);
    variable_list outputs, given, wanted;
    for (size_t i = 0; i < gradients.size(); ++i) {
      if (!gradients[i].defined()) continue;
      outputs.push_back(*(activations.end() - 1 - i));
      given.push_back(gradients[i]);
    }
    for (const at::Tensor& input : inputs.tensors()) {
      if (input.requires_grad()) wanted.push_back(input);
    }
    const variable_list found = torch::autograd::grad(
        outputs, wanted, given, /*retain_graph=*/true, /*create_graph=*/true,
        /*allow_unused=*/true);
    variable_list results(inputs.tensors().size());
    for (size_t i = 0, next = 0; i < results.size(); ++i) {
      if (inputs.tensors()[i].requires_grad()) results[i] = found[next++];
    }
    return results;
  }
};

}  // namespace

PerceptronPass::PerceptronPass(const std::vector<LinearParameters>& layers) {
  BIGSTEP_CHECK(!layers.empty());
  for (const LinearParameters& parameters : layers) {
    BIGSTEP_CHECK(parameters.bias.defined() == layers[0].bias.defined());
    Layer layer;
    layer.parameters.weight = parameters.weight.detach();
    layer.transposed = layer.parameters.weight.t();
    gradients_.push_back(at::empty_like(layer.parameters.weight));
    if (parameters.bias.defined()) {
      layer.parameters.bias = parameters.bias.detach();
      gradients_.push_back(at::empty_like(layer.parameters.bias));
    }
    layers_.push_back(std::move(layer));
  }
}

at::Tensor PerceptronPass::Forward(const at::Tensor& inputs) {
  const at::AutoDispatchBelowADInplaceOrView no_graph;
  layers_[0].input = inputs.dim() == 2 ? inputs : inputs.flatten(1);
  for (size_t i = 0;; ++i) {
    const Layer& layer = layers_[i];
    const bool last = i + 1 == layers_.size();
    const std::vector<int64_t> shape = {inputs.size(0),
                                        layer.transposed.size(1)};
    // Logits are the caller's to keep.
    at::Tensor y;
    if (last) {
      y = at::empty(shape, inputs.options());
    } else {
      at::Tensor& kept = layers_[i + 1].input;
      if (!kept.defined() || kept.size(0) != shape[0]) {  // One dtype, device.
        kept = at::empty(shape, inputs.options());
        layers_[i + 1].input_gradient = at::empty_like(kept);
      }
      y = kept;
    }
    if (layer.parameters.bias.defined()) {
      at::addmm_out(y, layer.parameters.bias, layer.input, layer.transposed);
    } else {
      at::mm_out(y, layer.input, layer.transposed);
    }
    if (last) return y;
    at::relu_(y);
  }
}

const std::vector<at::Tensor>& PerceptronPass::Backward(at::Tensor gradient) {
  const at::AutoDispatchBelowADInplaceOrView no_graph;
  const size_t stride = gradients_.size() / layers_.size();
  for (size_t i = layers_.size(); i-- > 0;) {
    const Layer& layer = layers_[i];
    at::mm_out(gradients_[stride * i], gradient.t(), layer.input);
    if (stride == 2) at::sum_out(gradients_[2 * i + 1], gradient, {0});
    if (i == 0) break;
    at::Tensor next = layer.input_gradient;
    at::mm_out(next, gradient, layer.parameters.weight);
    at::threshold_backward_out(next, next, layer.input, 0);
    gradient = next;
  }
  layers_[0].input.reset();  // The batch is the caller's.
  return gradients_;
}

PerceptronOutput Perceptron(const at::Tensor& x,
                            const std::vector<LinearParameters>& layers) {
  BIGSTEP_CHECK(!layers.empty());
  const bool biased = layers[0].bias.defined();
  variable_list tensors = {x};
  for (const LinearParameters& layer : layers) {
    BIGSTEP_CHECK(layer.bias.defined() == biased);
    tensors.push_back(layer.weight);
    if (biased) tensors.push_back(layer.bias);
  }
  const at::TensorList list = tensors;
  const variable_list outputs = PerceptronFunction::apply(list, biased);
  return {outputs[0], outputs.size() > 1 ? outputs[1] : x};
}

}  // namespace bigstep
