#include "experiments/run/trial_order.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "base/log.h"
#include "experiments/run/identity_cache.h"

namespace bigstep {

std::vector<size_t> LongestFirst(const std::vector<const Trial*>& trials,
                                 const std::vector<double>& costs) {
  BIGSTEP_CHECK(trials.size() == costs.size());
  IdentityCache identities;
  std::map<std::string, size_t> datasets;  // In the order of their appearance.
  std::vector<std::tuple<double, int64_t, size_t, size_t>> keys;
  for (size_t i = 0; i < trials.size(); ++i) {
    const TrialSettings& settings = trials[i]->settings;
    const size_t dataset =
        datasets.emplace(identities.Of(settings.dataset), datasets.size())
            .first->second;
    const double size = std::floor(std::log(costs[i]) / std::log(1.5));
    keys.emplace_back(-size, settings.seed, dataset, i);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<size_t> order;
  for (const auto& key : keys) order.push_back(std::get<3>(key));
  return order;
}

}  // namespace bigstep
