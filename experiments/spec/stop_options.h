// The option `stop` of the section `training`: when a trial ends before its
// last step.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_STOP_OPTIONS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_STOP_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/problems.h"
#include "base/schema.h"
#include "base/spec_node.h"

namespace bigstep {

// 0: no such rule. Both bounds on the fit, if given, must hold, on all training
// examples in evaluation mode, whatever loss and penalties the trial has.
struct StopOptions {
  double train_accuracy = 0;  // At least this.
  double cross_entropy = 0;   // Of the labels, in nats: less than this.
  int64_t patience = 0;
  int64_t collapsed_after = 0;
  int64_t check_every = 0;  // Steps; 0: see FitWatch.

  // Whether a trial is to reach a fit, and so may fail to converge.
  bool wants_fit() const { return train_accuracy > 0 || cross_entropy > 0; }
  bool any() const {
    return wants_fit() || patience > 0 || collapsed_after > 0;
  }

  // The options that differ from their defaults.
  Json Identity() const;
  Json NeutralIdentity() const { return Json::object(); }

  static void Describe(Schema<StopOptions>& s);
};

// A map of these options, strictly.
void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               StopOptions* value);
void to_json(Json& json, const StopOptions& value);
std::string TypeName(const StopOptions*);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_STOP_OPTIONS_H_
