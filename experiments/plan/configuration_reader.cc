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

std::string TextOf(const Json& json) {
  return json.is_string() ? json.get<std::string>() : ToFlowYaml(json);
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
  Json fallback = Defaults(steps[0], plugin);
  for (size_t i = 1; i < steps.size(); ++i) {
    node = node == nullptr ? nullptr : node->Find(steps[i]);
    fallback = fallback.is_object() ? fallback.value(steps[i], Json()) : Json();
  }
  if (node != nullptr) return node->ToFlow();
  if (fallback.is_null()) return std::nullopt;
  return TextOf(fallback);
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
