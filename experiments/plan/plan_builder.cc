#include "experiments/plan/plan_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bigstep {

size_t PlanBuilder::AddConfiguration(const Configuration& configuration) {
  std::vector<Configuration>& all = plan_.study.configurations;
  const auto [it, is_new] = configurations_.emplace(
      absl::StrCat(configuration.sweep, "\n", configuration.name), all.size());
  if (is_new) all.push_back(configuration);
  return it->second;
}

void PlanBuilder::AddTrial(std::string id, const TrialSettings& settings,
                           size_t position) {
  const auto [it, is_new] = trials_.emplace(id, plan_.trials.size());
  if (is_new) plan_.trials.push_back({std::move(id), settings, {}});
  std::vector<size_t>& configurations = plan_.trials[it->second].configurations;
  // A trial that is written out twice is in its configuration once.
  if (std::find(configurations.begin(), configurations.end(), position) ==
      configurations.end()) {
    configurations.push_back(position);
  }
}

}  // namespace bigstep
