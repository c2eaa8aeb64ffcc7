#include "experiments/spec/trial_settings_json.h"

#include "base/problems.h"
#include "base/read_value.h"
#include "base/spec_node.h"
#include "base/spec_reader.h"
#include "base/status.h"

namespace bigstep {

absl::StatusOr<TrialSettings> TrialFromJson(const Json& json) {
  Problems problems;
  const SpecNode node = ReadSpec(ToSpecYaml(json), "trial", 0, problems);
  TrialSettings settings;
  if (!node.is_map()) {
    AddWrongType(node, "", "a map with the sections of a trial", problems);
    return problems.ToStatus();
  }
  ReadTrialSections(node, "", {"metrics", "seed"}, problems, &settings);
  if (const SpecNode* metrics = node.Find("metrics")) {
    settings.metrics = ReadMetricChoices(*metrics, "metrics", problems);
  }
  if (const SpecNode* seed = node.Find("seed")) {
    ReadValue(*seed, "seed", problems, &settings.seed);
  }
  RETURN_IF_ERROR(problems.ToStatus());
  return settings;
}

}  // namespace bigstep
