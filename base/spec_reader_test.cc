#include "base/spec_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Reads a text that must be right.
SpecNode Read(absl::string_view text) {
  Problems problems;
  SpecNode node = ReadSpec(text, "a.yaml", 0, problems);
  EXPECT_EQ(Message(problems), "") << text;
  return node;
}

// The errors in a text.
std::string Wrong(absl::string_view text) {
  Problems problems;
  ReadSpec(text, "a.yaml", 0, problems);
  return Message(problems);
}

// "line:column" of a mark.
std::string At(const Mark& mark) {
  return absl::StrCat(mark.line, ":", mark.column);
}

// The structure alone, with its texts: {a: ['1', "2"], b: ~}; the text of a
// scalar is in double quotes if it was quoted, else in single ones.
std::string Structure(const SpecNode& node) {
  switch (node.kind) {
    case SpecNode::Kind::kEmpty:
      return "~";
    case SpecNode::Kind::kScalar:
      return node.quoted ? absl::StrCat("\"", node.text, "\"")
                         : absl::StrCat("'", node.text, "'");
    case SpecNode::Kind::kList: {
      std::string text;
      for (const SpecNode& item : node.items) {
        absl::StrAppend(&text, text.empty() ? "" : ", ", Structure(item));
      }
      return absl::StrCat("[", text, "]");
    }
    case SpecNode::Kind::kMap: {
      std::string text;
      for (const auto& [key, value, mark] : node.entries) {
        absl::StrAppend(&text, text.empty() ? "" : ", ", key, ": ",
                        Structure(value));
      }
      return absl::StrCat("{", text, "}");
    }
  }
  return "";
}

struct Case {
  std::string text, expected;  // By hand.
};

TEST(SpecReaderTest, TreeHasTheStructureOfTheText) {
  const std::vector<Case> cases = {
      {"a: 1\nb: [x, 2.5]\n", "{a: '1', b: ['x', '2.5']}"},
      {"a:\n  b:\n    c: 1\nd: 2\n", "{a: {b: {c: '1'}}, d: '2'}"},
      {"a:\n- 1\n- {b: 2}\n", "{a: ['1', {b: '2'}]}"},
      {"- - 1\n  - 2\n-\n  - 3\n", "[['1', '2'], ['3']]"},
      {"[]", "[]"},
      {"{}", "{}"},
      {"a: []\nb: {}\n", "{a: [], b: {}}"},
      {"5", "'5'"},
      {"a:\nb:\n", "{a: ~, b: ~}"},
      {"a: null\nb: ~\n", "{a: ~, b: ~}"},
      {"a: 1  # one\n# two\n", "{a: '1'}"},
      {"a: 1\r\nb: 2\r\n", "{a: '1', b: '2'}"},
      {"---\na: 1\n", "{a: '1'}"},
      {"a: 1\n...\n", "{a: '1'}"},
      {"%YAML 1.2\n---\na: 1\n", "{a: '1'}"},
      {"\xef\xbb\xbf"
       "a: 1\n",
       "{a: '1'}"},                          // A byte order mark.
      {"z: 1\na: 2\n", "{z: '1', a: '2'}"},  // File order, not sorted.
      {"1: 2\n", "{1: '2'}"},                // A key is a text.
      {"\"a b\": 1\n'c': 2\n", "{a b: '1', c: '2'}"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Structure(Read(c.text)), c.expected) << c.text;
  }
}

TEST(SpecReaderTest, ScalarsKeepTheirTextAndWhetherItWasQuoted) {
  const std::vector<Case> cases = {
      // Plain: no type is guessed.
      {"010", "'010'"},
      {"0x10", "'0x10'"},
      {"1e3", "'1e3'"},
      {".nan", "'.nan'"},
      {"yes", "'yes'"},
      {"True", "'True'"},
      {"1_000", "'1_000'"},
      {"a#b", "'a#b'"},
      // Quoted.
      {"'1'", "\"1\""},
      {"\"1\"", "\"1\""},
      {"''", "\"\""},
      {"\"null\"", "\"null\""},
      {"'it''s'", "\"it's\""},
      {R"("tab\t, e\u0301")", "\"tab\t, e\xcc\x81\""},
      {"|\n  a\n  b\n", "\"a\nb\n\""},
      {"|+\n  a\n", "\"a\n\n\""},
      {">-\n  a\n  b\n", "\"a b\""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Structure(Read(absl::StrCat("a: ", c.text, "\n"))),
              absl::StrCat("{a: ", c.expected, "}"))
        << c.text;
  }
}

