#include "base/spec_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/syntax_errors.h"
#include "base/terminal_text.h"
#include "base/unicode.h"

namespace bigstep {
namespace {

// The encoding of a text that has zero bytes or the byte-order mark of another
// encoding than UTF-8; "" if it has neither.
absl::string_view OtherEncoding(absl::string_view text) {
  const auto begins = [&text](absl::string_view bytes) {
    return absl::StartsWith(text, bytes);
  };
  if (begins({"\xFF\xFE\0\0", 4}) || begins({"\0\0\xFE\xFF", 4})) {
    return "UTF-32";
  }
  if (begins("\xFF\xFE") || begins("\xFE\xFF")) return "UTF-16";
  // Without a mark: the first characters are ASCII.
  if (text.size() < 4) return "";
  if (text[1] == 0 && text[2] == 0) return "UTF-32";
  const bool little = text[1] == 0 && text[3] == 0;
  return little || (text[0] == 0 && text[2] == 0) ? "UTF-16" : "";
}

// Control characters have no place in YAML; yaml-cpp reads a zero byte as a
// backslash. Notes the first one, or another encoding; false if there is one.
bool CheckCharacters(absl::string_view text, Mark mark, Problems& problems) {
  const absl::string_view encoding = OtherEncoding(text);
  if (!encoding.empty()) {
    problems.Add(mark, "",
                 absl::StrCat("this is ", encoding, "; save it as UTF-8"));
    return false;
  }
  const auto bad = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' &&
           c != '\r';
  });
  if (bad == text.end()) return true;
  const absl::string_view before = text.substr(0, bad - text.begin());
  mark.line += std::count(before.begin(), before.end(), '\n');
  mark.column = before.size() - (before.rfind('\n') + 1) + 1;
  problems.Add(mark, "",
               absl::StrCat("not valid YAML: a control character (0x",
                            absl::Hex(*bad, absl::kZeroPad2), ")"));
  return false;
}

// The longest key on one line that YAML allows. After a longer one, yaml-cpp
// finds a key without text instead.
constexpr size_t kMaxKey = 1024;

// Whether the text at `mark` may be a longer key.
bool IsLongKey(absl::string_view text, const Mark& mark) {
  for (int line = 1; line < mark.line; ++line) {
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min<size_t>(text.size(), mark.column - 1));
  return text.size() > kMaxKey &&
         text.substr(0, kMaxKey).find(':') == absl::string_view::npos;
}

// Builds the tree from parser events: the only way to see every key (also the
// second of two equal ones) with its own mark.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(absl::string_view text, std::shared_ptr<const std::string> source,
              int order, Problems& problems)
      : text_(text),
        source_(std::move(source)),
        order_(order),
        problems_(problems) {}

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
    if (!IsUtf8(value)) {
      problems_.Add(ToMark(mark), Path(),
                    absl::StrCat("not valid UTF-8: '", VisibleText(value),
                                 "'; save the file as UTF-8"));
    }
    SpecNode node;
    node.kind = SpecNode::Kind::kScalar;
    node.text = IsUtf8(value) ? value : VisibleText(value);
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
    bool has_key = false;     // Map: the next node is the value of `key`.
    bool drop_value = false;  // Map: `key` was refused.
    std::string key;
    Mark key_mark;
    std::unordered_set<std::string> keys;  // Of `node`.
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
      problems_.Add(
          node.mark, path,
          IsLongKey(text_, node.mark)
              ? absl::StrCat("a key must have at most ", kMaxKey, " characters")
              : absl::StrCat("a key must be plain text, found ",
                             node.Describe()));
    } else if (node.text == "<<") {
      problems_.Add(node.mark, path,
                    "merge keys ('<<') are not supported; write the keys out");
    } else if (!frame.keys.insert(node.text).second) {
      const SpecNode* first = frame.node.Find(node.text);
      problems_.Add(
          node.mark, path,
          absl::StrCat("duplicate key '", VisibleText(node.text),
                       "'; it stands at line ", first->mark.line, " already"));
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
    frame.node.entries.push_back({frame.key, std::move(node), frame.key_mark});
  }

  const absl::string_view text_;
  std::shared_ptr<const std::string> source_;
  int order_;
  Problems& problems_;
  std::vector<Frame> frames_;
  SpecNode root_;
};

}  // namespace

SpecNode ReadSpec(absl::string_view text, const std::string& source, int order,
                  Problems& problems) {
  const auto name = std::make_shared<const std::string>(source);
  SpecNode root;
  root.mark = {name, order, 1, 1};  // Also if the text has no node.
  if (!CheckCharacters(text, root.mark, problems)) return root;
  // Where a quote is not closed, yaml-cpp takes the rest of the text for its
  // content and may be content with that. This line makes it complain.
  std::istringstream stream(
      absl::StrCat(text, absl::EndsWith(text, "\n") ? "" : "\n", "...\n"));
  TreeBuilder builder(text, name, order, problems);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    SpecNode read = builder.TakeRoot();
    if (read.kind != SpecNode::Kind::kEmpty) root = std::move(read);
    if (parser) {
      TreeBuilder rest(text, name, order, problems);
      if (parser.HandleNextDocument(rest)) {
        problems.Add(rest.TakeRoot().mark, "",
                     "the document ends before this; a second one ('---') is "
                     "not supported");
      }
    }
  } catch (const YAML::Exception& error) {
    Mark mark = builder.ToMark(error.mark);
    const std::string message = ExplainSyntaxError(text, error.msg, mark);
    problems.Add(mark, "", absl::StrCat("not valid YAML: ", message));
  }
  return root;
}

}  // namespace bigstep
