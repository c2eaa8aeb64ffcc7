// One trial: everything that decides what one training run computes.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_H_
#define BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/registry.h"
#include "experiments/spec/training_options.h"

namespace bigstep {

// A metric under the name that its results have in records and tables.
struct MetricChoice {
  std::string label;  // The metric's own name unless the spec gives another.
  PluginConfig config;

  // As PluginConfig's, with the label where it is not the metric's name: a
  // record under another label would not hold the results asked for.
  Json ToJson() const;
  Json Identity() const;

  // 16 hex digits: the start of the SHA-256 of the canonical JSON of the
  // metric's name, version and options that differ from their defaults. Results
  // with equal ids, of one network on the same data, are equal.
  std::string Id() const;
};

// MetricChoice::Id from PluginConfig::Identity of the metric.
std::string MetricId(const Json& identity);

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
  // seed, metrics aside. Files that a trial starts from count by their
  // checksums, which plans put among the options. Trials with equal ids and
  // equal data train the same network; the machine, the name of the study and
  // the location of the data do not count.
  std::string Id() const;

  // The id with `metrics`, a list of MetricChoice::Identity, counted as well.
  std::string IdWithMetrics(const Json& metrics) const;

  // The same with the metrics of the trial: what a state in the middle of
  // training belongs to, whose history has their results, and the id in records
  // of format 1.
  std::string IdWithMetrics() const;
};

// The id of a trial from the canonical JSON of its parts, which trials share:
// see TrialSettings::Id.
class TrialIdentity {
 public:
  // `part` is a section. Each must be set before Id is called.
  void Set(const std::string& part, const std::string& json);

  std::string Id(int64_t seed);

 private:
  std::map<std::string, std::string> parts_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_TRIAL_SETTINGS_H_
