#include "base/spec_node.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

// The item of a list that "2]" names, or nullptr.
SpecNode* Item(SpecNode& list, absl::string_view index) {
  size_t i = 0;
  if (!list.is_list() || !absl::ConsumeSuffix(&index, "]") ||
      !absl::SimpleAtoi(index, &i) || i >= list.items.size()) {
    return nullptr;
  }
  return &list.items[i];
}

}  // namespace

const SpecNode* SpecNode::Find(absl::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

SpecNode* SpecNode::Find(absl::string_view key) {
  return const_cast<SpecNode*>(std::as_const(*this).Find(key));
}

std::string SpecNode::Describe() const {
  switch (kind) {
    case Kind::kEmpty:
      return "nothing";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
    case Kind::kScalar:
      return absl::StrCat(quoted ? "the quoted text '" : "'", VisibleText(text),
                          "'");
  }
  return "";
}

std::string SpecNode::ToFlow() const {
  switch (kind) {
    case Kind::kEmpty:
      return "";
    case Kind::kScalar:
      return text;
    case Kind::kList:
      return absl::StrCat(
          "[",
          absl::StrJoin(items, ", ",
                        [](std::string* out, const SpecNode& item) {
                          absl::StrAppend(out, item.ToFlow());
                        }),
          "]");
    case Kind::kMap:
      return absl::StrCat(
          "{",
          absl::StrJoin(entries, ", ",
                        [](std::string* out, const Entry& entry) {
                          absl::StrAppend(out, entry.key, ": ",
                                          entry.value.ToFlow());
                        }),
          "}");
  }
  return "";
}

SpecNode* SpecNode::FindOrAdd(absl::string_view key, const Mark& key_mark) {
  if (kind == Kind::kEmpty) kind = Kind::kMap;
  if (!is_map()) return nullptr;
  if (SpecNode* const value = Find(key)) return value;
  entries.push_back({std::string(key), SpecNode(), key_mark});
  SpecNode* const value = &entries.back().value;
  value->mark = key_mark;
  return value;
}

SpecNode* NodeAtPath(SpecNode& root, absl::string_view path, const Mark& mark) {
  SpecNode* node = &root;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(step, '[');
    node = parts.size() > 1 ? node->Find(parts[0])
                            : node->FindOrAdd(parts[0], mark);
    for (size_t i = 1; i < parts.size() && node != nullptr; ++i) {
      node = Item(*node, parts[i]);
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

bool SetAtPath(SpecNode& root, absl::string_view path, const Mark& mark,
               const SpecNode& value) {
  SpecNode* const node = NodeAtPath(root, path, mark);
  if (node == nullptr) return false;
  *node = value;
  return true;
}

}  // namespace bigstep