TEST(SpecReaderTest, MarksPointAtKeysAndCountFromOne) {
  const SpecNode root = Read(
      "# A comment.\n"              // 1
      "base:\n"                     // 2
      "  lr: 0.1\n"                 // 3
      "  betas:\n"                  // 4
      "    - 0.9\n"                 // 5
      "    -   x: 1\n"              // 6
      "axes: {a: 1, b: 2}\n"        // 7
      "flow: [1, [2], {c: 3}]\n");  // 8
  const SpecNode& base = *root.Find("base");
  const SpecNode& betas = *base.Find("betas");
  const SpecNode& flow = *root.Find("flow");
  EXPECT_EQ(At(root.mark), "2:1");
  EXPECT_EQ(At(base.mark), "2:1");
  EXPECT_EQ(At(base.Find("lr")->mark), "3:3");
  EXPECT_EQ(At(betas.mark), "4:3");
  EXPECT_EQ(At(betas.items[0].mark), "5:7");
  EXPECT_EQ(At(betas.items[1].mark), "6:9");  // A block map: its first key.
  EXPECT_EQ(At(betas.items[1].Find("x")->mark), "6:9");
  EXPECT_EQ(At(root.Find("axes")->mark), "7:1");
  EXPECT_EQ(At(root.Find("axes")->Find("b")->mark), "7:14");
  EXPECT_EQ(At(root.Find("axes")->entries[1].key_mark), "7:14");
  EXPECT_EQ(At(flow.items[0].mark), "8:8");
  EXPECT_EQ(At(flow.items[1].mark), "8:11");
  EXPECT_EQ(At(flow.items[1].items[0].mark), "8:12");
  EXPECT_EQ(At(flow.items[2].mark), "8:16");
  EXPECT_EQ(At(flow.items[2].Find("c")->mark), "8:17");
}

TEST(SpecReaderTest, MarksNameTheSource) {
  Problems problems;
  const SpecNode root = ReadSpec("a: [1]", "--set=b", 7, problems);
  const Mark& mark = root.Find("a")->items[0].mark;
  EXPECT_EQ(*mark.source, "--set=b");
  EXPECT_EQ(mark.order, 7);
}

TEST(SpecReaderTest, DuplicateKeysAreRefused) {
  const std::vector<Case> cases = {
      {"a: 1\nb: 2\na: 3\n",
       "a.yaml:3:1: duplicate key 'a'; it stands at line 1 already"},
      {"x:\n  y: {a: 1, a: 1}\n",
       "a.yaml:2:13: x.y: duplicate key 'a'; it stands at line 2 already"},
      {"x:\n  - a: 1\n  - b: 1\n    b: 2\n",
       "a.yaml:4:5: x[1]: duplicate key 'b'; it stands at line 3 already"},
      {"a: 1\n'a': 2\n",
       "a.yaml:2:1: duplicate key 'a'; it stands at line 1 already"},
      {"a: 1\na: 2\na: 3\n",
       "a.yaml:2:1: duplicate key 'a'; it stands at line 1 already\n"
       "a.yaml:3:1: duplicate key 'a'; it stands at line 1 already"},
  };
  for (const Case& c : cases) EXPECT_EQ(Wrong(c.text), c.expected) << c.text;
}

TEST(SpecReaderTest, FirstOfEqualKeysStays) {
  Problems problems;
  const SpecNode root = ReadSpec("a: 1\nb: 2\na: 3\n", "s", 0, problems);
  EXPECT_EQ(Structure(root), "{a: '1', b: '2'}");
}

TEST(SpecReaderTest, MergeKeysAreRefused) {
  const std::string message =
      "merge keys ('<<') are not supported; write the keys out";
  EXPECT_EQ(Wrong("<<: {a: 1}\nb: 2\n"), absl::StrCat("a.yaml:1:1: ", message));
  EXPECT_EQ(Wrong("a:\n  '<<': {b: 1}\n"),
            absl::StrCat("a.yaml:2:3: a: ", message));
}

TEST(SpecReaderTest, AnchorsAndAliasesAreRefused) {
  const std::string anchors = "anchors are not supported; write the value out";
  const std::string aliases = "aliases are not supported; write the value out";
  const std::vector<Case> cases = {
      {"a: &x 1\n", absl::StrCat("a.yaml:1:4: a: ", anchors)},
      {"a: &x\n", absl::StrCat("a.yaml:1:4: a: ", anchors)},
      {"a: &x {b: 1}\n", absl::StrCat("a.yaml:1:4: a: ", anchors)},
      {"a: [1, &x [2]]\n", absl::StrCat("a.yaml:1:8: a[1]: ", anchors)},
      {"&x a: 1\n", absl::StrCat("a.yaml:1:1: ", anchors)},
      {"a: &x 1\nb: *x\n", absl::StrCat("a.yaml:1:4: a: ", anchors, "\n",
                                        "a.yaml:2:4: b: ", aliases)},
      {"a: *x\n",
       "a.yaml:1:4: not valid YAML: text that begins with '*' or '&' must "
       "stand in quotes (aliases and anchors are not supported)"},
  };
  for (const Case& c : cases) EXPECT_EQ(Wrong(c.text), c.expected) << c.text;
}

