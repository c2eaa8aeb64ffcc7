// Decides when it is worth evaluating all training examples, so that a trial
// ends as soon as it fits them: from the batches that it trains on anyway.
#ifndef BIGSTEP_EXPERIMENTS_TRAIN_FIT_WATCH_H_
#define BIGSTEP_EXPERIMENTS_TRAIN_FIT_WATCH_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "experiments/records/trial_result.h"
#include "experiments/spec/training_options.h"
#include "experiments/train/checkpoint.h"

namespace bigstep {

// The batches of an interval, about ten of them, estimate the fit. The estimate
// is corrected by what the last full evaluation found: the weights change
// within an interval, and dropout or augmentation make batches harder.
//
// Full evaluations cost at most 5 % of training and five more, where a training
// step counts as three forward passes of its batch. These five are made only if
// the estimate says that the bounds hold, not if it is merely near them.
//
// The advice depends on the examples and the weights alone, not on times.
class FitWatch {
 public:
  struct Size {
    int64_t examples = 0;  // In the training split.
    int64_t classes = 0;
  };

  FitWatch(const TrainingOptions& options, const Size& size);

  // Steps from one look to the next.
  int64_t interval() const { return interval_; }

  // Whether the batch of this step, a number from 1, is one to add.
  bool Wants(int64_t step) const { return enabled() && step % stride_ == 0; }

  // Adds a batch: logits [M, K] and labels [M] int64, which nobody changes any
  // more. Does not wait for the device.
  void Add(const at::Tensor& logits, const at::Tensor& labels) {
    unread_.emplace_back(logits, labels);
  }

  // Whether an interval ends after this step, and EndInterval was not called.
  bool IsDue(int64_t step) const {
    return enabled() && step % interval_ == 0 &&
           (state_.examples > 0 || !unread_.empty());
  }

  enum class Advice { kContinue, kEvaluate, kPlateau };

  // Whether to evaluate all training examples after `step` steps, or to end
  // training for lack of progress.
  Advice EndInterval(int64_t step);

  // The milestones that the last interval reached first: those above its own
  // cross-entropy, which no rule corrects. At the next call they are none.
  std::vector<double> TakeMilestones() {
    return TakeMilestonesAbove(state_.recent);
  }

  // The same for another cross-entropy.
  std::vector<double> TakeMilestonesAbove(double cross_entropy);

  // What an evaluation of all training examples found.
  void OnEvaluation(const TrainFit& fit);

  // What a checkpoint keeps.
  FitState State();
  void SetState(const FitState& state) { state_ = state; }

 private:
  bool enabled() const { return options_.any() || !milestones_.empty(); }
  void ReadBatches();
  // Whether all bounds hold for recent batches, which have this accuracy.
  bool Holds(double accuracy) const;
  // Whether they may soon hold for all training examples. Of two bounds that on
  // the cross-entropy decides: with augmentation or dropout batches may never
  // have the accuracy that an evaluation finds.
  bool IsNear(double accuracy) const;
  bool MakesProgress(int64_t step);

  const StopOptions options_;
  const std::vector<double> milestones_;  // Falling.
  const int64_t batch_size_;
  const Size size_;
  const int64_t interval_;
  const int64_t stride_;  // Steps from one batch that is added to the next.
  std::vector<std::pair<at::Tensor, at::Tensor>> unread_;
  FitState state_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_TRAIN_FIT_WATCH_H_
