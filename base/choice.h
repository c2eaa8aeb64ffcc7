// An option that is itself a plugin: the schedule that follows a warm-up.
//
//   struct WarmupOptions {
//     Choice<ScheduleFamily> then{"constant"};
//     static void Describe(Schema<WarmupOptions>& s) {
//       s.Field("then", &WarmupOptions::then).Doc("what follows");
//     }
//   };
//
// A spec writes it like a section, `then: {name: cosine}`; errors in it carry
// its position and its path, schedule.then.final_scale.
#ifndef BIGSTEP_BASE_CHOICE_H_
#define BIGSTEP_BASE_CHOICE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/log.h"
#include "base/problems.h"
#include "base/read_value.h"
#include "base/registry.h"
#include "base/spec_node.h"

namespace bigstep {

template <class Family>
class Choice {
 public:
  using Product = typename Family::Product;
  using Args = typename Family::Args;

  // Chooses the plugin `name` until a spec chooses otherwise, with `options` as
  // a spec would give them: {{"lr", "1"}}. The name is looked up at use only,
  // since options are described while plugins still register.
  explicit Choice(
      absl::string_view name,
      const std::vector<std::pair<std::string, std::string>>& options = {}) {
    fallback_.kind = SpecNode::Kind::kMap;
    const auto add = [this](absl::string_view key, absl::string_view text) {
      SpecNode value;
      value.kind = SpecNode::Kind::kScalar;
      value.text = std::string(text);
      fallback_.entries.push_back({std::string(key), value, Mark()});
    };
    add("name", name);
    for (const auto& [key, text] : options) add(key, text);
  }

  // The plugin and its options.
  PluginConfig config() const {
    if (config_.plugin != nullptr) return config_;
    Problems problems;
    PluginConfig config = Plugins().Read(fallback_, "default", problems);
    BIGSTEP_CHECK(problems.empty()) << problems.ToStatus().ToString();
    return config;
  }

  // Makes the plugin. Errors are those of its Create.
  absl::StatusOr<std::unique_ptr<Product>> Make(const Args& args) const {
    return Plugins().Make(config(), args);
  }

  // See PluginConfig::Identity.
  Json Identity() const { return config().Identity(); }

  // The identity of a choice that may be left out of the identity around it, if
  // this is the default: that of version 1. A later version counts, since the
  // default then means something else than it did.
  Json NeutralIdentity() const {
    Json identity = Identity();
    identity["version"] = 1;
    return identity;
  }

  friend void ReadValue(const SpecNode& node, absl::string_view path,
                        Problems& problems, Choice* value) {
    PluginConfig config = Plugins().Read(node, std::string(path), problems);
    if (config.plugin != nullptr) value->config_ = std::move(config);
  }
  friend void to_json(Json& json, const Choice& value) {
    json = value.config().ToJson();
  }
  friend std::string TypeName(const Choice*) { return Family::kSingular; }

 private:
  static const Registry<Family>& Plugins() { return Registry<Family>::Get(); }

  SpecNode fallback_;
  PluginConfig config_;  // Without a plugin while the default stands.
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_CHOICE_H_
