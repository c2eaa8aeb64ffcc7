// Runs one trial on one device: training steps, evaluations, metrics.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_TRAINER_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_TRAINER_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/cuda_graph.h"
#include "datasets/dataset.h"
#include "experiments/records/trial_result.h"
#include "experiments/spec/trial_settings.h"
#include "metrics/evaluation.h"

namespace bigstep {

class Model;

// Called while a trial trains.
struct TrainerHooks {
  // Polled before each step and each batch of an evaluation; true ends the
  // trial with Cancelled.
  std::function<bool()> interrupted = [] { return false; };
  // Called for each step, in order, with the loss of its batch; for several in
  // a row where losses are not read after every step.
  std::function<void(int64_t step, double loss)> on_step = [](int64_t, double) {
  };
  // Called after each evaluation during training.
  std::function<void(const HistoryRow& row)> on_evaluation =
      [](const HistoryRow&) {};
  // Called with the trained and measured network, on the device; an error fails
  // the trial.
  std::function<absl::Status(const Model& model)> on_completion =
      [](const Model&) { return absl::OkStatus(); };
  // Called before the first step if training continues from a checkpoint.
  std::function<void(int64_t steps)> on_resume = [](int64_t) {};
  // Called with a warning for the user: a checkpoint that cannot be used, so
  // that training starts over, or that cannot be written.
  std::function<void(const std::string& note)> on_note =
      [](const std::string&) {};
};

// How to train, without effect on the results of a trial that does not fail.
struct TrainerOptions {
  // The file that holds the trial's state while it trains; empty: none. It is
  // written when the trial is interrupted, and whenever more than
  // `checkpoint_seconds` have passed (0: after every step). If it exists at the
  // start, training continues from it. It stays when the trial ends; the caller
  // removes it once the result is saved.
  std::string checkpoint_path = {};
  double checkpoint_seconds = 60;
  // How many losses may stay unread on the device: reading one waits for the
  // device. 0: one on the CPU, 50 elsewhere.
  int64_t most_unread_losses = 0;
  // Makes the graph that a forward and backward pass is recorded in, to be
  // replayed in later steps; empty: each step calls the operations one by one.
  // A step that cannot be recorded fails the trial.
  std::function<std::unique_ptr<CudaGraph>()> make_graph = nullptr;
};

struct TrialSize {
  int64_t weights_bytes = 0;   // WeightsBytes of the network.
  int64_t train_examples = 0;  // Of the dataset.
};

// Makes everything that the trial needs, the dataset aside, and discards it. An
// error if training cannot start with the settings.
absl::StatusOr<TrialSize> CheckTrial(const TrialSettings& settings,
                                     const Dataset& dataset,
                                     c10::Device device);

// Trains and measures. `dataset` is on `device`. Random streams: "model/init",
// "order", "augmentation", "evaluation/train". The same settings on the same
// device give the same bits, in one go or from checkpoints. Exceptions and
// errors of plugins and LibTorch become a failed result. Returned as a status:
// Cancelled, and Aborted if the machine failed (StatusOf in exceptions.h).
absl::StatusOr<TrialResult> RunTrial(const TrialSettings& settings,
                                     const Dataset& dataset, c10::Device device,
                                     const TrainerHooks& hooks,
                                     const TrainerOptions& options = {});

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_TRAINER_H_
