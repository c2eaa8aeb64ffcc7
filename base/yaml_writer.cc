#include "base/yaml_writer.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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

// `text` with escapes for the control characters that JSON does not escape,
// U+0080 to U+009F, and for characters that change the direction of writing.
std::string EscapeControls(absl::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const auto byte = [&text](size_t i) {
      return i < text.size() ? static_cast<uint8_t>(text[i]) : 0u;
    };
    const uint32_t two = (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    const uint32_t three =
        (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    if (byte(0) == 0xC2 && two <= 0x9F) {
      absl::StrAppendFormat(&escaped, "\\u%04x", two);
      text.remove_prefix(2);
    } else if (byte(0) == 0xE2 && ((three >= 0x200E && three <= 0x200F) ||
                                   (three >= 0x2028 && three <= 0x202E) ||
                                   (three >= 0x2066 && three <= 0x2069))) {
      absl::StrAppendFormat(&escaped, "\\u%04x", three);
      text.remove_prefix(3);
    } else {
      escaped += text[0];
      text.remove_prefix(1);
    }
  }
  return escaped;
}

// Double quotes read the same escapes in YAML as in JSON.
std::string Text(const std::string& text) {
  return IsPlainWord(text) ? text : EscapeControls(CanonicalJson(text));
}

bool IsNested(const Json& value) {
  return std::any_of(value.begin(), value.end(), [](const Json& child) {
    return child.is_structured() && !child.empty();
  });
}

class Writer {
 public:
  explicit Writer(std::vector<std::string> first) : first_(std::move(first)) {}

  std::string Flow(const Json& value) const {
    if (value.is_string()) return Text(value.get<std::string>());
    std::vector<std::string> parts;
    if (value.is_array()) {
      for (const Json& item : value) parts.push_back(Flow(item));
      return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
    }
    if (value.is_object()) {
      for (const std::string& key : Keys(value)) {
        parts.push_back(absl::StrCat(Text(key), ": ", Flow(value.at(key))));
      }
      return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
    }
    return CanonicalJson(value);
  }

  // Writes a list or map. The first line starts at the cursor, the others are
  // indented.
  void Block(const Json& value, int indent, std::string* out) const {
    const std::string margin(indent, ' ');
    bool first = true;
    const auto start_line = [&] {
      if (!first) absl::StrAppend(out, margin);
      first = false;
    };
    if (value.is_array()) {
      for (const Json& item : value) {
        start_line();
        absl::StrAppend(out, "- ");
        if (FitsOneLine(item, indent + 2)) {
          absl::StrAppend(out, Flow(item), "\n");
        } else {
          Block(item, indent + 2, out);
        }
      }
      return;
    }
    for (const std::string& key : Keys(value)) {
      start_line();
      const std::string name = absl::StrCat(Text(key), ":");
      absl::StrAppend(out, name);
      const Json& child = value.at(key);
      if (FitsOneLine(child, indent + 1 + static_cast<int>(name.size()))) {
        absl::StrAppend(out, " ", Flow(child), "\n");
      } else {
        absl::StrAppend(out, "\n", margin, "  ");
        Block(child, indent + 2, out);
      }
    }
  }

 private:
  bool FitsOneLine(const Json& value, int column) const {
    if (!value.is_structured() || value.empty()) return true;
    return !IsNested(value) &&
           column + static_cast<int>(Flow(value).size()) <= kColumns;
  }

  std::vector<std::string> Keys(const Json& object) const {
    std::vector<std::string> keys;
    for (const std::string& key : first_) {
      if (object.contains(key)) keys.push_back(key);
    }
    for (const auto& [key, child] : object.items()) {
      if (std::find(first_.begin(), first_.end(), key) == first_.end()) {
        keys.push_back(key);
      }
    }
    return keys;
  }

  std::vector<std::string> first_;
};

}  // namespace

std::string ToFlowYaml(const Json& value) { return Writer({}).Flow(value); }

std::string ToYaml(const Json& value, const std::vector<std::string>& first) {
  const Writer writer(first);
  if (!value.is_structured() || value.empty()) {
    return absl::StrCat(writer.Flow(value), "\n");
  }
  std::string out;
  writer.Block(value, 0, &out);
  return out;
}

}  // namespace bigstep
