#include "experiments/spec/training_options.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// More steps than any training makes; beyond, they could not be counted.
constexpr double kMostSteps = 1e15;

}  // namespace

int64_t TrainingOptions::StepsFor(int64_t train_examples) const {
  if (max_steps > 0) return max_steps;
  const double steps = epochs * static_cast<double>(train_examples) /
                       static_cast<double>(batch_size);
  // .07 times 100 is 7, not the 7.000000000000001 of doubles.
  const double whole = std::ceil(steps * (1 - 1e-12));
  return static_cast<int64_t>(std::clamp(whole, 1.0, kMostSteps));
}

int TrainingOptions::TrainerVersion() const {
  // Since the first version milestones no longer depend on rules and may be
  // reached by the fit at the end, and looks heed both of two bounds.
  const bool two_bounds = stop.train_accuracy > 0 && stop.cross_entropy > 0;
  const int since = two_bounds || !milestones.empty() ? 1 : 0;
  return TableOf<TrainingOptions>().version() + since;
}

void TrainingOptions::Describe(Schema<TrainingOptions>& s) {
  // The version stands for the trainer: raise it when the order of examples,
  // the random streams or what is evaluated change, or TrainerVersion if this
  // concerns some options only.
  s.Summary("How long to train and when to look.").Version(1);
  s.Field("batch_size", &TrainingOptions::batch_size)
      .AtLeast(1)
      .Doc("examples in a mini-batch, drawn without replacement");
  s.Field("max_steps", &TrainingOptions::max_steps)
      .AtLeast(0)
      .Doc("the budget of a trial in optimizer steps; 0: given by epochs");
  s.Field("epochs", &TrainingOptions::epochs)
      .AtLeast(0)
      .Doc(
          "the budget in passes over the training examples: so many times "
          "their number, divided by batch_size and rounded up, are its steps; "
          "0: given by max_steps");
  s.Field("precision", &TrainingOptions::precision)
      .OneOf({kFloat32, kBfloat16})
      .Doc(
          "of the forward pass in training: float32, or bfloat16 where "
          "LibTorch's autocast finds it safe (mixed precision, on GPUs). "
          "Weights, losses, updates and evaluations are float32");
  s.Field("eval_every", &TrainingOptions::eval_every)
      .AtLeast(0)
      .Doc("steps between evaluations; 0 evaluates at the end only");
  s.Field("eval_train_examples", &TrainingOptions::eval_train_examples)
      .AtLeast(1)
      .Doc("random training examples evaluated before the end; all at the end");
  s.Field("milestones", &TrainingOptions::milestones)
      .Above(0)
      .Doc(
          "cross-entropies in nats, from the largest: also evaluate once that "
          "of recent batches is first below each. Those that only the final "
          "fit is below are reached at the end. A metric by step then has the "
          "results <result>.at_<milestone>");
  s.Field("stop", &TrainingOptions::stop)
      .Doc("rules that end training early: see below");
  s.Check([](const TrainingOptions& o) -> std::string {
    return o.max_steps > 0 && o.epochs > 0
               ? "max_steps and epochs are both given; keep one of them and "
                 "set the other to 0"
               : "";
  });
  s.Check([](const TrainingOptions& o) -> std::string {
    return std::is_sorted(o.milestones.rbegin(), o.milestones.rend(),
                          std::less_equal<>())
               ? ""
               : "milestones: expected falling numbers";
  });
  s.Check([](const TrainingOptions& o) -> std::string {
    // Results are named after them, with six digits.
    for (size_t i = 1; i < o.milestones.size(); ++i) {
      if (absl::StrCat(o.milestones[i]) == absl::StrCat(o.milestones[i - 1])) {
        return absl::StrCat("milestones: two are ", o.milestones[i],
                            " in six digits, the name of their results");
      }
    }
    return "";
  });
  s.Check([](const TrainingOptions& o) -> std::string {
    return o.stop.check_every > 0 && !o.stop.any() && o.milestones.empty()
               ? "stop.check_every has nothing to look for: add a rule to stop "
                 "or milestones"
               : "";
  });
}

}  // namespace bigstep
