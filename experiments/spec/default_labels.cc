#include "experiments/spec/default_labels.h"

#include <map>
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

// Options by plugin.
using Options = std::map<std::string, std::set<std::string>>;

// For each plugin, the options that differ between its uses in `values`; of a
// plugin that is used once, all.
Options Varying(const std::vector<Choices>& values) {
  std::map<std::string, Choices> uses;
  for (const Choices& choices : values) {
    for (const SpecNode* const choice : choices) {
      uses[NameOf(*choice)].push_back(choice);
    }
  }
  Options varying;
  for (const auto& [name, choices] : uses) {
    std::set<std::string> options;
    for (const SpecNode* const choice : choices) {
      for (const SpecNode::Entry& entry : choice->entries) {
        options.insert(entry.key);
      }
    }
    options.erase(kName);
    for (const std::string& option : options) {
      const std::string first = OptionText(*choices[0], option);
      bool differs = choices.size() == 1;
      for (const SpecNode* const choice : choices) {
        differs = differs || OptionText(*choice, option) != first;
      }
      if (differs) varying[name].insert(option);
    }
  }
  return varying;
}

// The one option that differs if all values are one plugin, the same.
std::optional<std::string> OnlyDifference(const std::vector<Choices>& values,
                                          const Options& varying) {
  if (values.size() < 2) return std::nullopt;
  for (const Choices& choices : values) {
    if (choices.size() != 1 || NameOf(*choices[0]) != NameOf(*values[0][0])) {
      return std::nullopt;
    }
  }
  const auto options = varying.find(NameOf(*values[0][0]));
  if (options == varying.end() || options->second.size() != 1) {
    return std::nullopt;
  }
  const std::string& option = *options->second.begin();
  for (const Choices& choices : values) {
    if (choices[0]->Find(option) == nullptr) return std::nullopt;
  }
  return option;
}

std::string LabelOf(const Choices& choices, const Options& varying) {
  if (choices.empty()) return "none";
  std::vector<std::string> parts;
  for (const SpecNode* const choice : choices) {
    std::string part = NameOf(*choice);
    const auto options = varying.find(part);
    for (const SpecNode::Entry& entry : choice->entries) {
      if (options == varying.end() || options->second.count(entry.key) == 0) {
        continue;
      }
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
  const Options varying = Varying(read);
  const std::optional<std::string> only = OnlyDifference(read, varying);
  for (const Choices& choices : read) {
    labels.push_back(only ? OptionText(*choices[0], *only)
                          : LabelOf(choices, varying));
  }
  const bool unique =
      std::set<std::string>(labels.begin(), labels.end()).size() ==
      labels.size();
  return unique ? labels : written;
}

}  // namespace bigstep
