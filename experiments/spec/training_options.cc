#include "experiments/spec/training_options.h"

#include <algorithm>
#include <functional>
#include <string>

namespace bigstep {

void TrainingOptions::Describe(Schema<TrainingOptions>& s) {
  // The version stands for the trainer: raise it when the order of examples,
  // the random streams or what is evaluated change.
  s.Summary("How long to train and when to look.").Version(1);
  s.Field("batch_size", &TrainingOptions::batch_size)
      .AtLeast(1)
      .Doc("examples in a mini-batch, drawn without replacement");
  s.Field("max_steps", &TrainingOptions::max_steps)
      .Required()
      .AtLeast(1)
      .Doc("optimizer steps: the budget of a trial");
  s.Field("eval_every", &TrainingOptions::eval_every)
      .AtLeast(0)
      .Doc("steps between evaluations; 0 evaluates at the end only");
  s.Field("eval_train_examples", &TrainingOptions::eval_train_examples)
      .AtLeast(1)
      .Doc("random training examples evaluated on the way; the end sees all");
  s.Field("milestones", &TrainingOptions::milestones)
      .Above(0)
      .Doc(
          "cross-entropies in nats, from the largest: also evaluate once that "
          "of recent batches is first below each. A metric by step then has "
          "the results <result>.at_<milestone>");
  s.Field("stop", &TrainingOptions::stop)
      .Doc("rules that end training early: see below");
  s.Check([](const TrainingOptions& o) -> std::string {
    return std::is_sorted(o.milestones.rbegin(), o.milestones.rend(),
                          std::less_equal<>())
               ? ""
               : "milestones: expected falling numbers";
  });
  s.Check([](const TrainingOptions& o) -> std::string {
    return o.stop.check_every > 0 && !o.stop.any() && o.milestones.empty()
               ? "stop.check_every has nothing to look for: add a rule to stop "
                 "or milestones"
               : "";
  });
}

}  // namespace bigstep
