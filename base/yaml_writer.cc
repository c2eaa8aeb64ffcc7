#include "base/yaml_writer.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bigstep {
namespace {

constexpr int kColumns = 80;

// True if `text` is a word that YAML can only read as that text.
bool IsPlainWord(const std::string& text) {
  static const std::vector<std::string>* const kSpecial =
      new std::vector<std::string>{"null", "true", "false"};
  if (text.empty() || !absl::ascii_isalpha(text[0])) return false;
  if (std::find(kSpecial->begin(), kSpecial->end(),
                absl::AsciiStrToLower(text)) != kSpecial->end()) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-';
  });
}

// Double quotes read the same escapes in YAML as in JSON.
std::string Text(const std::string& text) {
  return IsPlainWord(text) ? text : Json(text).dump();
}

bool HasNestedMaps(const Json& value) {
  return std::any_of(value.begin(), value.end(), [](const Json& child) {
    return child.is_structured() && !child.empty();
  });
}

void AppendBlock(const Json& value, int indent, std::string* out);

// Appends what follows "key:" or "-" at depth `indent`.
void AppendValue(const Json& value, int indent, int column, std::string* out) {
  const std::string flow = ToFlowYaml(value);
  const bool fits = column + static_cast<int>(flow.size()) < kColumns;
  if (!value.is_structured() || value.empty() ||
      (fits && !HasNestedMaps(value))) {
    absl::StrAppend(out, " ", flow, "\n");
    return;
  }
  absl::StrAppend(out, "\n");
  AppendBlock(value, indent + 2, out);
}

void AppendBlock(const Json& value, int indent, std::string* out) {
  const std::string margin(indent, ' ');
  if (value.is_array()) {
    for (const Json& item : value) {
      absl::StrAppend(out, margin, "-");
      AppendValue(item, indent, indent + 2, out);
    }
    return;
  }
  for (const auto& [key, child] : value.items()) {
    absl::StrAppend(out, margin, Text(key), ":");
    AppendValue(child, indent, indent + 3 + static_cast<int>(key.size()), out);
  }
}

}  // namespace

std::string ToFlowYaml(const Json& value) {
  if (value.is_string()) return Text(value.get<std::string>());
  if (value.is_array()) {
    return absl::StrCat("[",
                        absl::StrJoin(value, ", ",
                                      [](std::string* out, const Json& item) {
                                        absl::StrAppend(out, ToFlowYaml(item));
                                      }),
                        "]");
  }
  if (value.is_object()) {
    std::vector<std::string> parts;
    for (const auto& [key, child] : value.items()) {
      parts.push_back(absl::StrCat(Text(key), ": ", ToFlowYaml(child)));
    }
    return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
  }
  return value.dump();
}

std::string ToYaml(const Json& value) {
  if (!value.is_structured() || value.empty()) {
    return absl::StrCat(ToFlowYaml(value), "\n");
  }
  std::string out;
  AppendBlock(value, 0, &out);
  return out;
}

}  // namespace bigstep
