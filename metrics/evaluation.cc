#include "metrics/evaluation.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace bigstep {

Evaluation::Evaluation(const Dataset& dataset, Model& model,
                       ModelMaker make_model, Options options)
    : dataset_(dataset),
      model_(model),
      make_model_(std::move(make_model)),
      options_(options) {}

const SplitOutputs& Evaluation::Outputs(SplitName split) {
  std::optional<SplitOutputs>& outputs = outputs_[static_cast<int>(split)];
  if (!outputs) outputs = OutputsOf(model_, split);
  return *outputs;
}

std::unique_ptr<Model> Evaluation::CopyModel() const {
  std::unique_ptr<Model> copy = make_model_();
  copy->to(dataset_.train.labels.device());
  CopyState(model_, *copy);
  return copy;
}

SplitOutputs Evaluation::OutputsOf(Model& model, SplitName name) const {
  const Split& split = name == SplitName::kTrain        ? dataset_.train
                       : name == SplitName::kValidation ? dataset_.validation
                                                        : dataset_.test;
  const bool subset =
      name == SplitName::kTrain && options_.train_subset.defined();
  const at::Tensor& positions = options_.train_subset;
  const int64_t n = subset ? positions.size(0) : split.size();
  const c10::NoGradGuard no_grad;
  const bool was_training = model.is_training();
  model.eval();
  std::vector<at::Tensor> logits, representations;
  for (int64_t begin = 0; begin < n; begin += options_.batch_size) {
    const int64_t end = std::min(begin + options_.batch_size, n);
    const ModelOutput output =
        model.Forward(subset ? split.Batch(positions.slice(0, begin, end))
                             : split.Range(begin, end));
    logits.push_back(output.logits);
    representations.push_back(output.representation);
  }
  model.train(was_training);
  const auto pick = [&](const at::Tensor& all) {
    return subset ? all.index_select(0, positions) : all;
  };
  return {at::cat(logits), at::cat(representations), pick(split.labels),
          pick(split.bias_labels)};
}

double ShareCorrect(const at::Tensor& logits, const at::Tensor& labels) {
  const int64_t right = logits.argmax(1).eq(labels).sum().item<int64_t>();
  return static_cast<double>(right) / static_cast<double>(labels.size(0));
}

}  // namespace bigstep
