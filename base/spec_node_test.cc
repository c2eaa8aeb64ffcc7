#include "base/spec_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;

// Reads a text that must be right.
SpecNode Read(absl::string_view text) {
  Problems problems;
  SpecNode node = ReadSpec(text, "a.yaml", 0, problems);
  EXPECT_EQ(Message(problems), "") << text;
  return node;
}

// "line:column" of a mark.
std::string At(const Mark& mark) {
  return absl::StrCat(mark.line, ":", mark.column);
}

Mark MarkAt(const std::string& source, int order, int line, int column) {
  return {std::make_shared<const std::string>(source), order, line, column};
}

TEST(SpecNodeTest, FindReturnsTheEntryOrNothing) {
  SpecNode root = Read("{a: 1, b: {c: 2}}");
  EXPECT_EQ(root.Find("a")->text, "1");
  EXPECT_EQ(root.Find("c"), nullptr);
  EXPECT_EQ(root.Find("a")->Find("a"), nullptr);
  EXPECT_EQ(SpecNode().Find("a"), nullptr);
  root.Find("b")->Find("c")->text = "3";
  EXPECT_EQ(root.ToFlow(), "{a: 1, b: {c: 3}}");
}

TEST(SpecNodeTest, DescriptionSaysWhatWasFound) {
  const SpecNode root = Read("[0.1, '0.1', [1], {a: 1}, ~, \"\"]");
  std::vector<std::string> found;
  for (const SpecNode& item : root.items) found.push_back(item.Describe());
  EXPECT_THAT(found, ElementsAre("'0.1'", "the quoted text '0.1'", "a list",
                                 "a map", "nothing", "the quoted text ''"));
}

TEST(SpecNodeTest, FlowIsOneCompactLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"name: sgd\nlr: 0.1\n", "{name: sgd, lr: 0.1}"},
      {"- 1\n- [2, 3]\n- {a: {b: x}}\n", "[1, [2, 3], {a: {b: x}}]"},
      {"[[], {}]", "[[], {}]"},
      {"text", "text"},
      {"", ""},
  };
  for (const auto& [text, flow] : cases) {
    EXPECT_EQ(Read(text).ToFlow(), flow) << text;
  }
}

TEST(SetAtPathTest, ReplacesAndMakesWhatIsMissing) {
  const Mark mark = MarkAt("--set", 1, 1, 1);
  const SpecNode value = Read("[7]");
  struct SetCase {
    std::string before, path, after;  // By hand.
  };
  const std::vector<SetCase> cases = {
      {"{a: 1, b: 2}", "a", "{a: [7], b: 2}"},
      {"{a: 1, b: 2}", "c", "{a: 1, b: 2, c: [7]}"},
      {"{a: {b: 1}}", "a.b", "{a: {b: [7]}}"},
      {"{a: {b: 1}}", "a.c", "{a: {b: 1, c: [7]}}"},
      {"{a: {b: 1}}", "a", "{a: [7]}"},
      {"{}", "a.b.c", "{a: {b: {c: [7]}}}"},
      {"", "a.b", "{a: {b: [7]}}"},
      {"{a: }", "a.b", "{a: {b: [7]}}"},
      {"{a: [1]}", "a", "{a: [7]}"},
      {"{a: [1, 2]}", "a[1]", "{a: [1, [7]]}"},
      {"{a: [{b: 1}]}", "a[0].b", "{a: [{b: [7]}]}"},
      {"{a: [{b: 1}]}", "a[0].c", "{a: [{b: 1, c: [7]}]}"},
      {"{a: [[1, 2]]}", "a[0][1]", "{a: [[1, [7]]]}"},
  };
  for (const SetCase& c : cases) {
    SpecNode root = Read(c.before);
    EXPECT_TRUE(SetAtPath(root, c.path, mark, value)) << c.path;
    EXPECT_EQ(root.ToFlow(), c.after) << c.before << ", " << c.path;
  }
}

TEST(SetAtPathTest, RefusesToStepIntoWhatIsNoMap) {
  for (const char* text : {"{a: 1, b: 2}", "{a: [1]}", "{a: '', b: 2}"}) {
    SpecNode root = Read(text);
    const std::string before = root.ToFlow();
    EXPECT_FALSE(SetAtPath(root, "a.x", Mark(), Read("7"))) << text;
    EXPECT_EQ(root.ToFlow(), before) << text;
  }
  SpecNode list = Read("[1]");
  EXPECT_FALSE(SetAtPath(list, "a", Mark(), Read("7")));
}

TEST(SetAtPathTest, RefusesItemsThatAreNotThere) {
  for (const char* path : {"a[2]", "a[-1]", "a[x]", "a[]", "a[0", "a[0]x",
                           "a[0].x", "b[0]", "[0]", "c[0]"}) {
    SpecNode root = Read("{a: [1, 2], b: 3}");
    EXPECT_FALSE(SetAtPath(root, path, Mark(), Read("7"))) << path;
    EXPECT_EQ(root.ToFlow(), "{a: [1, 2], b: 3}") << path;
  }
}

TEST(SetAtPathTest, MarksTellWhereTheNewNodesComeFrom) {
  SpecNode root = Read("a: 1\n");
  SpecNode value = Read("7");
  value.mark = MarkAt("--set", 1, 1, 9);
  ASSERT_TRUE(SetAtPath(root, "b.c", MarkAt("--set", 1, 1, 1), value));
  const SpecNode& made = *root.Find("b");
  EXPECT_EQ(*made.mark.source, "--set");
  EXPECT_EQ(At(made.mark), "1:1");
  EXPECT_EQ(At(made.Find("c")->mark), "1:9");
  EXPECT_EQ(At(made.entries[0].key_mark), "1:1");
  EXPECT_EQ(*root.Find("a")->mark.source, "a.yaml");
}

TEST(SetAtPathTest, ReplacedValueKeepsTheMarkOfItsKey) {
  SpecNode root = Read("\na: 1\n");
  SpecNode value = Read("7");
  value.mark = MarkAt("--set", 1, 1, 9);
  ASSERT_TRUE(SetAtPath(root, "a", MarkAt("--set", 1, 1, 1), value));
  EXPECT_EQ(At(root.entries[0].key_mark), "2:1");
  EXPECT_EQ(*root.entries[0].key_mark.source, "a.yaml");
  EXPECT_EQ(At(root.entries[0].value.mark), "1:9");
}

}  // namespace
}  // namespace bigstep
