// A trial's settings back from the JSON that TrialSettings::ToJson gives.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_JSON_H_
#define BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_JSON_H_

#include "absl/status/statusor.h"
#include "base/json.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// InvalidArgument, naming everything wrong, if the plugins of this program do
// not take what `json` says.
absl::StatusOr<TrialSettings> TrialFromJson(const Json& json);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_JSON_H_
