#include "base/syntax_errors.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/spec_reader.h"
#include "base/testing.h"

namespace bigstep {
namespace {

// The error in a text, without "a.yaml:" before the line.
std::string Wrong(const std::string& text) {
  Problems problems;
  ReadSpec(text, "a.yaml", 0, problems);
  const std::string message = Message(problems);
  EXPECT_TRUE(absl::StartsWith(message, "a.yaml:")) << message;
  return message.substr(7);
}

struct Case {
  std::string text, expected;  // By hand.
};

TEST(SyntaxErrorsTest, TabsInTheIndentationAreNamed) {
  for (const Case& c : std::vector<Case>{
           {"a:\n\tb: 1\n", "2:1"},
           {"a:\n  b: 1\n\tc: 2\n", "3:1"},
           {"a:\n  b: {c: 1}\n\td: {e: 1}\n  f: 2\n", "3:1"},
           {"a:\n  b: 1\n \tc: 2\n", "3:2"},
           {"a:\n\t- 1\n", "2:1"},
           {"a:\n  - 1\n\t- 2\n", "3:1"},
           {"\ta: 1\n", "1:1"},
           {"a: |\n\ttext\n", "2:1"},
       }) {
    EXPECT_EQ(
        Wrong(c.text),
        absl::StrCat(c.expected,
                     ": not valid YAML: a tab cannot indent; use spaces"));
  }
}

TEST(SyntaxErrorsTest, CausesAndPlacesAreNamed) {
  for (const Case& c : std::vector<Case>{
           {"a: b: c\n", "1:5: a ':' cannot stand here: check"},
           {"a: 1\n  b: 2\n", "2:4: a ':' cannot stand here: check"},
           {"a:\n  b: 1\n c: 2\n", "3:2: this does not continue what"},
           {"a:\n  - 1\n  b\n", "3:3: this does not continue what"},
           {"a: 'x' 'y'\n", "1:8: this does not continue what"},
           {"a: [1, 2]]\n", "1:10: this bracket does not match"},
           {"a: {b: [1}\n", "1:10: this bracket does not match"},
           {"a: {b: 1 c: 2}\n", "1:11: expected ',' or '}' before this"},
           {"a: [1, 2\n", "2:1: expected ',' or ']' before this"},
           {"a: - 1\n", "1:4: a list item ('- ') cannot stand here"},
           {"a: @x\n", "1:4: text cannot begin with this character"},
           {"a: *.png\n", "1:4: text that begins with '*' or '&' must"},
           {"a: &\n", "1:5: text that begins with '*' or '&' must"},
           {"a: !<x\n", "1:7: text that begins with '!' must"},
           {"a: |x\n  y\n", "1:5: after '|' or '>' the text begins on"},
           {"a: |0\n  y\n", "1:6: after '|' or '>' the text begins on"},
           {"%YAML 2.0\n---\na: 1\n", "1:1: a line that begins with '%'"},
           {"a: \"\\q\"\n", "1:7: unknown escape '\\q' in double quotes"},
           {"a: \"\\xZZ\"\n", "1:9: in double quotes, \\x, \\u and \\U are"},
           {"a: \"\\ud800\"\n", "1:11: the escape after \\ names no"},
       }) {
    const std::string message = Wrong(c.text);
    const size_t space = c.expected.find(' ');
    const std::string expected =
        absl::StrCat(c.expected.substr(0, space),
                     " not valid YAML:", c.expected.substr(space));
    EXPECT_TRUE(absl::StartsWith(message, expected)) << message << "\n"
                                                     << expected;
  }
}

TEST(SyntaxErrorsTest, CharactersThatCannotBeSeenAreNamed) {
  // A no-break space on a line of its own joins the lines around it.
  EXPECT_TRUE(
      absl::EndsWith(Wrong("a: 1\n\xC2\xA0\nb: 2\n"),
                     "; character 1 of line 2 is U+00A0, a no-break space"));
  EXPECT_TRUE(
      absl::EndsWith(Wrong("a: \xE2\x80\x9Cx: y\xE2\x80\x9D\n"),
                     "; character 4 of line 1 is U+201C, not the ASCII '\"'"));
  // Letters of other alphabets are not signs of YAML.
  EXPECT_TRUE(absl::EndsWith(Wrong("\xD0\xB0: b: c\n"), "in quotes"));
}

TEST(SyntaxErrorsTest, DeepNestingIsNamedWhereItIsDeep) {
  EXPECT_EQ(Wrong(absl::StrCat("a: 1\nb: ", std::string(1000, '['),
                               std::string(1000, ']'), "\nc: 1\n")),
            "2:53: not valid YAML: lists and maps are nested too deeply");
}

TEST(SyntaxErrorsTest, OtherEncodingsAreNamed) {
  using std::string;
  // "a: 1" by iconv -t ENCODING; with a byte-order mark and without.
  const std::vector<std::pair<string, string>> cases = {
      {string("\xFF\xFE"
              "a\0:\0 \0"
              "1\0",
              10),
       "UTF-16"},
      {string("\xFE\xFF\0a\0:\0 \0"
              "1",
              10),
       "UTF-16"},
      {string("a\0:\0 \0"
              "1\0",
              8),
       "UTF-16"},
      {string("\0a\0:\0 \0"
              "1",
              8),
       "UTF-16"},
      {string("\xFF\xFE\0\0a\0\0\0", 8), "UTF-32"},
      {string("\0\0\xFE\xFF\0\0\0a", 8), "UTF-32"},
      {string("a\0\0\0:\0\0\0", 8), "UTF-32"},
      {string("\0\0\0a\0\0\0:", 8), "UTF-32"},
  };
  for (const auto& [text, encoding] : cases) {
    EXPECT_EQ(Wrong(text),
              absl::StrCat("1:1: this is ", encoding, "; save it as UTF-8"));
  }
  // The mark of UTF-8 is fine.
  Problems problems;
  ReadSpec(
      "\xEF\xBB\xBF"
      "a: 1",
      "a.yaml", 0, problems);
  EXPECT_EQ(Message(problems), "");
}

}  // namespace
}  // namespace bigstep
