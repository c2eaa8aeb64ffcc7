// Runs one trial on one device: the loop, the evaluations, the metrics.
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
#include "models/model.h"

namespace bigstep {

struct TrainerHooks {
  // Asked before each step and each batch of an evaluation; true ends the trial
  // with Cancelled.
  std::function<bool()> interrupted = [] { return false; };
  // Told of each step, in order, with the loss of its batch; of several at once
  // where losses are not read after every step.
  std::function<void(int64_t step, double loss)> on_step = [](int64_t, double) {
  };
  // Told after each evaluation during training.
  std::function<void(const HistoryRow& row)> on_evaluation =
      [](const HistoryRow&) {};
  // Told of the network that training and measuring completed, on the device;
  // an error is that of the trial.
  std::function<absl::Status(const Model& model)> on_completion =
      [](const Model&) { return absl::OkStatus(); };

  // The file in which the trial keeps its state while it trains; empty: none.
  // It is written when the trial is interrupted, and on the way once more than
  // `checkpoint_seconds` have passed (0: after every step). If it is there at
  // the start, training goes on from it. It stays when the trial ends: whoever
  // keeps the result calls RemoveCheckpoint.
  std::string checkpoint_path;
  double checkpoint_seconds = 60;
  // Told before the first step if training goes on after `steps` of them.
  std::function<void(int64_t steps)> on_resume = [](int64_t) {};
  // How many losses may stay unread on the device: reading waits for it. What a
  // trial that does not fail gives does not depend on it. 0: one on the CPU, 50
  // elsewhere.
  int64_t most_unread_losses = 0;
  // Makes what forward and backward passes are recorded in, to be replayed in
  // later steps; empty: each step calls their operations one by one. A step
  // that cannot be recorded is a failure of the trial.
  std::function<std::unique_ptr<CudaGraph>()> make_graph;
  // Told what a user should know and cannot be helped here: a checkpoint that
  // is of no use, so that training starts anew, or that cannot be written.
  std::function<void(const std::string& note)> on_note =
      [](const std::string&) {};
};

// Makes everything that the trial needs, the dataset aside, and drops it again:
// OK if training can start, else what is wrong with the settings.
absl::Status CheckTrial(const TrialSettings& settings, const Dataset& dataset,
                        c10::Device device);

// Trains and measures. `dataset` is on `device`. Random streams: "model/init",
// "order", "augmentation", "evaluation/train". The same settings on the same
// device give the same bits, in one go or from checkpoints. What a plugin or
// LibTorch throws or returns as an error becomes a failed result; Cancelled
// alone is returned as a status.
absl::StatusOr<TrialResult> RunTrial(const TrialSettings& settings,
                                     const Dataset& dataset, c10::Device device,
                                     const TrainerHooks& hooks);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_TRAINER_H_
