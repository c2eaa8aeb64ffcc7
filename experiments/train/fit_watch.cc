#include "experiments/train/fit_watch.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <iterator>

#include "experiments/train/stop_rules.h"

namespace bigstep {
namespace {

constexpr int64_t kLooksPerEpoch = 20;
constexpr int64_t kLeastInterval = 25;
constexpr int64_t kBatchesPerLook = 10;

// The share of training that full evaluations may cost, and the forward passes
// that a training step counts for: the backward pass takes twice the products.
constexpr double kMostShare = 0.05;
// Full evaluations that may be made before they are earned.
constexpr double kInAdvance = 5;
constexpr double kPassesPerStep = 3;

// How far the estimate may be from a bound for the fit to be near it, and the
// share of errors that is near an accuracy of 1.
constexpr double kNear = 3;
constexpr double kNearErrors = 0.01;

// The fall of the cross-entropy that counts as progress.
constexpr double kProgress = 0.99;

int64_t Interval(const TrainingOptions& options, const FitWatch::Size& size) {
  if (options.stop.check_every > 0) return options.stop.check_every;
  return std::max(kLeastInterval,
                  size.examples / options.batch_size / kLooksPerEpoch);
}

}  // namespace

FitWatch::FitWatch(const TrainingOptions& options, const Size& size)
    : options_(options.stop),
      milestones_(options.milestones),
      batch_size_(options.batch_size),
      size_(size),
      interval_(Interval(options, size)),
      stride_(std::max<int64_t>(1, interval_ / kBatchesPerLook)) {}

void FitWatch::ReadBatches() {
  const c10::NoGradGuard no_grad;
  std::vector<std::pair<at::Tensor, at::Tensor>> batches;
  batches.swap(unread_);
  for (const auto& [logits, labels] : batches) {
    const at::Tensor losses =
        at::cross_entropy_loss(logits.to(at::kDouble), labels, {},
                               at::Reduction::None)
            .to(at::kCPU)
            .contiguous();
    // One by one: sums must not depend on when batches are read.
    const auto* const loss = losses.data_ptr<double>();
    for (int64_t i = 0; i < losses.numel(); ++i) {
      state_.cross_entropy_sum += loss[i];
    }
    state_.right += logits.argmax(1).eq(labels).sum().item<int64_t>();
    state_.examples += losses.numel();
  }
}

bool FitWatch::Holds(double accuracy) const {
  const double estimate = state_.recent * state_.correction;
  return options_.wants_fit() && accuracy >= options_.train_accuracy &&
         (options_.cross_entropy == 0 || estimate < options_.cross_entropy);
}

bool FitWatch::IsNear(double accuracy) const {
  if (options_.cross_entropy > 0) {
    return state_.recent * state_.correction < kNear * options_.cross_entropy;
  }
  return options_.train_accuracy > 0 &&
         1 - accuracy <= kNear * (1 - options_.train_accuracy) + kNearErrors;
}

bool FitWatch::MakesProgress(int64_t step) {
  if (state_.lowest_step == 0 || state_.recent < kProgress * state_.lowest) {
    state_.lowest = state_.recent;
    state_.lowest_step = step;
  }
  return options_.patience == 0 ||
         step - state_.lowest_step < options_.patience;
}

FitWatch::Advice FitWatch::EndInterval(int64_t step) {
  ReadBatches();
  const auto seen = static_cast<double>(state_.examples);
  const double accuracy = static_cast<double>(state_.right) / seen;
  state_.recent = state_.cross_entropy_sum / seen;
  state_.cross_entropy_sum = 0;
  state_.right = state_.examples = 0;
  if (!MakesProgress(step)) return Advice::kPlateau;
  const double earned =
      kMostShare * kPassesPerStep * static_cast<double>(step * batch_size_);
  const auto n = static_cast<double>(size_.examples);
  const double spent = static_cast<double>(state_.evaluated) + n;
  const bool collapsed = options_.collapsed_after > 0 &&
                         step >= options_.collapsed_after &&
                         IsCollapsed(accuracy, size_.classes);
  const bool evaluate = Holds(accuracy) || collapsed
                            ? spent <= earned + kInAdvance * n
                            : spent <= earned && IsNear(accuracy);
  return evaluate ? Advice::kEvaluate : Advice::kContinue;
}

std::vector<double> FitWatch::TakeMilestonesAbove(double cross_entropy) {
  std::vector<double> reached;
  for (size_t i = state_.milestones; i < milestones_.size(); ++i) {
    if (cross_entropy < milestones_[i]) reached.push_back(milestones_[i]);
  }
  state_.milestones += std::ssize(reached);
  return reached;
}

void FitWatch::OnEvaluation(const TrainFit& fit) {
  state_.evaluated += size_.examples;
  if (state_.recent > 0) state_.correction = fit.cross_entropy / state_.recent;
}

FitState FitWatch::State() {
  ReadBatches();
  return state_;
}

}  // namespace bigstep
