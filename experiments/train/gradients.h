// The loss and the gradients of a mini-batch, which the trainer passes to
// optimizers: forward and backward pass, and penalties.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_GRADIENTS_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_GRADIENTS_H_

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/cuda_graph.h"
#include "base/named_tensors.h"
#include "datasets/batch_loader.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/regularizer.h"

namespace bigstep {

// An optimizer may make several passes over one batch. Where network and loss
// know their gradients (DirectPass, Loss::Direct), the first two do without
// autograd, to the same bits. Otherwise a pass runs operation by operation or,
// after some steps, as a graph: the first, second... pass of a step is recorded
// once and replayed with other weights and examples.
class BatchGradients {
 public:
  struct Parts {
    Model& model;  // In train() mode.
    const Loss& loss;
    const std::vector<std::unique_ptr<Regularizer>>& regularizers;
    // Makes the graph of a pass; empty: no graphs. Not used for a model that
    // draws random numbers, which a graph would repeat.
    std::function<std::unique_ptr<CudaGraph>()> make_graph;
    bool bfloat16 = false;  // Forward passes are in a Bfloat16Scope.
  };

  // The parts outlive this object.
  explicit BatchGradients(const Parts& parts);

  // Sets the examples of the next passes; always the same number of them.
  void SetBatch(const ExampleBatch& batch);

  // Ends the passes over this batch; its memory may be reused.
  void ReleaseBatch();

  // Whether a pass over this batch may be recorded. No other thread may use the
  // device then.
  bool MayRecord() const;

  // Runs a pass: returns the mean loss of the batch plus penalties, [],
  // detached, and replaces every parameter's .grad() by its gradient at the
  // present parameters. Gradients are valid until the same pass over the next
  // batch. Only the first pass over a batch updates buffers of the model: the
  // running statistics of batch norm are those at the unperturbed weights, as
  // in Foret's code for SAM and its successors. Throws c10::Error if the graph
  // cannot be recorded.
  at::Tensor Compute();

  // The logits [M, K] of the first pass over the last batch, detached. Later
  // passes leave them as they are.
  at::Tensor FirstLogits() const;

 private:
  // The first, second... pass over a batch.
  struct Pass {
    int64_t runs = 0;  // Without a graph.
    std::unique_ptr<CudaGraph> graph;
    std::unique_ptr<DirectPass> direct;  // Null if there is none.
  };

  bool UsesGraphs() const;
  std::vector<at::Tensor> Replay(Pass& pass, bool first);
  // The logits [M, K] of the batch.
  at::Tensor Logits();
  // Null if network and loss go through autograd.
  std::unique_ptr<DirectPass> MakeDirectPass() const;
  // What Compute does, without autograd.
  at::Tensor RunDirect(DirectPass& pass, bool first);
  // The loss, and the gradient of each parameter, or an undefined tensor.
  std::vector<at::Tensor> Run(bool first);
  // Adds the penalties and, to .grad(), their gradients.
  at::Tensor AddPenalties(at::Tensor loss) const;
  std::vector<at::Tensor> CopyBuffers() const;
  // Does nothing if `copies` is empty.
  void RestoreBuffers(const std::vector<at::Tensor>& copies);

  const Parts parts_;
  const NamedTensors parameters_;
  std::vector<Pass> passes_;
  size_t next_pass_ = 0;  // Over this batch.
  // The batch. With graphs, always the same two tensors.
  at::Tensor inputs_, targets_;
  at::Tensor logits_;  // Of the first pass; a graph's own, if it was replayed.
  // [M], all 1 / M: the gradient of a mean. Undefined before the first pass.
  at::Tensor mean_weights_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_GRADIENTS_H_
