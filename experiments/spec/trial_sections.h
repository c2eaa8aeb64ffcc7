// The sections of a trial: dataset, model, loss, optimizer, schedule,
// regularizers, training.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SECTIONS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SECTIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/registry.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// The names of the sections, in the order people write them.
const std::vector<std::string>& TrialSections();

// Whether `name` is one of them.
bool IsTrialSection(absl::string_view name);

// The section that a dotted path begins with: "optimizer" of "optimizer.lr".
std::string SectionOf(absl::string_view path);

// The family that a section chooses a plugin of, and the plugin that is chosen
// when the section is left out (nullptr: it is required). Nullptr for
// regularizers and training, which choose none.
struct PluginSection {
  const PluginRegistry* family = nullptr;
  const char* fallback = nullptr;
  PluginConfig TrialSettings::*member = nullptr;
};
const PluginSection* FindPluginSection(absl::string_view section);

// Copies one section.
void CopyTrialSection(const std::string& section, const TrialSettings& from,
                      TrialSettings* to);

// The canonical JSON of what a section means.
std::string IdentityOf(const TrialSettings& settings, const std::string& part);

// `json`, a trial or a spec, as YAML with its keys in the order people write
// them.
std::string ToSpecYaml(const Json& json);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SECTIONS_H_
