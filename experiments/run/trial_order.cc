#include "experiments/run/trial_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "base/log.h"

namespace bigstep {
namespace {

std::string Network(const TrialSettings& settings) {
  return CanonicalJson(
      {settings.dataset.Identity(), settings.model.Identity()});
}

double Examples(const TrialSettings& settings, double steps) {
  return steps * static_cast<double>(settings.training.batch_size) *
         OptimizerPasses(settings);
}

// What a rate may be of: its key in CostModel, and how many of its units
// `steps` are. From the narrowest to the widest.
std::vector<std::pair<std::string, double>> Classes(
    const TrialSettings& settings, double steps) {
  const std::string network = Network(settings);
  return {{absl::StrCat(network, " ", settings.training.batch_size, " ",
                        OptimizerPasses(settings)),
           steps},
          {network, Examples(settings, steps)},
          {"", Examples(settings, steps)}};
}

}  // namespace

int OptimizerPasses(const TrialSettings& settings) {
  int passes = 1;
  for (Json optimizer = settings.optimizer.ToJson();
       optimizer.contains("base") && optimizer["base"].is_object();
       optimizer = Json(optimizer["base"])) {
    ++passes;
  }
  return passes;
}

void CostModel::Add(const TrialSettings& settings, int64_t steps,
                    double seconds) {
  if (steps <= 0 || !(seconds > 0)) return;
  for (const auto& [key, units] :
       Classes(settings, static_cast<double>(steps))) {
    rates_[key].seconds += seconds;
    rates_[key].units += units;
  }
}

double CostModel::Estimate(const TrialSettings& settings) const {
  const auto classes =
      Classes(settings, static_cast<double>(settings.training.max_steps));
  for (const auto& [key, units] : classes) {
    const auto rate = rates_.find(key);
    if (rate != rates_.end()) {
      return units * rate->second.seconds / rate->second.units;
    }
  }
  return classes.back().second * 1e-7;  // A guess: only ratios matter.
}

std::vector<size_t> LongestFirst(const std::vector<const Trial*>& trials,
                                 const std::vector<double>& costs) {
  BIGSTEP_CHECK(trials.size() == costs.size());
  std::map<std::string, size_t> datasets;  // In the order of their appearance.
  std::vector<std::tuple<double, int64_t, size_t, size_t>> keys;
  for (size_t i = 0; i < trials.size(); ++i) {
    const TrialSettings& settings = trials[i]->settings;
    const size_t dataset =
        datasets
            .emplace(CanonicalJson(settings.dataset.Identity()),
                     datasets.size())
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
