#include "experiments/run/identity_cache.h"

#include "base/json.h"

namespace bigstep {
namespace {

void DropNumbers(Json& json) {
  if (json.is_number()) json = 0;
  if (!json.is_structured()) return;
  for (Json& child : json) DropNumbers(child);
}

}  // namespace

const std::string& IdentityCache::Of(const PluginConfig& config) {
  return Find(exact_, config, /*numbers=*/true);
}

const std::string& IdentityCache::WithoutNumbers(const PluginConfig& config) {
  return Find(without_numbers_, config, /*numbers=*/false);
}

const std::string& IdentityCache::Find(Known& known, const PluginConfig& config,
                                       bool numbers) {
  const auto [it, is_new] =
      known.emplace(std::make_pair(config.plugin, config.options), "");
  if (is_new) {
    Json identity = config.Identity();
    if (!numbers) DropNumbers(identity);
    it->second = CanonicalJson(identity);
  }
  return it->second;
}

}  // namespace bigstep
