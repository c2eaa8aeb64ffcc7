#include "base/spec_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <memory>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// Builds the tree from parser events: the only way to see every key (also the
// second of two equal ones) with its own mark.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const std::string> source, int order,
              Problems& problems)
      : source_(std::move(source)), order_(order), problems_(problems) {}

  SpecNode TakeRoot() { return std::move(root_); }

  Mark ToMark(const YAML::Mark& mark) const {
    return {source_, order_, mark.line + 1, mark.column + 1};
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckPlain(mark, "?", anchor);
    SpecNode node;
    node.mark = ToMark(mark);
    Place(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    problems_.Add(ToMark(mark), Path(),
                  "aliases are not supported; write the value out");
    SpecNode node;
    node.mark = ToMark(mark);
    Place(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    CheckPlain(mark, tag, anchor);
    SpecNode node;
    node.kind = SpecNode::Kind::kScalar;
    node.text = value;
    node.quoted = tag == "!";  // What yaml-cpp gives text in quotes.
    node.mark = ToMark(mark);
    Place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, SpecNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, SpecNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or map that is being filled.
  struct Frame {
    SpecNode node;
    bool has_key = false;   // Map: the next node is the value of `key`.
    bool drop_value = false;  // Map: `key` was refused.
    std::string key;
    Mark key_mark;
  };

  std::string Path() const {
    std::string path;
    for (const Frame& frame : frames_) {
      if (frame.node.is_list()) {
        absl::StrAppend(&path, "[", frame.node.items.size(), "]");
      } else if (frame.has_key) {
        absl::StrAppend(&path, path.empty() ? "" : ".", frame.key);
      }
    }
    return path;
  }

  void CheckPlain(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      problems_.Add(ToMark(mark), Path(),
                    "anchors are not supported; write the value out");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      problems_.Add(ToMark(mark), Path(),
                    absl::StrCat("tags are not supported, found '", tag, "'"));
    }
  }

  void Open(const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, SpecNode::Kind kind) {
    CheckPlain(mark, tag, anchor);
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = ToMark(mark);
    frames_.push_back(std::move(frame));
  }

  void Close() {
    SpecNode node = std::move(frames_.back().node);
    frames_.pop_back();
    Place(std::move(node));
  }

  void Place(SpecNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
    } else if (frames_.back().node.is_list()) {
      frames_.back().node.items.push_back(std::move(node));
    } else if (frames_.back().has_key) {
      PlaceValue(frames_.back(), std::move(node));
    } else {
      PlaceKey(frames_.back(), node);
    }
  }

  void PlaceKey(Frame& frame, const SpecNode& node) {
    const std::string path = Path();
    frame.drop_value = true;
    if (!node.is_scalar()) {
      problems_.Add(node.mark, path,
                    absl::StrCat("a key must be plain text, found ",
                                 node.Describe()));
    } else if (node.text == "<<") {
      problems_.Add(node.mark, path,
                    "merge keys ('<<') are not supported; write the keys out");
    } else if (const SpecNode* first = frame.node.Find(node.text)) {
      problems_.Add(node.mark, path,
                    absl::StrCat("duplicate key '", node.text,
                                 "'; it stands at line ", first->mark.line,
                                 " already"));
    } else {
      frame.drop_value = false;
    }
    frame.has_key = true;
    frame.key = node.text;
    frame.key_mark = node.mark;
  }

  void PlaceValue(Frame& frame, SpecNode node) {
    frame.has_key = false;
    if (frame.drop_value) return;
    node.mark = frame.key_mark;  // Messages point at the key.
    frame.node.entries.push_back({frame.key, std::move(node)});
  }

  std::shared_ptr<const std::string> source_;
  int order_;
  Problems& problems_;
  std::vector<Frame> frames_;
  SpecNode root_;
};

}  // namespace

SpecNode ReadSpec(absl::string_view text, const std::string& source, int order,
                  Problems& problems) {
  TreeBuilder builder(std::make_shared<const std::string>(source), order,
                      problems);
  std::istringstream stream{std::string(text)};
  SpecNode root;
  try {
    YAML::Parser parser(stream);
    const bool found = parser.HandleNextDocument(builder);
    root = builder.TakeRoot();
    if (!found || root.kind == SpecNode::Kind::kEmpty) {
      root.mark = builder.ToMark({});
      root.mark.line = root.mark.column = 1;
    }
    if (found && parser) {
      TreeBuilder rest(std::make_shared<const std::string>(source), order,
                       problems);
      if (parser.HandleNextDocument(rest)) {
        problems.Add(rest.TakeRoot().mark, "",
                     "a second document ('---') is not supported");
      }
    }
  } catch (const YAML::Exception& error) {
    problems.Add(builder.ToMark(error.mark), "",
                 absl::StrCat("not valid YAML: ", error.msg));
  }
  return root;
}

}  // namespace bigstep
