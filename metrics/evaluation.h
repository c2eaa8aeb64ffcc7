// What metrics may look at: a network and a dataset, with the outputs on each
// split computed once and kept.
#ifndef BIGSTEP_METRICS_EVALUATION_H_
#define BIGSTEP_METRICS_EVALUATION_H_

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "datasets/dataset.h"
#include "models/model.h"

namespace bigstep {

// Row i of every tensor belongs to the same example.
struct SplitOutputs {
  at::Tensor logits;          // [N, K] float32.
  at::Tensor representation;  // [N, D] float32.
  at::Tensor labels;          // [N] int64.
  at::Tensor bias_labels;     // [N] int64.
};

class Evaluation {
 public:
  // Makes a network of the same kind with any weights.
  using ModelMaker = std::function<std::unique_ptr<Model>()>;

  struct Options {
    // At most; fewer if inputs are large. Changes memory and time, not results.
    int64_t batch_size = 1000;
    // Positions [M] int64 of the training examples that count; undefined: all.
    at::Tensor train_subset = {};
    // Asked before each batch; true ends the evaluation with Cancelled.
    std::function<bool()> interrupted = [] { return false; };
  };

  // `dataset` and `model` are on the same device and outlive this object; the
  // model does not change meanwhile.
  Evaluation(const Dataset& dataset, Model& model, ModelMaker make_model,
             Options options);

  const TaskSpec& task() const { return dataset_.task; }

  // Outputs of the network on the split of this name (see Dataset::Find), in
  // eval mode, without gradients. Valid as long as this object. InvalidArgument
  // if there is no such split; the split's own error if it cannot be read.
  absl::StatusOr<const SplitOutputs*> Outputs(const std::string& split);

  // A copy of the network, for metrics that try changed weights.
  std::unique_ptr<Model> CopyModel() const;

  // The outputs of another network on a split; not kept.
  absl::StatusOr<SplitOutputs> OutputsOf(Model& model,
                                         const std::string& split) const;

 private:
  // As many examples as fit into a bounded memory.
  int64_t BatchSize() const;

  const Dataset& dataset_;
  Model& model_;
  ModelMaker make_model_;
  Options options_;
  std::map<std::string, SplitOutputs> outputs_;
};

// The share of rows of `logits` [N, K] whose largest entry (the first, if
// several are equal) is at `labels` [N]. NaN if N = 0.
double ShareCorrect(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_EVALUATION_H_
