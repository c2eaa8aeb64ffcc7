// What records say about where, with what and on what a trial ran: enough to
// repeat a result or to explain a difference. Made by train/environment.h.
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

// What differs between the environment in a record and that of this program in
// ways that may change bits, a line each; `here` is what ProvenanceJson gives.
// What only one of them tells is left out.
std::vector<std::string> EnvironmentDifferences(const Json& recorded,
                                                const Json& here);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_PROVENANCE_H_
