// A YAML text as a tree in which every node has its position. Types are not
// guessed here: a scalar keeps its text, and the option that reads it decides
// its type.
#ifndef BIGSTEP_BASE_SPEC_NODE_H_
#define BIGSTEP_BASE_SPEC_NODE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/problems.h"

namespace bigstep {

struct SpecNode {
  enum class Kind { kEmpty, kScalar, kList, kMap };
  struct Entry;

  Kind kind = Kind::kEmpty;
  std::string text;     // kScalar: the text without quotes.
  bool quoted = false;  // kScalar: written in quotes, hence not a number.
  std::vector<SpecNode> items;  // kList.
  std::vector<Entry> entries;   // kMap, in file order, keys unique.
  Mark mark;  // Where to point: the key of a map entry, else the node itself.

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }

  // The entry of a map, or nullptr (also if this is not a map).
  const SpecNode* Find(absl::string_view key) const;
  SpecNode* Find(absl::string_view key);
  // The entry of a map, added with `key_mark` if it is missing; this becomes a
  // map if it is empty. Nullptr if it is something else.
  SpecNode* FindOrAdd(absl::string_view key, const Mark& key_mark);

  // "a map", "a list", "'abc'", "the quoted text 'abc'", "nothing": for the end
  // of "expected ..., found".
  std::string Describe() const;

  // Compact flow YAML of the node: "{name: sgd, lr: 0.1}".
  std::string ToFlow() const;
};

struct SpecNode::Entry {
  std::string key;
  SpecNode value;
  Mark key_mark;  // Position of the key; differs from value.mark if the value
                  // was put there from elsewhere.
};

// The node at the dotted `path` below `root`, making it and the maps on the
// way: "optimizer.lr", or "regularizers[0].coefficient" for an item that a list
// has. A new key gets `mark`. Nullptr if a step of the path is neither a map
// nor empty, or an item is not there.
SpecNode* NodeAtPath(SpecNode& root, absl::string_view path, const Mark& mark);

// Sets the node at `path` to `value`, which keeps its own mark. False if there
// can be none.
bool SetAtPath(SpecNode& root, absl::string_view path, const Mark& mark,
               const SpecNode& value);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SPEC_NODE_H_
