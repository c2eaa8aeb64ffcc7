#include "experiments/plan/configuration_reader.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/yaml_writer.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// Appends the content of a node: equal text, equal content (ToFlow shows the
// list [1] and the text '[1]' alike).
void AppendContent(const SpecNode& node, std::string* out) {
  switch (node.kind) {
    case SpecNode::Kind::kEmpty:
      absl::StrAppend(out, "~");
      return;
    case SpecNode::Kind::kScalar:
      absl::StrAppend(out, node.quoted ? "'" : "\"", node.text.size(), ":",
                      node.text);
      return;
    case SpecNode::Kind::kList:
      absl::StrAppend(out, "[", node.items.size(), ":");
      for (const SpecNode& item : node.items) AppendContent(item, out);
      return;
    case SpecNode::Kind::kMap:
      absl::StrAppend(out, "{", node.entries.size(), ":");
      for (const SpecNode::Entry& entry : node.entries) {
        absl::StrAppend(out, entry.key.size(), ":", entry.key);
        AppendContent(entry.value, out);
      }
      return;
  }
}

// The default options of a section, or null.
Json Defaults(absl::string_view section, const std::string& plugin) {
  if (section == "training") {
    const OptionTable& table = TableOf<TrainingOptions>();
    return table.ToJson(table.New().get());
  }
  const PluginSection* choice = FindPluginSection(section);
  const PluginInfo* info =
      choice == nullptr ? nullptr : choice->family->Find(plugin);
  return info == nullptr ? Json()
                         : info->table->ToJson(info->table->New().get());
}

// The name of the plugin that a section chooses, or "".
std::string PluginName(absl::string_view section, const SpecNode* node) {
  if (node == nullptr) {
    const PluginSection* choice = FindPluginSection(section);
    return choice == nullptr || choice->fallback == nullptr ? ""
                                                            : choice->fallback;
  }
  if (node->is_scalar()) return node->text;
  const SpecNode* name = node->Find("name");
  return name == nullptr ? "" : name->text;
}

// All options of a section, with the defaults of what is left out; the default
// options of its plugin if the section cannot be read. Null if it has none.
Json AllOptions(const std::string& section, const SpecNode* node,
                const Mark& mark) {
  if (!IsTrialSection(section)) return Json();
  TrialSettings settings;
  Problems problems;
  ReadTrialSection(section, node, "base", mark, problems, &settings);
  if (!problems.empty()) return Defaults(section, PluginName(section, node));
  if (section == "training") {
    return TableOf<TrainingOptions>().ToJson(&settings.training);
  }
  const PluginSection* choice = FindPluginSection(section);
  return choice == nullptr ? Json() : (settings.*choice->member).ToJson();
}

// A plugin is named by its name, with or without options.
std::string TextOf(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  const bool plugin = json.is_object() && json.contains("name");
  return plugin ? TextOf(json["name"]) : ToFlowYaml(json);
}

std::string TextOf(const SpecNode& node) {
  const SpecNode* name = node.Find("name");
  return name == nullptr ? node.ToFlow() : name->ToFlow();
}

}  // namespace

bool ConfigurationDraft::Set(absl::string_view path, const Mark& mark,
                             const SpecNode& value) {
  const std::string section = SectionOf(path);
  if (changed_.Find(section) == nullptr) {
    for (const SpecNode::Entry& entry : base_.entries) {
      if (entry.key == section) changed_.entries.push_back(entry);
    }
  }
  return SetAtPath(changed_, path, mark, value);
}

const SpecNode* ConfigurationDraft::Find(absl::string_view section) const {
  const SpecNode* changed = changed_.Find(section);
  return changed != nullptr ? changed : base_.Find(section);
}

std::optional<std::string> ConfigurationDraft::OptionText(
    absl::string_view path) const {
  const std::vector<std::string> steps = absl::StrSplit(path, '.');
  const SpecNode* node = Find(steps[0]);
  const std::string plugin = PluginName(steps[0], node);
  if (steps.size() == 1 || (steps.size() == 2 && steps[1] == "name")) {
    if (!plugin.empty()) return plugin;
    if (steps.size() == 1 && node != nullptr) return node->ToFlow();
    return std::nullopt;
  }
  const SpecNode* given = node;
  for (size_t i = 1; i < steps.size() && given != nullptr; ++i) {
    given = given->Find(steps[i]);
  }
  if (given != nullptr) return TextOf(*given);
  Json option = AllOptions(steps[0], node, base_.mark);
  for (size_t i = 1; i < steps.size(); ++i) {
    option = option.is_object() ? option.value(steps[i], Json()) : Json();
  }
  if (option.is_null()) return std::nullopt;
  return TextOf(option);
}

bool ConfigurationReader::Read(const ConfigurationDraft& draft,
                               Problems& problems, TrialSettings* settings,
                               TrialIdentity* identity) {
  bool good = true;
  for (const std::string& section : TrialSections()) {
    const SpecNode* node = draft.Find(section);
    std::string key = absl::StrCat(section, ":");
    if (node != nullptr) AppendContent(*node, &key);
    auto it = known_.find(key);
    if (it == known_.end()) {
      // Sections with errors are read again each time, for the positions of
      // their errors may differ.
      Known known;
      const int before = problems.count();
      ReadTrialSection(section, node, "base", draft.mark(), problems,
                       &known.settings);
      if (problems.count() == before) {
        files_.AddTo(section, node, "base", problems, &known.settings);
      }
      if (problems.count() != before) {
        good = false;
        continue;
      }
      known.identity = IdentityOf(known.settings, section);
      it = known_.emplace(std::move(key), std::move(known)).first;
    }
    CopyTrialSection(section, it->second.settings, settings);
    identity->Set(section, it->second.identity);
  }
  return good;
}

}  // namespace bigstep
