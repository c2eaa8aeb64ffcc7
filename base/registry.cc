#include "base/registry.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/terminal_text.h"

namespace bigstep {

namespace {

// Where Bigstep is seen by the compiler: "" in its own workspace, else a path
// such as "external/bigstep/".
absl::string_view Root() {
  absl::string_view root = __FILE__;
  BIGSTEP_CHECK(absl::ConsumeSuffix(&root, "base/registry.cc")) << root;
  return root;
}

}  // namespace

bool IsBuiltElsewhere() { return !Root().empty(); }

bool PluginInfo::is_external() const { return !absl::StartsWith(file, Root()); }

Json PluginConfig::ToJson() const {
  BIGSTEP_CHECK(plugin != nullptr) << "a choice that was read with problems";
  Json json = plugin->table->ToJson(options.get());
  json["name"] = plugin->name;
  return json;
}

Json PluginConfig::Identity() const {
  BIGSTEP_CHECK(plugin != nullptr) << "a choice that was read with problems";
  return {{"name", plugin->name},
          {"version", plugin->table->version()},
          {"options", plugin->table->NonDefaults(options.get())}};
}

std::vector<std::string> PluginRegistry::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, info] : plugins_) names.push_back(name);
  return names;
}

const PluginInfo* PluginRegistry::Find(absl::string_view name) const {
  const auto it = plugins_.find(std::string(name));
  return it == plugins_.end() ? nullptr : &it->second;
}

std::string PluginRegistry::UnknownName(absl::string_view name) const {
  const std::vector<std::string> names = Names();
  return absl::StrCat("no ", singular_, " '", VisibleText(name), "'",
                      DidYouMean(name, names), " (", names.size(),
                      " registered: ", absl::StrJoin(names, ", "),
                      ")\n    If it should exist: is it in the plugin list of "
                      "the BUILD file beside its .cc?");
}

PluginConfig PluginRegistry::Read(const SpecNode& node, const std::string& path,
                                  Problems& problems) const {
  const SpecNode* name = &node;
  if (node.is_map()) {
    name = node.Find("name");
    if (name == nullptr) {
      problems.AddMissing(node.mark, path, "missing key 'name'");
      return {};
    }
  }
  if (!name->is_scalar()) {
    AddWrongType(*name, path,
                 absl::StrCat("the name of the ", singular_,
                              " or a map with its name and options"),
                 problems);
    return {};
  }
  const PluginInfo* plugin = Find(name->text);
  if (plugin == nullptr) {
    problems.Add(name->mark, path, UnknownName(name->text));
    return {};
  }
  const std::shared_ptr<void> options = plugin->table->New();
  const int before = problems.count();
  plugin->table->Read(node, path, problems, options.get());
  if (problems.count() != before) return {};
  return {plugin, options};
}

void PluginRegistry::Add(absl::string_view name, absl::string_view file,
                         const OptionTable& table) {
  const PluginInfo* first = Find(name);
  BIGSTEP_CHECK(first == nullptr)
      << singular_ << " '" << name << "' is registered twice: in "
      << first->file << " and in " << file << "; rename one of them";
  plugins_[std::string(name)] = {std::string(name), std::string(file), &table};
}

}  // namespace bigstep
