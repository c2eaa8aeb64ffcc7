// One trial: everything that decides what one training run computes.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/problems.h"
#include "base/registry.h"
#include "base/schema.h"
#include "base/spec_node.h"

namespace bigstep {

struct TrainingOptions {
  int64_t batch_size = 100;
  int64_t max_steps = 0;
  int64_t eval_every = 0;
  int64_t eval_train_examples = 10000;
  // Rules that end training early; 0: none.
  double stop_train_accuracy = 0;
  double stop_train_loss = 0;
  int64_t stop_collapsed_after = 0;

  static void Describe(Schema<TrainingOptions>& s);
};

// A metric under the name that its results have in records and tables.
struct MetricChoice {
  std::string label;  // The metric's own name unless the spec gives another.
  PluginConfig config;

  // As PluginConfig's, with the label where it is not the metric's name: a
  // record under another label would not hold the results asked for.
  Json ToJson() const;
  Json Identity() const;
};

struct TrialSettings {
  PluginConfig dataset;
  PluginConfig model;
  PluginConfig loss;
  PluginConfig optimizer;
  PluginConfig schedule;
  std::vector<PluginConfig> regularizers;
  TrainingOptions training;
  std::vector<MetricChoice> metrics;
  int64_t seed = 0;

  // Everything, defaults included: the content of trial.yaml.
  Json ToJson() const;

  // 16 hex digits: the start of the SHA-256 of the canonical JSON of plugin
  // names, plugin versions, options that differ from their defaults, and the
  // seed. Two trials with equal ids compute the same; where they run, what
  // their study is called and where the data lie does not count.
  std::string Id() const;
};

// The id of a trial from the canonical JSON of its parts, which trials share:
// see TrialSettings::Id.
class TrialIdentity {
 public:
  // `part` is a section or "metrics". Each must be set before Id is called.
  void Set(const std::string& part, const std::string& json);

  std::string Id(int64_t seed) const;

 private:
  std::map<std::string, std::string> parts_;
};

// The canonical JSON of what a section, or "metrics", means.
std::string IdentityOf(const TrialSettings& settings, const std::string& part);

// Reads one section, which `node` is, or nullptr if it is left out; `path` and
// `mark` are those of the map it is, or is missing, in.
void ReadTrialSection(const std::string& section, const SpecNode* node,
                      const std::string& path, const Mark& mark,
                      Problems& problems, TrialSettings* settings);

// Copies one section.
void CopyTrialSection(const std::string& section, const TrialSettings& from,
                      TrialSettings* to);

// The family that a section chooses a plugin of, and the plugin that stands
// when the section is left out (nullptr: it must be there). Nullptr for the
// sections that are no choice: regularizers and training.
struct PluginSection {
  const PluginRegistry* family = nullptr;
  const char* fallback = nullptr;
  PluginConfig TrialSettings::*member = nullptr;
};
const PluginSection* FindPluginSection(absl::string_view section);

// Reads the sections of `map` (dataset, model, loss, optimizer, schedule,
// regularizers, training) into `settings`; sections may be left out where a
// default exists. Keys in `other_keys` belong to the caller. What is wrong goes
// to `problems`.
void ReadTrialSections(const SpecNode& map, const std::string& path,
                       const std::vector<std::string>& other_keys,
                       Problems& problems, TrialSettings* settings);

// Reads a list of plugin choices.
std::vector<PluginConfig> ReadPlugins(const PluginRegistry& registry,
                                      const SpecNode& node,
                                      const std::string& path,
                                      Problems& problems);

// Reads a list of metrics, each with its label. Labels are distinct.
std::vector<MetricChoice> ReadMetricChoices(const SpecNode& node,
                                            const std::string& path,
                                            Problems& problems);

// The names of the sections, in the order people write them.
const std::vector<std::string>& TrialSections();

// `json`, a trial or a spec, as YAML with its keys in the order people write
// them.
std::string ToSpecYaml(const Json& json);

// Whether `text` is a name for files and tables: lower-case letters, digits and
// _, beginning with a letter.
bool IsName(absl::string_view text);

// Notes keys of `map` that are not in `known`.
void RefuseUnknownKeys(const SpecNode& map, const std::string& path,
                       const std::vector<std::string>& known,
                       Problems& problems);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_H_
