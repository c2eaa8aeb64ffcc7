#include "metrics/evaluation.h"

#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/generator.h"
#include "base/seed.h"
#include "base/status.h"
#include "models/model.h"

namespace bigstep {
namespace {

// Puts a model into eval mode for as long as it lives.
class EvalMode {
 public:
  explicit EvalMode(Model& model)
      : model_(model), was_training_(model.is_training()) {
    model_.eval();
  }
  EvalMode(const EvalMode&) = delete;
  EvalMode& operator=(const EvalMode&) = delete;
  ~EvalMode() { model_.train(was_training_); }

 private:
  Model& model_;
  bool was_training_;
};

absl::StatusOr<const Split*> FindSplit(const Dataset& dataset,
                                       const std::string& name) {
  const Split* const split = dataset.Find(name);
  if (split != nullptr) return split;
  return absl::InvalidArgumentError(
      absl::StrCat("the dataset has no split '", name, "' (it has ",
                   absl::StrJoin(dataset.SplitNames(), ", "), ")"));
}

}  // namespace

Evaluation::Evaluation(const Dataset& dataset, Model& model,
                       ModelMaker make_model, Options options)
    : dataset_(dataset),
      model_(model),
      was_training_(model.is_training()),
      make_model_(std::move(make_model)),
      options_(std::move(options)) {
  model_.eval();
}

Evaluation::~Evaluation() { model_.train(was_training_); }

absl::StatusOr<const SplitOutputs*> Evaluation::Outputs(
    const std::string& split) {
  auto found = outputs_.find(split);
  if (found == outputs_.end()) {
    at::Tensor representation;
    ASSIGN_OR_RETURN(
        SplitOutputs outputs,
        ForwardPass(model_, split,
                    options_.representations ? &representation : nullptr));
    if (options_.representations) representations_[split] = representation;
    found = outputs_.emplace(split, std::move(outputs)).first;
  }
  return &found->second;
}

absl::StatusOr<at::Tensor> Evaluation::Representation(
    const std::string& split) {
  RETURN_IF_ERROR(Outputs(split).status());
  at::Tensor& representation = representations_[split];
  if (!representation.defined()) {
    RETURN_IF_ERROR(ForwardPass(model_, split, &representation).status());
  }
  return representation;
}

std::unique_ptr<Model> Evaluation::CopyModel() const {
  std::unique_ptr<Model> copy = make_model_();
  copy->to(dataset_.train.labels.device());
  CopyState(model_, *copy);
  return copy;
}

absl::StatusOr<SplitOutputs> Evaluation::OutputsOf(
    Model& model, const std::string& split) const {
  return ForwardPass(model, split, /*representation=*/nullptr);
}

absl::StatusOr<SplitOutputs> Evaluation::ForwardPass(
    Model& model, const std::string& name, at::Tensor* representation) const {
  ASSIGN_OR_RETURN(const Split* const split, FindSplit(dataset_, name));
  ASSIGN_OR_RETURN(const at::Tensor positions, Positions(name));
  const c10::NoGradGuard no_grad;
  const EvalMode eval_mode(model);
  std::vector<at::Tensor> logits, representations;
  RETURN_IF_ERROR(
      ForEachBatch(name, positions, [&](const EvaluationBatch& batch) {
        const ModelOutput output = model.Forward(batch.inputs);
        logits.push_back(output.logits);
        if (representation != nullptr) {
          representations.push_back(output.representation);
        }
        return absl::OkStatus();
      }));
  if (representation != nullptr) *representation = at::cat(representations);
  SplitOutputs outputs = {at::cat(logits),
                          split->labels.index_select(0, positions),
                          split->bias_labels.index_select(0, positions)};
  if (split->regression_targets.defined()) {
    outputs.regression_targets =
        split->regression_targets.index_select(0, positions);
  }
  return outputs;
}

at::Tensor Evaluation::TrainedLosses(const at::Tensor& logits,
                                     const at::Tensor& labels) const {
  if (options_.trained_losses) return options_.trained_losses(logits, labels);
  return at::cross_entropy_loss(logits, labels, {}, at::Reduction::None);
}

absl::StatusOr<at::Tensor> Evaluation::Positions(
    const std::string& name) const {
  ASSIGN_OR_RETURN(const Split* const split, FindSplit(dataset_, name));
  const bool subset = name == "train" && options_.train_subset.defined();
  return subset ? options_.train_subset
                : at::arange(split->size(), split->labels.options());
}

absl::StatusOr<at::Tensor> Evaluation::Sample(const std::string& name,
                                              int64_t size) const {
  ASSIGN_OR_RETURN(const Split* const split, FindSplit(dataset_, name));
  const at::Device device = split->labels.device();
  if (size >= split->size()) {
    return at::arange(split->size(), split->labels.options());
  }
  at::Generator generator = MakeGenerator(
      Seed(options_.seed, absl::StrCat("evaluation/sample/", name)));
  const at::Tensor order = at::randperm(split->size(), generator, at::kLong);
  return std::get<0>(order.slice(0, 0, size).sort()).to(device);
}

absl::Status Evaluation::ForEachBatch(
    const std::string& name, const at::Tensor& positions,
    const std::function<absl::Status(const EvaluationBatch&)>& use,
    int64_t most) const {
  ASSIGN_OR_RETURN(const Split* const split, FindSplit(dataset_, name));
  const int64_t n = positions.size(0);
  const int64_t batch_size = std::min(BatchSize(), most);
  for (int64_t begin = 0; begin < n; begin += batch_size) {
    if (options_.interrupted()) return absl::CancelledError("interrupted");
    const at::Tensor part =
        positions.slice(0, begin, std::min(begin + batch_size, n));
    ASSIGN_OR_RETURN(at::Tensor inputs, split->Batch(part));
    RETURN_IF_ERROR(
        use({part, std::move(inputs), split->labels.index_select(0, part),
             split->bias_labels.index_select(0, part)}));
  }
  return absl::OkStatus();
}

bool Evaluation::IsOnCpu() const {
  return dataset_.train.labels.device().is_cpu();
}

int64_t Evaluation::RowsOf(int64_t megabytes) const {
  int64_t bytes = sizeof(float);
  for (const int64_t size : dataset_.task.input_shape) bytes *= size;
  return std::max<int64_t>(1, (megabytes << 20) / bytes);
}

int64_t Evaluation::BatchSize() const {
  // An image network's activations take some fifty times its inputs. A GPU
  // needs many rows to be busy.
  int64_t most = options_.batch_size;
  if (most == 0) most = IsOnCpu() ? 1000 : 16000;
  return std::min(most, RowsOf(IsOnCpu() ? 16 : 128));
}

int64_t Evaluation::GradientBatchSize() const {
  return IsOnCpu() ? 100 : std::min<int64_t>(1600, RowsOf(16));
}

double ShareCorrect(const at::Tensor& logits, const at::Tensor& labels) {
  const int64_t right = logits.argmax(1).eq(labels).sum().item<int64_t>();
  return static_cast<double>(right) / static_cast<double>(labels.size(0));
}

}  // namespace bigstep
