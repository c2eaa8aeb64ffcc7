#include "experiments/spec/training_options.h"

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
  s.Field("stop_train_accuracy", &TrainingOptions::stop_train_accuracy)
      .AtLeast(0)
      .AtMost(1)
      .Doc("end early once the training accuracy is at least this; 0: do not");
  s.Field("stop_train_loss", &TrainingOptions::stop_train_loss)
      .AtLeast(0)
      .Doc(
          "end early once the mean training cross-entropy, without penalties, "
          "is below this; 0: do not. With stop_train_accuracy, both must hold. "
          "Only with the loss cross_entropy without options: other losses "
          "measure on scales of their own");
  s.Field("stop_collapsed_after", &TrainingOptions::stop_collapsed_after)
      .AtLeast(0)
      .Doc(
          "from this step on, end a trial whose training accuracy is no better "
          "than guessing: at most 1.25 / K, or 0.53 if K = 2; 0: do not");
  s.Check([](const TrainingOptions& o) -> std::string {
    const bool early = o.stop_train_accuracy > 0 || o.stop_train_loss > 0 ||
                       o.stop_collapsed_after > 0;
    return early && o.eval_every == 0
               ? "stop rules look at evaluations: set eval_every"
               : "";
  });
}

}  // namespace bigstep
