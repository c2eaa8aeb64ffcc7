// A network that is trained: inputs to logits, with the last hidden
// representation offered to the metrics.
#ifndef BIGSTEP_MODELS_MODEL_H_
#define BIGSTEP_MODELS_MODEL_H_

#include <ATen/core/Generator.h>
#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/named_tensors.h"
#include "base/registry.h"
#include "base/task.h"
#include "models/family.h"

namespace bigstep {

struct ModelOutput {
  at::Tensor logits;          // [N, K] float32, or predictions of numbers.
  at::Tensor representation;  // [N, D] float32: the input of the last linear
                              // layer.
};

// A training pass of a network that knows its own gradient: to the bits of
// Forward and autograd, without a graph. The network has neither buffers nor
// generators.
class DirectPass {
 public:
  virtual ~DirectPass() = default;

  // The logits [N, K] of `inputs` in train() mode, without a graph.
  virtual at::Tensor Forward(const at::Tensor& inputs) = 0;

  // The gradient of each parameter, in the order of Parameters, given that of
  // the last Forward's logits: [N, K], of their dtype and device, contiguous.
  // The same tensors each time, which the caller may change until the next
  // call.
  virtual const std::vector<at::Tensor>& Backward(at::Tensor gradient) = 0;
};

// Life: 1. Made by Models. 2. Moved by to(device). 3. Forward, in train() mode
// with gradients or in eval() mode without.
//
// All state that Forward changes in train() mode is a buffer or a registered
// generator: an interrupted training resumes from these and the parameters.
class Model : public torch::nn::Module {
 public:
  // `inputs` [N, input_shape...] float32, N > 0. In eval mode row i of the
  // output depends on row i of the input only, and dimension 0 of what goes
  // through a nonlinearity is that of `inputs`.
  //
  // Nonlinearities are called by the functions of models/activations.h, so that
  // DeepLIFT can follow its rule there. Those that have none in it (layer
  // normalization, softmax, or a direct at::relu) keep their plain gradient:
  // attributions then add up to the change of the logit less exactly, as
  // core_utilization's completeness_error shows.
  virtual ModelOutput Forward(const at::Tensor& inputs) = 0;

  // For a model on its device whose parameters keep their memory; nullptr if
  // its passes go through autograd. It does not outlive the model.
  virtual std::unique_ptr<DirectPass> MakeDirectPass() const { return nullptr; }

  using NamedGenerators = std::vector<std::pair<std::string, at::Generator>>;
  const NamedGenerators& generators() const { return generators_; }

 protected:
  // For a generator that Forward draws from, as register_buffer for a tensor.
  // Returns the generator, a handle whose copies share its state.
  at::Generator RegisterGenerator(const std::string& name,
                                  const at::Generator& generator);

 private:
  NamedGenerators generators_;
};

// The trained tensors, sharing storage with the model.
NamedTensors Parameters(const Model& model);

// Copies every parameter and buffer of `from` into `to`, a model made with the
// same options.
void CopyState(const Model& from, Model& to);

// The state that training changes: parameters and buffers, sharing storage with
// the model, and as "generator/<name>", uint8, the present states of
// generators.
NamedTensors ModelState(const Model& model);

// Copies a ModelState into a model made with the same options. InvalidArgument
// if it is not that of such a model; part of it may have been copied.
absl::Status SetModelState(const NamedTensors& state, Model& model);

struct ModelArgs {
  TaskSpec task;
  int64_t seed =
      0;  // The trial's; initial weights use Seed(seed, "model/...").
};

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_MODEL_H_
