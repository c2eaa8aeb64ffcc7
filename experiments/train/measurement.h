// The metrics of a trial and their results, during training and afterwards.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_MEASUREMENT_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_MEASUREMENT_H_

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "datasets/dataset.h"
#include "experiments/spec/trial_settings.h"
#include "metrics/evaluation.h"

namespace bigstep {

class Loss;
class Metric;
class Model;

// The network of a trial, on `device`, before its first step.
absl::StatusOr<std::unique_ptr<Model>> MakeTrialModel(
    const TrialSettings& settings, const Dataset& dataset, c10::Device device);

// The same for weights that replace all of its own: the file that training
// starts from is not read.
absl::StatusOr<std::unique_ptr<Model>> MakeModelToFill(
    const TrialSettings& settings, const Dataset& dataset, c10::Device device);

// Positions [count] int64, on `device`, of random training examples, by the
// stream "evaluation/train" of the seed; undefined if there are no more: all.
// Not the first ones, since the order of a dataset may go by label or bias.
at::Tensor SampleTraining(const Dataset& dataset, int64_t count, int64_t seed,
                          c10::Device device);

// Numbers [] of one device, on the CPU. Waits for the device once.
std::vector<double> ReadNumbers(const std::vector<at::Tensor>& numbers);

// Results of one evaluation.
struct Measured {
  Json by_step = Json::object();  // {label: {result: value}}, of each metric by
                                  // step.
  Json all = Json::object();      // Of all metrics, if it is the last one.
  // PNG files by name, without ending, if it is the last one.
  std::map<std::string, std::string> pictures;
};

// The metrics of one trial.
class TrialMetrics {
 public:
  // Those of `settings`, which know its loss. InvalidArgument if a metric needs
  // a split that the dataset lacks, or cannot measure networks like `model`.
  static absl::StatusOr<TrialMetrics> Create(const TrialSettings& settings,
                                             const Dataset& dataset,
                                             const Model& model);

  TrialMetrics();
  TrialMetrics(TrialMetrics&&) noexcept;
  TrialMetrics& operator=(TrialMetrics&&) noexcept;
  ~TrialMetrics();

  // The options of an evaluation, the `last` one of the training or an earlier
  // one.
  Evaluation::Options OptionsFor(bool last) const;

  // Computes the metrics by step and, in the last evaluation, all of them.
  absl::StatusOr<Measured> Compute(bool last, Evaluation& evaluation) const;

 private:
  std::vector<std::pair<std::string, std::unique_ptr<Metric>>> metrics_;
  std::shared_ptr<const Loss> loss_;  // Also of the options.
};

// Measures `settings.metrics` at the end of a trial, from `weights`, the bytes
// of its weights.safetensors: the same bits as at the end of its training on
// the same device. `dataset` is on `device`. Cancelled if interrupted; else the
// errors of LoadWeights and of the metrics.
absl::StatusOr<Measured> MeasureWeights(
    const TrialSettings& settings, const Dataset& dataset, c10::Device device,
    absl::string_view weights, const std::function<bool()>& interrupted);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_MEASUREMENT_H_
