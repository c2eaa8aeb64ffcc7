#include "experiments/spec/default_labels.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {
namespace {

constexpr char kName[] = "name";

// Plugins of a value: one, or those of a list.
using Choices = std::vector<const SpecNode*>;

bool IsChoice(const SpecNode& node) {
  if (node.is_scalar()) return true;
  const SpecNode* const name = node.Find(kName);
  return name != nullptr && name->is_scalar();
}

// Nullopt if the value is something else.
std::optional<Choices> ChoicesIn(const SpecNode& value) {
  Choices choices;
  if (!value.is_list()) {
    choices.push_back(&value);
  } else {
    for (const SpecNode& item : value.items) {
      if (item.is_scalar()) return std::nullopt;  // Numbers, such as widths.
      choices.push_back(&item);
    }
  }
  for (const SpecNode* const choice : choices) {
    if (!IsChoice(*choice)) return std::nullopt;
  }
  return choices;
}

std::string NameOf(const SpecNode& choice) {
  return choice.is_scalar() ? choice.text : choice.Find(kName)->text;
}

std::string OptionText(const SpecNode& choice, const std::string& option) {
  const SpecNode* const value = choice.Find(option);
  return value == nullptr ? "" : value->ToFlow();
}

// The options of the plugin `name` that differ between its uses in `values`.
std::set<std::string> Varying(const std::vector<Choices>& values,
                              const std::string& name) {
  Choices uses;
  for (const Choices& choices : values) {
    for (const SpecNode* const choice : choices) {
      if (NameOf(*choice) == name) uses.push_back(choice);
    }
  }
  std::set<std::string> varying;
  for (const SpecNode* const use : uses) {
    for (const SpecNode::Entry& entry : use->entries) {
      for (const SpecNode* const other : uses) {
        if (OptionText(*other, entry.key) == entry.value.ToFlow()) continue;
        varying.insert(entry.key);
      }
    }
  }
  varying.erase(kName);
  // Used once: nothing to differ from, and all its options are of interest.
  if (uses.size() == 1) {
    for (const SpecNode::Entry& entry : uses[0]->entries) {
      if (entry.key != kName) varying.insert(entry.key);
    }
  }
  return varying;
}

// The one option that differs if all values are one plugin, the same.
std::optional<std::string> OnlyDifference(const std::vector<Choices>& values) {
  std::set<std::string> names;
  for (const Choices& choices : values) {
    if (choices.size() != 1 || !choices[0]->is_map()) return std::nullopt;
    names.insert(NameOf(*choices[0]));
  }
  if (values.size() < 2 || names.size() != 1) return std::nullopt;
  const std::set<std::string> varying = Varying(values, *names.begin());
  if (varying.size() != 1) return std::nullopt;
  for (const Choices& choices : values) {
    if (choices[0]->Find(*varying.begin()) == nullptr) return std::nullopt;
  }
  return *varying.begin();
}

std::string LabelOf(const Choices& choices,
                    const std::vector<Choices>& values) {
  if (choices.empty()) return "none";
  std::vector<std::string> parts;
  for (const SpecNode* const choice : choices) {
    std::string part = NameOf(*choice);
    const std::set<std::string> varying = Varying(values, part);
    for (const SpecNode::Entry& entry : choice->entries) {
      if (varying.count(entry.key) == 0) continue;
      absl::StrAppend(&part, " ", entry.key, "=", entry.value.ToFlow());
    }
    parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, " + ");
}

}  // namespace

std::vector<std::string> DefaultLabels(const std::vector<SpecNode>& values) {
  std::vector<std::string> written, labels;
  std::vector<Choices> read;
  bool plugins = false;  // Whether some value is more than a scalar.
  for (const SpecNode& value : values) {
    written.push_back(value.ToFlow());
    plugins = plugins || !value.is_scalar();
    if (std::optional<Choices> choices = ChoicesIn(value)) {
      read.push_back(*std::move(choices));
    }
  }
  if (!plugins || read.size() != values.size()) return written;
  const std::optional<std::string> only = OnlyDifference(read);
  for (const Choices& choices : read) {
    labels.push_back(only ? OptionText(*choices[0], *only)
                          : LabelOf(choices, read));
  }
  const bool unique =
      std::set<std::string>(labels.begin(), labels.end()).size() ==
      labels.size();
  return unique ? labels : written;
}

}  // namespace bigstep
