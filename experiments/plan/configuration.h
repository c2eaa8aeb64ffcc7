// The sections of one setting of a plan, and their reading. A plan has many
// settings that differ in a section or two: what they share is neither copied
// nor read again.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_CONFIGURATION_H_
#define BIGSTEP_EXPERIMENTS_PLAN_CONFIGURATION_H_

#include <optional>
#include <string>
#include <unordered_map>

#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// The base setting with some options set otherwise.
class ConfigurationSections {
 public:
  // `base` is a map that outlives this.
  explicit ConfigurationSections(const SpecNode& base) : base_(base) {
    changed_.kind = SpecNode::Kind::kMap;
  }

  // Sets the option at the dotted `path`: see SetAtPath.
  bool Set(absl::string_view path, const Mark& mark, const SpecNode& value);

  // Nullptr if the section is left out.
  const SpecNode* Find(absl::string_view section) const;

  // The text of an option, or of the plugin's name if `path` is a section: as
  // the spec has it, else its default. Nothing if there is no such option.
  std::optional<std::string> OptionText(absl::string_view path) const;

  // Where the base setting stands.
  const Mark& mark() const { return base_.mark; }

 private:
  const SpecNode& base_;
  SpecNode changed_;  // ConfigurationSections that differ from the base's.
};

// Reads settings, each section of the same content once.
class ConfigurationReader {
 public:
  // Reads all sections into `settings` and their identities into `identity`.
  // False if something is wrong, which is noted in `problems`.
  bool Read(const ConfigurationSections& sections, Problems& problems,
            TrialSettings* settings, TrialIdentity* identity);

 private:
  struct Known {
    TrialSettings settings;  // With the one section.
    std::string identity;
  };
  // By section and content.
  std::unordered_map<std::string, Known> known_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_CONFIGURATION_H_
