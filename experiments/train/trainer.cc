#include "experiments/train/trainer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/exceptions.h"
#include "base/log.h"
#include "base/named_tensors.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "datasets/batch_loader.h"
#include "experiments/records/data_checksum.h"
#include "experiments/train/checkpoint.h"
#include "experiments/train/course.h"
#include "experiments/train/fit_watch.h"
#include "experiments/train/gradients.h"
#include "experiments/train/measurement.h"
#include "experiments/train/scoped_timer.h"
#include "experiments/train/stop_rules.h"
#include "metrics/evaluation.h"
#include "models/model.h"
#include "models/weights/weights.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"
#include "optimizers/regularizer.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

// InvalidArgument if the loss, or a rule that looks at classes, does not fit
// the task.
absl::Status CheckTask(const Loss& loss, const TrainingOptions& training,
                       const TaskSpec& task) {
  if (!task.Fits(loss.task())) {
    return absl::InvalidArgumentError(
        task.is_regression()
            ? "the dataset is a regression, but the loss needs classes; use "
              "loss: squared_error"
            : "the dataset has classes, but the loss is for regressions; use "
              "loss: cross_entropy");
  }
  if (task.is_regression() &&
      (training.stop.any() || !training.milestones.empty())) {
    return absl::InvalidArgumentError(
        "training.stop and training.milestones look at classes, but the "
        "dataset is a regression; leave both out");
  }
  return absl::OkStatus();
}

// One trial. Life: 1. Prepare. 2. Restore, if at all. 3. Train. 4. TakeResult,
// or WriteCheckpoint if interrupted.
class Trainer {
 public:
  Trainer(const TrialSettings& settings, const Dataset& dataset,
          c10::Device device, const TrainerHooks& hooks,
          const TrainerOptions& options)
      : settings_(settings),
        dataset_(dataset),
        device_(device),
        hooks_(hooks),
        options_(options),
        owner_(MakeCheckpointOwner(
            settings.IdWithMetrics(),
            CheckpointDevice(device, options.make_graph != nullptr),
            DataChecksum(dataset.notes))),
        checkpoints_(options.checkpoint_path, options.checkpoint_seconds,
                     owner_, hooks.on_note) {}