TEST(SpecReaderTest, TagsAreRefused) {
  const std::vector<Case> cases = {
      {"a: !!int 5\n",
       "a.yaml:1:4: a: tags are not supported, found 'tag:yaml.org,2002:int'"},
      {"a: !own 5\n", "a.yaml:1:4: a: tags are not supported, found '!own'"},
      {"a: !<own> '5'\n", "a.yaml:1:4: a: tags are not supported, found 'own'"},
      {"a: !own [1]\n", "a.yaml:1:4: a: tags are not supported, found '!own'"},
      {"- !own {b: 1}\n",
       "a.yaml:1:3: [0]: tags are not supported, found "
       "'!own'"},
      {"a: !!null\n",
       "a.yaml:1:4: a: tags are not supported, found 'tag:yaml.org,2002:null'"},
      {"!own a: 1\n", "a.yaml:1:1: tags are not supported, found '!own'"},
  };
  for (const Case& c : cases) EXPECT_EQ(Wrong(c.text), c.expected) << c.text;
}

TEST(SpecReaderTest, KeysThatAreNoTextAreRefused) {
  const std::vector<Case> cases = {
      {"[a]: 1\n", "a.yaml:1:1: a key must be plain text, found a list"},
      {"x: {? {a: 1} : 2}\n",
       "a.yaml:1:7: x: a key must be plain text, found a map"},
      {"~: 1\n", "a.yaml:1:1: a key must be plain text, found nothing"},
      {"null: 1\n", "a.yaml:1:1: a key must be plain text, found nothing"},
      {": 1\n", "a.yaml:1:1: a key must be plain text, found nothing"},
  };
  const std::string long_key(2000, 'q');
  EXPECT_THAT(Wrong("a: {\"" + long_key + "\": 1}\n"),
              testing::HasSubstr("a.yaml:1:5: a: a key must have at most 1024 "
                                 "characters"));
  for (const Case& c : cases) EXPECT_EQ(Wrong(c.text), c.expected) << c.text;
}

TEST(SpecReaderTest, TextAfterTheDocumentIsRefused) {
  const std::string message =
      "the document ends before this; a second one ('---') is not supported";
  const std::vector<Case> cases = {
      {"a: 1\n---\nb: 2\n", absl::StrCat("a.yaml:3:1: ", message)},
      {"a: 1\n--- [b]\n", absl::StrCat("a.yaml:2:5: ", message)},
      {"a: 1\n...\nb: 2\n", absl::StrCat("a.yaml:3:1: ", message)},
      {"---\n---\na: 1\n", absl::StrCat("a.yaml:3:1: ", message)},
      // yaml-cpp takes these for documents, too.
      {"[a] [b]\n", absl::StrCat("a.yaml:1:5: ", message)},
      {"{a: 1}\nb: 2\n", absl::StrCat("a.yaml:2:1: ", message)},
      {"- a\nb: 1\n", absl::StrCat("a.yaml:2:1: ", message)},
      // Errors inside are reported as well.
      {"a: 1\n---\nb: 2\nb: 3\n",
       absl::StrCat("a.yaml:3:1: ", message,
                    "\na.yaml:4:1: duplicate key 'b'; it stands at line 3 "
                    "already")},
  };
  for (const Case& c : cases) EXPECT_EQ(Wrong(c.text), c.expected) << c.text;
  EXPECT_THAT(Wrong("a: 1\n---\n"), HasSubstr(message));
}

TEST(SpecReaderTest, UnclosedBracketsAreRefused) {
  for (const std::string text : {"a: [1\n", "a: [1", "a: [1,\n", "a: {b: 1\n",
                                 "a: {b: 1,\n", "[", "{", "a: [1\nb: 2\n"}) {
    EXPECT_THAT(Wrong(text), HasSubstr("not valid YAML: ")) << text;
  }
}

TEST(SpecReaderTest, UnclosedQuotesAreRefused) {
  // yaml-cpp takes the rest of the file for the text, and is content if the
  // file ends with a newline.
  for (const std::string text :
       {"a: \"x\n", "a: 'x\n", "a: \"x", "a: 'x", "a: \"x\nb: 2\n",
        "a: 'x\nb: 2\nc: \"d\"\n", "a: 1\nb: [\"x\n", "\"a\n", "a: '\n"}) {
    EXPECT_THAT(Wrong(text), HasSubstr("not valid YAML: ")) << text;
  }
  EXPECT_EQ(Wrong("a: \"x\nb: 2\n"),
            "a.yaml:3:1: not valid YAML: a quoted text is not closed");
}

