// Configurations of a plan before and after they are read. Those of one plan
// differ in a section or two: what they share is neither copied nor read again.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_CONFIGURATION_READER_H_
#define BIGSTEP_EXPERIMENTS_PLAN_CONFIGURATION_READER_H_

#include <optional>
#include <string>
#include <unordered_map>

#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/plan/file_checksums.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// The base with some options replaced, not yet read.
class ConfigurationDraft {
 public:
  // `base` is a map that outlives this.
  explicit ConfigurationDraft(const SpecNode& base) : base_(base) {
    changed_.kind = SpecNode::Kind::kMap;
  }

  // Sets the option at the dotted `path`: see SetAtPath.
  bool Set(absl::string_view path, const Mark& mark, const SpecNode& value);

  // Nullptr if the section is left out.
  const SpecNode* Find(absl::string_view section) const;

  // The text of an option, or of the plugin's name if `path` is a section or an
  // option that is a plugin: from the spec, or else the default. Nullopt if the
  // option does not exist.
  std::optional<std::string> OptionText(absl::string_view path) const;

  // The mark of the base.
  const Mark& mark() const { return base_.mark; }

 private:
  const SpecNode& base_;
  SpecNode changed_;  // Sections that differ from the base's.
};

// Reads configurations, each section of the same content once.
class ConfigurationReader {
 public:
  // Reads all sections, with the checksums of the files that they name, into
  // `settings` and their identities into `identity`. False on an error.
  bool Read(const ConfigurationDraft& draft, Problems& problems,
            TrialSettings* settings, TrialIdentity* identity);

 private:
  struct Known {
    TrialSettings settings;  // With the one section.
    std::string identity;
  };
  FileChecksums files_;
  // By section and content.
  std::unordered_map<std::string, Known> known_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_CONFIGURATION_READER_H_