  absl::Status Prepare() {
    const TrainingOptions& training = settings_.training;
    if (training.batch_size > dataset_.train.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "training.batch_size ", training.batch_size, " exceeds the ",
          dataset_.train.size(), " training examples"));
    }
    if (training.precision == kBfloat16 && device_.is_cpu()) {
      return absl::InvalidArgumentError(
          "training.precision: bfloat16 needs a GPU (on the CPU LibTorch 1.13 "
          "computes wrong gradients of some convolutions with it); use "
          "float32");
    }
    max_steps_ = training.StepsFor(dataset_.train.size());
    ASSIGN_OR_RETURN(model_, MakeTrialModel(settings_, dataset_, device_));
    parameters_ = Parameters(*model_);
    ASSIGN_OR_RETURN(loss_, Losses::Get().Make(settings_.loss, {}));
    RETURN_IF_ERROR(CheckTask(*loss_, training, dataset_.task));
    ASSIGN_OR_RETURN(
        optimizer_, Optimizers::Get().Make(settings_.optimizer, {parameters_}));
    ASSIGN_OR_RETURN(schedule_,
                     Schedules::Get().Make(settings_.schedule, {max_steps_}));
    for (const PluginConfig& config : settings_.regularizers) {
      ASSIGN_OR_RETURN(auto regularizer, Regularizers::Get().Make(config, {}));
      regularizers_.push_back(std::move(regularizer));
    }
    ASSIGN_OR_RETURN(metrics_,
                     TrialMetrics::Create(settings_, dataset_, *model_));
    fit_ = std::make_unique<FitWatch>(
        training,
        FitWatch::Size{dataset_.train.size(), dataset_.task.num_classes});
    gradients_ = std::make_unique<BatchGradients>(BatchGradients::Parts{
        *model_, *loss_, regularizers_, options_.make_graph,
        training.precision == kBfloat16});
    train_subset_ = SampleTraining(dataset_, training.eval_train_examples,
                                   settings_.seed, device_);
    return absl::OkStatus();
  }

  // Continues from the checkpoint. NotFound if there is none. After other
  // errors the trainer must not be used.
  absl::Status Restore() {
    if (options_.checkpoint_path.empty()) return absl::NotFoundError("no path");
    ASSIGN_OR_RETURN(TrainingState state,
                     ReadCheckpoint(options_.checkpoint_path, owner_));
    RETURN_IF_ERROR(SetModelState(state.model, *model_));
    RETURN_IF_ERROR(optimizer_->SetState(state.optimizer));
    result_.steps = state.steps;
    result_.history = std::move(state.history);
    result_.train_seconds = state.train_seconds;
    result_.evaluate_seconds = state.evaluate_seconds;
    loss_sum_ = state.loss_sum;
    loss_steps_ = state.loss_steps;
    fit_->SetState(state.fit);
    hooks_.on_resume(result_.steps);
    return absl::OkStatus();
  }

  void WriteCheckpoint() {
    if (result_.steps == 0) return;
    BIGSTEP_CHECK(unread_losses_.empty())
        << unread_losses_.size() << " losses were not read before step "
        << result_.steps << " was saved";
    checkpoints_.Write([this]() -> TrainingState {
      return {result_.steps,
              loss_sum_,
              loss_steps_,
              fit_->State(),
              result_.history,
              result_.train_seconds,
              result_.evaluate_seconds,
              ModelState(*model_),
              optimizer_->State()};
    });
  }

  // Between two rounds of the loop, once the losses are read, a checkpoint
  // holds the whole state.
  absl::Status Train() {
    const TrainingOptions& training = settings_.training;
    BatchLoader loader(dataset_.train, training.batch_size, settings_.seed);
    loader.Skip(result_.steps);
    model_->train();
    for (;;) {
      const bool evaluate = EvaluationIsDue();
      const bool look = fit_->IsDue(result_.steps);
      const bool checkpoint = checkpoints_.IsDue();
      const bool full = std::ssize(unread_losses_) >= MostUnread();
      if ((full || evaluate || look || checkpoint) && !ReadLosses()) {
        return Diverged();
      }
      ASSIGN_OR_RETURN(const bool stop, LookAndEvaluate(look, evaluate));
      if (result_.outcome == Outcome::kDiverged) return absl::OkStatus();
      if (stop) return hooks_.on_completion(*model_);
      if (checkpoint) WriteCheckpoint();
      if (hooks_.interrupted()) {
        return ReadLosses() ? absl::CancelledError("interrupted") : Diverged();
      }
      ASSIGN_OR_RETURN(const ExampleBatch batch, NextBatch(loader));
      if (gradients_->MayRecord()) loader.Settle();
      unread_losses_.push_back(Step(batch, result_.steps + 1));
      ++result_.steps;
    }
  }

  TrialResult TakeResult() { return std::move(result_); }

  const Model& model() const { return *model_; }

 private:
  absl::Status Diverged() {
    result_.outcome = Outcome::kDiverged;
    result_.stop = Stop::kDiverged;
    result_.metrics = Json::object();
    return absl::OkStatus();
  }

  // Whether the last step needs an evaluation that was not made yet.
  bool EvaluationIsDue() const {
    const TrainingOptions& o = settings_.training;
    return (loss_steps_ > 0 || !unread_losses_.empty()) &&
           (result_.steps == max_steps_ ||
            (o.eval_every > 0 && result_.steps % o.eval_every == 0));
  }

  absl::StatusOr<ExampleBatch> NextBatch(BatchLoader& loader) {
    const ScopedTimer timer(result_.train_seconds);
    return loader.Next();
  }

  // Reading a loss waits until the device is idle. The CPU always is.
  int64_t MostUnread() const {
    if (options_.most_unread_losses > 0) return options_.most_unread_losses;
    return device_.is_cpu() ? 1 : 50;
  }

  // Reads the losses of the last steps. False if one is not finite; later steps
  // then do not count.
  bool ReadLosses() {
    const std::vector<double> losses = [this] {
      const ScopedTimer timer(result_.train_seconds);
      return ReadNumbers(std::exchange(unread_losses_, {}));
    }();
    int64_t step = result_.steps - std::ssize(losses);
    for (const double loss : losses) {
      ++step;
      if (!std::isfinite(loss)) {
        result_.steps = step;
        return false;
      }
      hooks_.on_step(step, loss);
      loss_sum_ += loss;
      ++loss_steps_;
    }
    return true;
  }

  // Trains on one mini-batch; returns its loss [] before the update.
  at::Tensor Step(const ExampleBatch& batch, int64_t step) {
    const ScopedTimer timer(result_.train_seconds);
    gradients_->SetBatch(batch);
    at::Tensor loss = optimizer_->Step([this] { return gradients_->Compute(); },
                                       schedule_->LrScale(step - 1));
    if (fit_->Wants(step)) {
      fit_->Add(gradients_->FirstLogits(), batch.targets.clone());
    }
    gradients_->ReleaseBatch();
    return loss;
  }

  // Returns whether training ends. If interrupted, training continues before
  // the look.
  absl::StatusOr<bool> LookAndEvaluate(bool look, bool evaluate) {
    if (!look && !evaluate) return false;
    const FitState before = fit_->State();
    absl::StatusOr<bool> stop = false;
    milestones_.clear();
    if (look) stop = LookAtFit();
    if ((evaluate || !milestones_.empty()) && stop.ok() && !*stop) {
      stop = Evaluate(result_.steps == max_steps_);
    }
    if (!stop.ok()) fit_->SetState(before);
    return stop;
  }

  // Looks at recent batches and, if they advise so, at all training examples.
  // Returns whether training ends, by a rule or for divergence. After the last
  // step the rules are left to the evaluation that follows.
  absl::StatusOr<bool> LookAtFit() {
    const ScopedTimer timer(result_.evaluate_seconds);
    const FitWatch::Advice advice = fit_->EndInterval(result_.steps);
    milestones_ = fit_->TakeMilestones();
    if (result_.steps == max_steps_) return false;
    if (advice == FitWatch::Advice::kContinue) return false;
    if (advice == FitWatch::Advice::kPlateau) result_.stop = Stop::kPlateau;
    return EndIfRuled();
  }

  // Evaluates the network and returns whether training ends, after the `last`
  // step or by a rule. Before the last step, rules are tested on a sample of
  // the training data and must then hold for all of it.
  absl::StatusOr<bool> Evaluate(bool last) {
    const ScopedTimer timer(result_.evaluate_seconds);
    const std::unique_ptr<Evaluation> evaluation = MakeEvaluation(last);
    ASSIGN_OR_RETURN(const std::optional<TrainFit> fit, FitIn(*evaluation));
    if (!fit) return true;
    const Stop stop = RuleToStop(*fit);
    if (last) {
      result_.stop = stop;
      RETURN_IF_ERROR(MeasureAtEnd(*evaluation, *fit));
      return true;
    }
    if (stop != Stop::kMaxSteps) {
      ASSIGN_OR_RETURN(const bool ended, EndIfRuled());
      if (ended) return true;
    }
    RETURN_IF_ERROR(Measure(*evaluation, /*last=*/false));
    return false;
  }

  // Evaluates all training examples. If a rule holds for them, or training ends
  // anyway, measures the network at its end and returns true.
  absl::StatusOr<bool> EndIfRuled() {
    const std::unique_ptr<Evaluation> whole = MakeEvaluation(/*last=*/true);
    ASSIGN_OR_RETURN(const std::optional<TrainFit> fit, FitIn(*whole));
    if (!fit) return true;
    fit_->OnEvaluation(*fit);
    const Stop rule = RuleToStop(*fit);
    if (rule != Stop::kMaxSteps) result_.stop = rule;
    if (result_.stop == Stop::kMaxSteps) return false;
    RETURN_IF_ERROR(MeasureAtEnd(*whole, *fit));
    return true;
  }

  // Measures the trained network, whose `fit` reaches the milestones above it
  // if no look did.
  absl::Status MeasureAtEnd(Evaluation& evaluation, const TrainFit& fit) {
    result_.fit = fit;
    for (const double milestone :
         fit_->TakeMilestonesAbove(fit.cross_entropy)) {
      milestones_.push_back(milestone);
    }
    return Measure(evaluation, /*last=*/true);
  }

  // The fit of the training examples of an evaluation; nullopt if weights that
  // overflowed in the last update show here first, and the trial has diverged.
  absl::StatusOr<std::optional<TrainFit>> FitIn(Evaluation& evaluation) {
    ASSIGN_OR_RETURN(const SplitOutputs* const train,
                     evaluation.Outputs("train"));
    if (AreFinite(*train)) {
      const TrainFit fit = FitOf(*train);
      // A squared error that float32 does not hold, as the next step would
      // find.
      if (std::isfinite(static_cast<float>(fit.squared_error))) return fit;
    }
    RETURN_IF_ERROR(Diverged());
    return std::nullopt;
  }

  Stop RuleToStop(const TrainFit& fit) const {
    return bigstep::RuleToStop(settings_.training.stop, result_.steps, fit,
                               dataset_.task.num_classes);
  }

  std::unique_ptr<Evaluation> MakeEvaluation(bool last) {
    Evaluation::Options options = metrics_.OptionsFor(last);
    options.interrupted = hooks_.interrupted;
    options.seed = settings_.seed;
    if (!last) options.train_subset = train_subset_;
    const auto make_model = [this] {
      return MakeModelToFill(settings_, dataset_, device_).value();
    };
    return std::make_unique<Evaluation>(dataset_, *model_, make_model, options);
  }

  // Computes the by-step metrics and, at the end, all of them.
  absl::Status Measure(Evaluation& evaluation, bool last) {
    ASSIGN_OR_RETURN(Measured measured, metrics_.Compute(last, evaluation));
    HistoryRow row{result_.steps, loss_sum_ / loss_steps_,
                   std::move(measured.by_step), milestones_};
    loss_sum_ = 0;
    loss_steps_ = 0;
    if (last) {
      result_.metrics = std::move(measured.all);
      result_.pictures = std::move(measured.pictures);
      result_.collapsed =
          dataset_.task.is_regression()
              ? IsCollapsedRegression(result_.fit->squared_error,
                                      dataset_.train.regression_targets)
              : IsCollapsed(result_.fit->accuracy, dataset_.task.num_classes);
    }
    hooks_.on_evaluation(row);
    result_.history.push_back(std::move(row));
    if (last) {
      result_.course = CourseOf(result_.history, settings_.training.milestones);
    }
    return absl::OkStatus();
  }

  const TrialSettings& settings_;
  const Dataset& dataset_;
  c10::Device device_;
  const TrainerHooks& hooks_;
  const TrainerOptions& options_;
  const CheckpointOwner owner_;
  CheckpointWriter checkpoints_;
  int64_t max_steps_ = 0;
  std::unique_ptr<Model> model_;
  NamedTensors parameters_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Schedule> schedule_;
  std::vector<std::unique_ptr<Regularizer>> regularizers_;
  std::unique_ptr<BatchGradients> gradients_;
  std::unique_ptr<FitWatch> fit_;
  TrialMetrics metrics_;
  at::Tensor train_subset_;                // [M] int64; undefined: all.
  std::vector<at::Tensor> unread_losses_;  // [], of the last steps, in order.
  // The sum and number of the losses read since the last evaluation.
  double loss_sum_ = 0;
  int64_t loss_steps_ = 0;
  std::vector<double> milestones_;  // That were reached after the last step.
  TrialResult result_;
};

