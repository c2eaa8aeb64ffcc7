// The input of metrics: a network and a dataset, with the outputs on each split
// computed once.
#ifndef BIGSTEP_METRICS_EVALUATION_H_
#define BIGSTEP_METRICS_EVALUATION_H_

#include <ATen/core/Tensor.h>

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "datasets/dataset.h"

namespace bigstep {

class Model;

// Row i of every tensor belongs to the same example.
struct SplitOutputs {
  at::Tensor logits;       // [N, K] float32.
  at::Tensor labels;       // [N] int64.
  at::Tensor bias_labels;  // [N] int64.
  // [N, num_targets] float32. Undefined in a classification.
  at::Tensor regression_targets = {};
};

// Some examples of a split as a network reads them; row i of every tensor
// belongs to the same example.
struct EvaluationBatch {
  at::Tensor positions;    // [M] int64: where in the split.
  at::Tensor inputs;       // [M, input_shape...] float32.
  at::Tensor labels;       // [M] int64.
  at::Tensor bias_labels;  // [M] int64.
};

// A picture that explains a metric, for people to look at.
struct Picture {
  std::string name;   // File name without ending: lower-case, digits and _.
  at::Tensor pixels;  // [3, H, W] uint8: red, green, blue.
};

// Holds the network in eval mode while it exists.
class Evaluation {
 public:
  // Makes a network of the same kind with any weights.
  using ModelMaker = std::function<std::unique_ptr<Model>()>;

  struct Options {
    // At most; fewer if inputs are large. Changes memory and time, and results
    // by their last digits at most. 0: 1,000 on the CPU, 16,000 on a GPU.
    int64_t batch_size = 0;
    // Positions [M] int64 of the training examples that count; undefined: all.
    at::Tensor train_subset = {};
    // Decides which examples Sample gives.
    int64_t seed = 0;
    // Whether the forward pass over a split stores its representations, which
    // may be large. If not, Representation takes a second pass.
    bool representations = true;
    // Whether metrics should draw: false during training, true at the end.
    bool pictures = false;
    // The loss that was trained, as TrainedLosses gives it; cross-entropy if
    // empty.
    std::function<at::Tensor(const at::Tensor&, const at::Tensor&)>
        trained_losses = {};
    // Polled before each batch; true ends the evaluation with Cancelled.
    std::function<bool()> interrupted = [] { return false; };
  };

  // `dataset` and `model` are on the same device and outlive this object; the
  // model does not change meanwhile.
  Evaluation(const Dataset& dataset, Model& model, ModelMaker make_model,
             Options options);
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;
  ~Evaluation();

  const Dataset& dataset() const { return dataset_; }
  const TaskSpec& task() const { return dataset_.task; }

  // The network, in eval mode, for metrics that need gradients. They leave its
  // weights and their .grad() as they are: torch::autograd::grad does.
  Model& model() { return model_; }

  // Outputs of the network on the split of this name (see Dataset::Find), in
  // eval mode, without gradients. Valid as long as this object. InvalidArgument
  // if the split does not exist; the split's own error if it cannot be read.
  absl::StatusOr<const SplitOutputs*> Outputs(const std::string& split);

  // The input of the last layer, [N, D] float32: row i belongs to row i of
  // Outputs. The errors are those of Outputs.
  absl::StatusOr<at::Tensor> Representation(const std::string& split);

  // A copy of the network, for metrics that try changed weights.
  std::unique_ptr<Model> CopyModel() const;

  // The outputs of another network on a split; not cached.
  absl::StatusOr<SplitOutputs> OutputsOf(Model& model,
                                         const std::string& split) const;

  // The trained loss of each example [N], without penalties and weights of
  // examples, differentiable in `logits` [N, K]; `labels` [N] int64.
  at::Tensor TrainedLosses(const at::Tensor& logits,
                           const at::Tensor& labels) const;

  // Positions [M] int64 of the examples of a split that Outputs are of.
  // InvalidArgument if the split does not exist.
  absl::StatusOr<at::Tensor> Positions(const std::string& split) const;

  // Positions [M] int64, rising, of `size` random examples of a split, of all
  // if it has no more: for measures too expensive to compute on every example.
  // The same in each evaluation of a trial, whatever `train_subset` is.
  // InvalidArgument if the split does not exist.
  absl::StatusOr<at::Tensor> Sample(const std::string& split,
                                    int64_t size) const;

  // The size of batches through which gradients are taken: the activations of
  // every layer stay in memory then.
  int64_t GradientBatchSize() const;

  // Calls `use` with the examples at `positions` [M] int64 of a split, in this
  // order, in batches of bounded size, at most `most`. Stops at the first
  // error, which may be that of `use`.
  absl::Status ForEachBatch(
      const std::string& split, const at::Tensor& positions,
      const std::function<absl::Status(const EvaluationBatch&)>& use,
      int64_t most = std::numeric_limits<int64_t>::max()) const;

  // Whether metrics should draw, and their pictures.
  bool wants_pictures() const { return options_.pictures; }
  void AddPicture(Picture picture) { pictures_.push_back(std::move(picture)); }
  std::vector<Picture> TakePictures() { return std::move(pictures_); }

 private:
  // The outputs of a network on a split, and in `representation`, unless it is
  // null, the input of its last layer.
  absl::StatusOr<SplitOutputs> ForwardPass(Model& model,
                                           const std::string& split,
                                           at::Tensor* representation) const;

  bool IsOnCpu() const;
  // How many examples have inputs of so many MiB, at least one.
  int64_t RowsOf(int64_t megabytes) const;
  // As many examples as fit into a bounded memory.
  int64_t BatchSize() const;

  const Dataset& dataset_;
  Model& model_;
  bool was_training_;
  ModelMaker make_model_;
  Options options_;
  std::map<std::string, SplitOutputs> outputs_;
  std::map<std::string, at::Tensor> representations_;
  std::vector<Picture> pictures_;
};

// The share of rows of `logits` [N, K] whose largest entry (the first, if
// several are equal) is at `labels` [N]. NaN if N = 0.
double ShareCorrect(const at::Tensor& logits, const at::Tensor& labels);

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_EVALUATION_H_
