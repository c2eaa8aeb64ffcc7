#include "experiments/spec/extends.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files.h"
#include "base/json.h"
#include "base/read_value.h"
#include "base/spec_reader.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

constexpr char kKey[] = "extends";
constexpr int64_t kMaxBytes = 16 << 20;

void Remove(SpecNode& map, const std::string& key) {
  const auto is_key = [&key](const SpecNode::Entry& e) { return e.key == key; };
  map.entries.erase(
      std::remove_if(map.entries.begin(), map.entries.end(), is_key),
      map.entries.end());
}

// Whether both name a plugin, and not the same.
bool NameOthers(const SpecNode& a, const SpecNode& b) {
  const SpecNode* const first = a.Find("name");
  const SpecNode* const second = b.Find("name");
  // An axis may be called `name`, too.
  return first != nullptr && second != nullptr && first->is_scalar() &&
         second->is_scalar() && first->text != second->text;
}

void LayOver(SpecNode over, SpecNode& under) {
  if (!over.is_map() || !under.is_map() || NameOthers(over, under)) {
    under = std::move(over);
    return;
  }
  for (SpecNode::Entry& entry : over.entries) {
    SpecNode* const there = under.Find(entry.key);
    if (entry.value.kind == SpecNode::Kind::kEmpty && there != nullptr) {
      Remove(under, entry.key);
    } else if (there == nullptr) {
      under.entries.push_back(std::move(entry));
    } else {
      LayOver(std::move(entry.value), *there);
    }
  }
  under.mark = over.mark;
}

// The file `name` beside the spec `path`. InvalidArgument if it does not lie in
// that folder or below, links followed.
absl::StatusOr<std::filesystem::path> FileBeside(const std::string& path,
                                                 const std::string& name) {
  std::error_code error;
  const std::filesystem::path relative(name);
  const bool outside =
      relative.is_absolute() ||
      std::find(relative.begin(), relative.end(), "..") != relative.end();
  if (name.empty() || outside || name.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a file in the folder of this spec or below it, "
                     "found '",
                     VisibleText(name), "'"));
  }
  const auto spec = std::filesystem::canonical(path, error);
  if (path.empty() || error) {
    return absl::InvalidArgumentError(
        "only a spec that lies in a file can extend another");
  }
  // Not the folder of the resolved file: where the author sees the spec.
  const auto named = std::filesystem::path(path).parent_path() / name;
  const auto file = std::filesystem::canonical(named, error);
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read '", VisibleText(name), "' in the folder of ",
                     "this spec: ", error.message()));
  }
  const auto folder = spec.parent_path();
  const auto [end, ignored] =
      std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  if (end != folder.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", VisibleText(name), "' lies outside of ",
                     VisibleText(folder.string()),
                     ", the folder of this spec; copy it there"));
  }
  return file;
}

// Text as ReadSpec reads it back, as plain text unless `quoted`.
std::string Text(const std::string& text, bool quoted) {
  const bool plain =
      !quoted && std::any_of(text.begin(), text.end(), absl::ascii_isalnum) &&
      std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '+' ||
               c == '-';
      });
  return plain ? text : Json(text).dump();
}

std::string Flow(const SpecNode& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case SpecNode::Kind::kEmpty:
      return "";
    case SpecNode::Kind::kScalar:
      return Text(node.text, node.quoted);
    case SpecNode::Kind::kList:
      for (const SpecNode& item : node.items) parts.push_back(Flow(item));
      return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
    case SpecNode::Kind::kMap:
      for (const SpecNode::Entry& entry : node.entries) {
        parts.push_back(
            absl::StrCat(Text(entry.key, false), ": ", Flow(entry.value)));
      }
      return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
  }
  return "";
}

// The entries of a map, each on a line that begins with `indent`; those of the
// `depth` uppermost maps and lists on lines of their own.
void AddBlock(const SpecNode& map, const std::string& indent, int depth,
              std::string& yaml) {
  for (const auto& [key, value, mark] : map.entries) {
    absl::StrAppend(&yaml, indent, Text(key, false), ":");
    if (depth > 1 && value.is_map() && !value.entries.empty()) {
      yaml += "\n";
      AddBlock(value, indent + "  ", depth - 1, yaml);
    } else if (depth > 1 && value.is_list() && !value.items.empty() &&
               value.items[0].is_map()) {
      yaml += "\n";
      for (const SpecNode& item : value.items) {
        absl::StrAppend(&yaml, indent, "  - ", Flow(item), "\n");
      }
    } else {
      absl::StrAppend(&yaml, " ", Flow(value), "\n");
    }
  }
}

}  // namespace

void Extend(const std::string& path, SpecNode& spec, Problems& problems) {
  const SpecNode extends = *spec.Find(kKey);
  Remove(spec, kKey);
  std::string name;
  const int before = problems.count();
  ReadValue(extends, kKey, problems, &name);
  if (problems.count() != before) return;
  const auto file = FileBeside(path, name);
  if (!file.ok()) {
    problems.Add(extends.mark, kKey, file.status().message());
    return;
  }
  const auto text = ReadFile(file->string(), kMaxBytes);
  if (!text.ok()) {
    problems.Add(extends.mark, kKey, text.status().message());
    return;
  }
  // Its messages come before those of the spec.
  SpecNode base = ReadSpec(*text, name, spec.mark.order - 1, problems);
  if (problems.count() != before) return;
  if (!base.is_map()) {
    problems.Add(base.mark, "", "expected a map, as this is a spec");
    return;
  }
  if (const SpecNode* const more = base.Find(kKey)) {
    problems.Add(more->mark, kKey,
                 "a spec that others extend cannot extend one itself");
    return;
  }
  LayOver(std::move(spec), base);
  spec = std::move(base);
}

std::string ToYaml(const SpecNode& spec) {
  std::string yaml;
  AddBlock(spec, "", /*depth=*/3, yaml);
  return yaml;
}

}  // namespace bigstep