// A trainer ready to train, from the checkpoint if there is a valid one.
absl::StatusOr<std::unique_ptr<Trainer>> MakeTrainer(
    const TrialSettings& settings, const Dataset& dataset, c10::Device device,
    const TrainerHooks& hooks, const TrainerOptions& options) {
  auto trainer =
      std::make_unique<Trainer>(settings, dataset, device, hooks, options);
  RETURN_IF_ERROR(trainer->Prepare());
  const absl::Status status =
      CatchExceptions([&trainer] { return trainer->Restore(); });
  if (status.ok() || absl::IsNotFound(status)) return trainer;
  if (absl::IsAborted(status)) return status;
  hooks.on_note(absl::StrCat("cannot use the checkpoint ",
                             options.checkpoint_path, ": ", status.message(),
                             "; training starts over"));
  trainer =
      std::make_unique<Trainer>(settings, dataset, device, hooks, options);
  RETURN_IF_ERROR(trainer->Prepare());
  return trainer;
}

}  // namespace

absl::StatusOr<TrialSize> CheckTrial(const TrialSettings& settings,
                                     const Dataset& dataset,
                                     c10::Device device) {
  const TrainerHooks hooks;
  const TrainerOptions options;
  Trainer trainer(settings, dataset, device, hooks, options);
  RETURN_IF_ERROR(CatchExceptions([&] { return trainer.Prepare(); }));
  return TrialSize{WeightsBytes(trainer.model()), dataset.train.size()};
}

absl::StatusOr<TrialResult> RunTrial(const TrialSettings& settings,
                                     const Dataset& dataset, c10::Device device,
                                     const TrainerHooks& hooks,
                                     const TrainerOptions& options) {
  std::unique_ptr<Trainer> trainer;
  const absl::Status status = CatchExceptions([&]() -> absl::Status {
    ASSIGN_OR_RETURN(trainer,
                     MakeTrainer(settings, dataset, device, hooks, options));
    return trainer->Train();
  });
  if (absl::IsCancelled(status)) {
    trainer->WriteCheckpoint();
    return status;
  }
  if (absl::IsAborted(status)) return status;
  TrialResult result =
      trainer == nullptr ? TrialResult() : trainer->TakeResult();
  if (!status.ok()) {
    result.outcome = Outcome::kFailed;
    result.reason = VisibleLines(status.message());  // It may name files.
    result.metrics = Json::object();
    result.pictures.clear();
  }
  return result;
}

}  // namespace bigstep
