// The provenance of a record: the versions, the machine and the device of a
// trial, enough to repeat a result or to explain a difference. Made by
// train/environment.h.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_PROVENANCE_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_PROVENANCE_H_

#include <string>
#include <vector>

#include "base/json.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// {"dataset parity": 1, "optimizer sam": 1, "optimizer.base sgd": 1, ...}: the
// versions behind the id of a trial.
Json PluginVersions(const TrialSettings& settings);

// The differences between the environment in a record and that of this program
// (`here`, from ProvenanceJson) that may change bits, a line each. Keys that
// only one of them has are left out.
std::vector<std::string> EnvironmentDifferences(const Json& recorded,
                                                const Json& here);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_PROVENANCE_H_
