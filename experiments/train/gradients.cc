#include "experiments/train/gradients.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "base/bfloat16_scope.h"
#include "base/log.h"

namespace bigstep {
namespace {

// Runs of a pass before it is recorded. In the first ones libraries allocate
// their workspaces and choose their kernels; LibTorch's authors advise three.
constexpr int64_t kRunsBefore = 3;

// Passes that have graphs or are direct: SAM makes two. They keep the memory of
// all that they compute.
constexpr size_t kMostKept = 2;

}  // namespace

BatchGradients::BatchGradients(const Parts& parts)
    : parts_(parts), parameters_(Parameters(parts.model)) {}

bool BatchGradients::UsesGraphs() const {
  return parts_.make_graph != nullptr && parts_.model.generators().empty();
}

void BatchGradients::SetBatch(const ExampleBatch& batch) {
  next_pass_ = 0;
  if (!UsesGraphs()) {
    inputs_ = batch.inputs;
    targets_ = batch.targets;
    return;
  }
  if (!inputs_.defined()) {
    inputs_ = at::empty_like(batch.inputs);
    targets_ = at::empty_like(batch.targets);
  }
  BIGSTEP_CHECK(inputs_.sizes() == batch.inputs.sizes() &&
                targets_.sizes() == batch.targets.sizes())
      << inputs_.sizes() << ", then " << batch.inputs.sizes();
  inputs_.copy_(batch.inputs);
  targets_.copy_(batch.targets);
}

void BatchGradients::ReleaseBatch() {
  if (UsesGraphs()) return;
  inputs_.reset();
  targets_.reset();
}

bool BatchGradients::MayRecord() const {
  return UsesGraphs() &&
         std::any_of(passes_.begin(), passes_.end(), [](const Pass& pass) {
           return pass.graph == nullptr && pass.runs >= kRunsBefore;
         });
}

at::Tensor BatchGradients::Compute() {
  const size_t number = next_pass_++;
  if (passes_.size() < kMostKept && passes_.size() <= number) {
    passes_.resize(number + 1);
    passes_[number].direct = MakeDirectPass();
  }
  const bool first = number == 0;
  if (number < kMostKept && passes_[number].direct != nullptr) {
    return RunDirect(*passes_[number].direct, first);
  }
  if (!UsesGraphs() || number >= kMostKept ||
      passes_[number].runs < kRunsBefore) {
    if (number < kMostKept) ++passes_[number].runs;
    return Run(first)[0];
  }
  const std::vector<at::Tensor> results = Replay(passes_[number], first);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& parameter = parameters_[i].second;
    parameter.mutable_grad() = results[i + 1];
  }
  // The graph writes the next one to the same memory.
  return results[0].clone();
}

at::Tensor BatchGradients::FirstLogits() const {
  // A graph writes the next ones to the same memory.
  return UsesGraphs() ? logits_.clone() : logits_;
}

std::vector<at::Tensor> BatchGradients::Replay(Pass& pass, bool first) {
  if (pass.graph == nullptr) {
    pass.graph = parts_.make_graph();
    try {
      pass.graph->Record([this, first] { return Run(first); });
    } catch (c10::Error& error) {
      error.add_context(
          "while recording a step as a CUDA graph; without --cuda_graphs it is "
          "made operation by operation");
      throw;
    }
  }
  return pass.graph->Replay();
}

at::Tensor BatchGradients::Logits() {
  if (!parts_.bfloat16) return parts_.model.Forward(inputs_).logits;
  const Bfloat16Scope scope(inputs_.device());
  return parts_.model.Forward(inputs_).logits.to(at::kFloat);
}

std::unique_ptr<DirectPass> BatchGradients::MakeDirectPass() const {
  if (UsesGraphs() || parts_.bfloat16 ||
      !parts_.loss.HasDirect(inputs_.device())) {
    return nullptr;
  }
  std::unique_ptr<DirectPass> pass = parts_.model.MakeDirectPass();
  BIGSTEP_CHECK(pass == nullptr || (parts_.model.buffers().empty() &&
                                    parts_.model.generators().empty()));
  return pass;
}

at::Tensor BatchGradients::RunDirect(DirectPass& pass, bool first) {
  const at::Tensor logits = pass.Forward(inputs_);
  if (first) logits_ = logits;
  if (!mean_weights_.defined()) {
    mean_weights_ =
        at::full({logits.size(0)}, 1.0 / logits.size(0), logits.options());
  }
  const Loss::WithGradient loss =
      parts_.loss.Direct(logits, targets_, mean_weights_);
  const std::vector<at::Tensor>& gradients = pass.Backward(loss.gradient);
  BIGSTEP_CHECK(gradients.size() == parameters_.size()) << gradients.size();
  for (size_t i = 0; i < gradients.size(); ++i) {
    parameters_[i].second.mutable_grad() = gradients[i];
  }
  return AddPenalties(loss.losses.mean());
}

at::Tensor BatchGradients::AddPenalties(at::Tensor loss) const {
  for (const auto& regularizer : parts_.regularizers) {
    loss = loss + regularizer->AddGradient(parameters_);
  }
  return loss;
}

std::vector<at::Tensor> BatchGradients::Run(bool first) {
  const std::vector<at::Tensor> kept =
      first ? std::vector<at::Tensor>() : CopyBuffers();
  for (const auto& [name, parameter] : parameters_) {
    parameter.mutable_grad().reset();
  }
  const at::Tensor logits = Logits();
  if (first) logits_ = logits.detach();
  const at::Tensor losses = parts_.loss.PerExample(logits, targets_);
  if (!mean_weights_.defined()) {
    mean_weights_ = at::full_like(losses, 1.0 / losses.size(0));
  }
  losses.backward(mean_weights_);
  std::vector<at::Tensor> results = {AddPenalties(losses.detach().mean())};
  RestoreBuffers(kept);
  for (const auto& [name, parameter] : parameters_) {
    results.push_back(parameter.grad());
  }
  return results;
}

std::vector<at::Tensor> BatchGradients::CopyBuffers() const {
  std::vector<at::Tensor> copies;
  for (const at::Tensor& buffer : parts_.model.buffers()) {
    copies.push_back(buffer.clone());
  }
  return copies;
}

void BatchGradients::RestoreBuffers(const std::vector<at::Tensor>& copies) {
  if (copies.empty()) return;
  const c10::NoGradGuard no_grad;
  const std::vector<at::Tensor> buffers = parts_.model.buffers();
  for (size_t i = 0; i < copies.size(); ++i) buffers[i].copy_(copies[i]);
}

}  // namespace bigstep
