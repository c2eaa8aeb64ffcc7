#include "experiments/spec/stop_options.h"

#include "base/read_value.h"

namespace bigstep {

Json StopOptions::Identity() const {
  return TableOf<StopOptions>().NonDefaults(this);
}

void StopOptions::Describe(Schema<StopOptions>& s) {
  s.Summary(
      "Ends a trial before max_steps once it fits its training data: one rule "
      "for all losses, so that trials can be compared at equal fit. A trial "
      "with a bound that ends in another way counts as not converged.");
  s.Field("train_accuracy", &StopOptions::train_accuracy)
      .AtLeast(0)
      .AtMost(1)
      .Doc(
          "the accuracy on all training examples is at least this; 0: no "
          "bound");
  s.Field("cross_entropy", &StopOptions::cross_entropy)
      .AtLeast(0)
      .Doc(
          "the mean cross-entropy of the labels over all training examples, in "
          "nats, without penalties, smoothing or focusing, is below this; 0: "
          "no bound. With train_accuracy, both must hold");
  s.Field("patience", &StopOptions::patience)
      .AtLeast(0)
      .Doc(
          "the cross-entropy of recent batches has not fallen by 1 % for this "
          "many steps; 0: never");
  s.Field("collapsed_after", &StopOptions::collapsed_after)
      .AtLeast(0)
      .Doc(
          "from this step on: the training accuracy is no better than "
          "guessing, at most 1.25 / K, or 0.53 if K = 2; 0: never");
  s.Field("check_every", &StopOptions::check_every)
      .AtLeast(0)
      .Doc(
          "steps between looks at recent batches, which decide when all "
          "training examples are evaluated; 0: a twentieth of an epoch, but at "
          "least 25");
}

void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               StopOptions* value) {
  if (!node.is_map()) {
    AddWrongType(node, path, "a map, as in {train_accuracy: 1}", problems);
    return;
  }
  TableOf<StopOptions>().Read(node, std::string(path), problems, value);
}

void to_json(Json& json, const StopOptions& value) {
  json = TableOf<StopOptions>().ToJson(&value);
}

std::string TypeName(const StopOptions*) { return "stop"; }

}  // namespace bigstep
