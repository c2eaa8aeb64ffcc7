// Plugins by name. Each family (datasets, models, optimizers, ...) has one
// registry; a plugin registers itself in its .cc file and is reached by the
// name it has in specs.
//
//   // optimizers/optimizer.h
//   struct OptimizerFamily {
//     static constexpr char kPlural[] = "optimizers";
//     static constexpr char kSingular[] = "optimizer";
//     using Product = Optimizer;
//     using Args = OptimizerArgs;
//   };
//   using Optimizers = Registry<OptimizerFamily>;
//
//   // optimizers/sgd.cc
//   BIGSTEP_REGISTER(Optimizers, "sgd", Sgd, SgdOptions);
//
// A plugin class has either a constructor (options, args), or, if making it can
// fail, a static Create(options, args) returning StatusOr<unique_ptr<Product>>.
#ifndef BIGSTEP_BASE_REGISTRY_H_
#define BIGSTEP_BASE_REGISTRY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/json.h"
#include "base/problems.h"
#include "base/schema.h"
#include "base/spec_node.h"

namespace bigstep {

// Whether Bigstep is built as part of another Bazel workspace.
bool IsBuiltElsewhere();

// Describes a registered plugin.
struct PluginInfo {
  std::string name;
  std::string file;  // The .cc that registered it.
  const OptionTable* table;

  // Whether another workspace brings the plugin.
  bool is_external() const;
};

// A plugin chosen by a spec together with its options.
struct PluginConfig {
  const PluginInfo* plugin = nullptr;  // Owned by the registry.
  std::shared_ptr<const void> options;

  const std::string& name() const { return plugin->name; }

  // {name, every option}: reading it back gives an equal choice.
  Json ToJson() const;

  // {name, version, options that differ from their defaults}: identifies the
  // choice. An option added later with a neutral default does not change it.
  Json Identity() const;
};

// The part of a registry that does not depend on what the plugins make.
class PluginRegistry {
 public:
  PluginRegistry(std::string plural, std::string singular)
      : plural_(std::move(plural)), singular_(std::move(singular)) {}
  PluginRegistry(const PluginRegistry&) = delete;
  PluginRegistry& operator=(const PluginRegistry&) = delete;

  const std::string& plural() const { return plural_; }
  const std::string& singular() const { return singular_; }

  // Sorted.
  std::vector<std::string> Names() const;

  // Nullptr if there is no such plugin.
  const PluginInfo* Find(absl::string_view name) const;

  // "no optimizer 'sdg'; did you mean 'sgd'? (2 registered: momentum, sgd)",
  // and on a second line the likely fix.
  std::string UnknownName(absl::string_view name) const;

  // Reads a choice: a name alone, or a map with `name` and options. Errors are
  // added to `problems`; the result then has no plugin.
  PluginConfig Read(const SpecNode& node, const std::string& path,
                    Problems& problems) const;

 protected:
  // Aborts, naming both files, if the name is taken.
  void Add(absl::string_view name, absl::string_view file,
           const OptionTable& table);

 private:
  std::string plural_;
  std::string singular_;
  std::map<std::string, PluginInfo, std::less<>> plugins_;
};

// Family::Traits, or an empty type if the family has none.
template <class Family>
struct FamilyTraits {
  struct type {};
};
template <class Family>
requires requires { typename Family::Traits; }
struct FamilyTraits<Family> {
  using type = typename Family::Traits;
};

template <class Family>
class Registry : public PluginRegistry {
 public:
  using Product = typename Family::Product;
  using Args = typename Family::Args;
  static constexpr bool HasTraits = requires { typename Family::Traits; };

  static Registry& Get() {
    static Registry* const registry = new Registry;
    return *registry;
  }

  // Used by BIGSTEP_REGISTER, before main starts. Read-only afterwards.
  template <class Plugin, class Options>
  bool Register(absl::string_view name, absl::string_view file) {
    Add(name, file, TableOf<Options>());
    const auto make =
        [](const void* erased,
           const Args& args) -> absl::StatusOr<std::unique_ptr<Product>> {
      const Options& options = *static_cast<const Options*>(erased);
      if constexpr (requires { Plugin::Create(options, args); }) {
        return Plugin::Create(options, args);
      } else {
        return std::make_unique<Plugin>(options, args);
      }
    };
    makers_[std::string(name)] = make;
    if constexpr (HasTraits) {
      traits_[std::string(name)] =
          [make](const void* erased) -> absl::StatusOr<Traits> {
        auto plugin = make(erased, Args());
        if (!plugin.ok()) return plugin.status();
        return (*plugin)->Traits();
      };
    }
    return true;
  }

  // Makes the chosen plugin. Errors are those of its Create.
  absl::StatusOr<std::unique_ptr<Product>> Make(const PluginConfig& config,
                                                const Args& args) const {
    return makers_.at(config.name())(config.options.get(), args);
  }

  // The traits that the chosen plugin declares before it is used. Only for
  // families with a type `Traits`, whose plugins take no arguments. Errors are
  // those of Create.
  auto TraitsOf(const PluginConfig& config) const requires HasTraits {
    return traits_.at(config.name())(config.options.get());
  }

 private:
  Registry() : PluginRegistry(Family::kPlural, Family::kSingular) {}

  using Traits = typename FamilyTraits<Family>::type;

  std::map<std::string, std::function<absl::StatusOr<std::unique_ptr<Product>>(
                            const void*, const Args&)>>
      makers_;
  std::map<std::string, std::function<absl::StatusOr<Traits>(const void*)>>
      traits_;  // Empty unless HasTraits.
};

}  // namespace bigstep

// Last line of a plugin's .cc, inside its anonymous namespace. Never in a
// header: it would run once for each file that includes it.
#define BIGSTEP_REGISTER(Registry, name, Plugin, Options) \
  [[maybe_unused]] const bool registered_##Plugin =       \
      Registry::Get().template Register<Plugin, Options>(name, __FILE__)

#endif  // BIGSTEP_BASE_REGISTRY_H_
