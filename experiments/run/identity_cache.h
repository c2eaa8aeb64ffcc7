// Identities of plugin configurations as text, computed once for the many
// trials of a plan that share their options.
#ifndef BIGSTEP_EXPERIMENTS_RUN_IDENTITY_CACHE_H_
#define BIGSTEP_EXPERIMENTS_RUN_IDENTITY_CACHE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/registry.h"

namespace bigstep {

class IdentityCache {
 public:
  // PluginConfig::Identity as canonical JSON.
  const std::string& Of(const PluginConfig& config);
  // The same with 0 in place of every number.
  const std::string& WithoutNumbers(const PluginConfig& config);

 private:
  // The options are kept alive, so that their address is not reused.
  using Known =
      std::map<std::pair<const PluginInfo*, std::shared_ptr<const void>>,
               std::string>;

  static const std::string& Find(Known& known, const PluginConfig& config,
                                 bool numbers);

  Known exact_, without_numbers_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_IDENTITY_CACHE_H_
