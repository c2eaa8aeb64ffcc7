// Reads the settings of a trial from a spec or a record.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_TRIAL_READER_H_
#define BIGSTEP_EXPERIMENTS_SPEC_TRIAL_READER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// Reads one section, which `node` is, or nullptr if it is left out; `path` and
// `mark` are those of the map that it is in or missing from.
void ReadTrialSection(const std::string& section, const SpecNode* node,
                      const std::string& path, const Mark& mark,
                      Problems& problems, TrialSettings* settings);

// Reads the sections of `map` into `settings`; those with a default may be left
// out. Keys in `other_keys` belong to the caller.
void ReadTrialSections(const SpecNode& map, const std::string& path,
                       const std::vector<std::string>& other_keys,
                       Problems& problems, TrialSettings* settings);

// Reads a list of metrics, each with its label. Labels are distinct.
std::vector<MetricChoice> ReadMetricChoices(const SpecNode& node,
                                            const std::string& path,
                                            Problems& problems);

// The settings whose TrialSettings::ToJson is `json`. InvalidArgument, with a
// line for each error, if they do not fit the plugins of this program; messages
// name `source`.
absl::StatusOr<TrialSettings> TrialSettingsFromJson(const Json& json,
                                                    const std::string& source);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_TRIAL_READER_H_