TEST(SpecReaderTest, SyntaxErrorEndsTheReadingWithAnEmptyNodeAtTheStart) {
  Problems problems;
  const SpecNode root = ReadSpec("a: 1\nb: [\n", "a.yaml", 3, problems);
  EXPECT_EQ(Structure(root), "~");
  // A reader that continues still says where.
  ASSERT_NE(root.mark.source, nullptr);
  EXPECT_EQ(*root.mark.source, "a.yaml");
  EXPECT_EQ(root.mark.order, 3);
  EXPECT_EQ(At(root.mark), "1:1");
}

TEST(SpecReaderTest, ProblemsBeforeASyntaxErrorAreKept) {
  EXPECT_EQ(
      Wrong("a: 1\na: 2\nb: @\n"),
      "a.yaml:2:1: duplicate key 'a'; it stands at line 1 already\n"
      "a.yaml:3:4: not valid YAML: text cannot begin with this character; "
      "put it in quotes");
}

TEST(SpecReaderTest, BytesThatAreNoTextAreRefused) {
  const std::vector<Case> cases = {
      // yaml-cpp reads a zero byte as a backslash.
      {std::string("a: 1\nb: x\0n\n", 12),
       "a.yaml:2:5: not valid YAML: a control character (0x00)"},
      {"a: x\x04y\n", "a.yaml:1:5: not valid YAML: a control character (0x04)"},
      {"\x01: 1\n", "a.yaml:1:1: not valid YAML: a control character (0x01)"},
      // "caf\xe9" in Latin-1. Such a text has no JSON form.
      {"a: caf\xe9\n",
       "a.yaml:1:4: a: not valid UTF-8: 'caf<0xE9>'; save the file as UTF-8"},
      {"a: [b, \"\xc3\"]\n",
       "a.yaml:1:8: a[1]: not valid UTF-8: '<0xC3>'; save the file as UTF-8"},
      {"a: {\xff: 1}\n",
       "a.yaml:1:5: a: not valid UTF-8: '<0xFF>'; save the file as UTF-8"},
      {"a: \xed\xa0\x80\n",
       "a.yaml:1:4: a: not valid UTF-8: '<0xED><0xA0><0x80>'; save the file as "
       "UTF-8"},  // A surrogate.
  };
  for (const Case& c : cases) EXPECT_EQ(Wrong(c.text), c.expected) << c.text;
  EXPECT_EQ(Structure(Read("é: [日本, \"😀\", \"\\u0004\"]\n")),
            "{é: ['日本', \"😀\", \"\x04\"]}");
}

TEST(SpecReaderTest, EmptyDocumentIsAnEmptyNodeAtTheStart) {
  for (const char* text :
       {"", "\n\n", "# A comment.\n", "---\n", "null\n", "~", "...\n"}) {
    const SpecNode root = Read(text);
    EXPECT_EQ(Structure(root), "~") << text;
    EXPECT_EQ(At(root.mark), "1:1") << text;
    ASSERT_NE(root.mark.source, nullptr) << text;
    EXPECT_EQ(*root.mark.source, "a.yaml") << text;
  }
}

TEST(SpecReaderTest, DeepNestingIsReadOrRefusedNeverFatal) {
  EXPECT_EQ(Structure(Read(std::string(100, '[') + std::string(100, ']'))),
            std::string(100, '[') + std::string(100, ']'));
  std::string maps;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&maps, std::string(i, ' '), "a:\n");
  }
  for (const std::string& text :
       {std::string(100000, '['), std::string(100000, '{'),
        std::string(1000, '[') + std::string(1000, ']'), maps}) {
    EXPECT_THAT(Wrong(text), StartsWith("a.yaml:"));
  }
}

TEST(SpecReaderTest, SeveralProblemsComeInFileOrder) {
  EXPECT_EQ(Wrong("a: &x 1\n"
                  "b: {c: 1, c: 2}\n"
                  "<<: *x\n"
                  "d: !own 1\n"),
            "a.yaml:1:4: a: anchors are not supported; write the value out\n"
            "a.yaml:2:11: b: duplicate key 'c'; it stands at line 2 already\n"
            "a.yaml:3:1: merge keys ('<<') are not supported; write the keys "
            "out\n"
            "a.yaml:3:5: <<: aliases are not supported; write the value out\n"
            "a.yaml:4:4: d: tags are not supported, found '!own'");
}

}  // namespace
}  // namespace bigstep
