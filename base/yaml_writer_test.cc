#include "base/yaml_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

// Fails where `node` differs from `value` in structure or text.
void ExpectSame(const SpecNode& node, const Json& value) {
  if (value.is_null()) {
    EXPECT_EQ(node.kind, SpecNode::Kind::kEmpty);
  } else if (value.is_array()) {
    ASSERT_TRUE(node.is_list());
    ASSERT_EQ(node.items.size(), value.size());
    for (size_t i = 0; i < value.size(); ++i) {
      ExpectSame(node.items[i], value[i]);
    }
  } else if (value.is_object()) {
    ASSERT_TRUE(node.is_map());
    ASSERT_EQ(node.entries.size(), value.size());
    for (const auto& [key, child, mark] : node.entries) {
      ASSERT_TRUE(value.contains(key)) << key;
      ExpectSame(child, value[key]);
    }
  } else if (value.is_string()) {
    ASSERT_TRUE(node.is_scalar());
    EXPECT_EQ(node.text, value.get<std::string>());
  } else {
    ASSERT_TRUE(node.is_scalar());
    EXPECT_FALSE(node.quoted);
    EXPECT_EQ(node.text, value.dump());
  }
}

// Writes `value` in both styles and reads both.
void ExpectReadsBack(const Json& value) {
  for (const std::string& text : {ToFlowYaml(value), ToYaml(value)}) {
    SCOPED_TRACE(text);
    Problems problems;
    const SpecNode node = ReadSpec(text, "s", 0, problems);
    EXPECT_EQ(Message(problems), "");
    ExpectSame(node, value);
  }
}

// `text` as a value, a list item and a key, alone and nested.
void ExpectTextReadsBack(const std::string& text) {
  ExpectReadsBack(text);
  ExpectReadsBack({text});
  ExpectReadsBack({{text, text}});
  ExpectReadsBack({{"a", {{{text, {text, {text}}}}, {text, text}}}});
}

// Control characters are written as escapes and read back.
TEST(YamlWriterTest, NoControlCharacterIsWritten) {
  for (const std::string text : {"\x1b[2J",
                                 "\xC2\x9B"
                                 "2J",
                                 "\xE2\x80\xAE", "\xE2\x81\xA6", "\x7F"}) {
    ExpectReadsBack({{"a", text}});
  }
  EXPECT_EQ(ToFlowYaml("\xC2\x9B\xE2\x80\xAE\xC2\xA0"),
            "\"\\u009b\\u202e\xC2\xA0\"");
}

TEST(YamlWriterTest, PlainWordsHaveNoQuotes) {
  for (const char* text : {"sgd", "colored_mnist", "a-b", "a.b", "v2", "yes",
                           "nan", "Nullable", "truest"}) {
    EXPECT_EQ(ToFlowYaml(text), text);
    ExpectTextReadsBack(text);
  }
}

TEST(YamlWriterTest, TextsThatWouldReadDifferentlyAreQuoted) {
  for (const std::string text :
       {"",     "true", "True", "FALSE",  "null", "Null",  "NULL", "~",
        "1",    "1.0",  "-1",   "010",    "0x1f", "1e3",   ".inf", "-.inf",
        ".nan", "a: b", "a:",   ":a",     "- x",  "-",     "--",   "---",
        "...",  "#x",   "x #y", "? a",    "?",    "[a]",   "]",    "{a: b}",
        "}",    "a, b", ",",    "&a",     "*a",   "!a",    "|",    ">",
        "'",    "\"",   "it's", "\"a\"",  "%a",   "@a",    "`a",   "a\nb",
        "a\n",  "\na",  "\n",   "a\r\nb", "a\tb", "\t",    " a",   "a ",
        " ",    "a  b", "\\",   "\\n",    "a\\",  "=",     "/a/b", "a b",
        "100%", "é",    "日本", "😀",      "~/x",  "a\x01b"}) {
    SCOPED_TRACE(text);
    EXPECT_TRUE(absl::StartsWith(ToFlowYaml(text), "\"")) << ToFlowYaml(text);
    ExpectTextReadsBack(text);
  }
}

TEST(YamlWriterTest, EveryCharacterReadsBackEverywhere) {
  for (int c = 0; c < 128; ++c) {
    const std::string one(1, static_cast<char>(c));
    ExpectReadsBack({one, one + "a", "a" + one, "a" + one + "b",
                     "a " + one + " b", one + one});
    ExpectReadsBack({{one, 1}, {"a" + one + "b", {{one + "a", 2}}}});
  }
  // Line separators, a byte order mark, the first and the last of each length.
  for (const std::string text :
       {"\u0080", "\u0085", "\u00a0", "\u07ff", "\u0800", "\u2028", "\u2029",
        "\ufeff", "\ufffd", "\uffff", "\U00010000", "\U0010ffff"}) {
    ExpectTextReadsBack("a" + text + "b");
    ExpectTextReadsBack(text);
  }
}

TEST(YamlWriterTest, LongTextsReadBack) {
  ExpectTextReadsBack(std::string(500, 'x'));
  std::string words;
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&words, "word", i, ": ");
  ExpectReadsBack(words);
  ExpectReadsBack({{"question", words}, {"list", {words, words}}});
}

TEST(YamlWriterTest, NumbersBooleansAndNothingReadBack) {
  ExpectReadsBack({1, -2, 0.1, 1e-5, 1e22, -0.0, true, false, nullptr,
                   int64_t{1} << 62, 5e-324});
  ExpectReadsBack({{"a", 1e-300}, {"b", nullptr}, {"c", true}});
}

TEST(YamlWriterTest, NestedAndEmptyStructuresReadBack) {
  const Json list = Json::array(), map = Json::object();
  for (const Json& value : std::vector<Json>{
           list,
           map,
           Json::array({list}),
           Json::array({map, list, map}),
           Json::array({Json::array({list}), Json::array({Json::array({1})})}),
           {{"a", list}, {"b", map}},
           {{"a", {{"b", {{"c", list}, {"d", 1}}}}}, {"e", 2}},
           {{"a", Json::array({Json::array({1, 2}), Json::array({3})})}},
           {{"a", Json::array({{{"b", 1}, {"c", Json::array({2})}}, 3})}},
           Json::array({{{"a", {{"b", map}}}}, {{"c", list}}}),
       }) {
    ExpectReadsBack(value);
  }
}

TEST(YamlWriterTest, FlowIsOneLine) {
  EXPECT_EQ(ToFlowYaml({{"name", "sgd"}, {"lr", 0.1}, {"b", {1, "x y"}}}),
            R"({b: [1, "x y"], lr: 0.1, name: sgd})");  // By hand.
}

TEST(YamlWriterTest, BlockHasOneKeyALine) {
  const Json value = {
      {"study", "lr"},
      {"base",
       {{"optimizer", {{"name", "sgd"}, {"lr", 0.1}}},
        {"regularizers", Json::array({{{"name", "l2"}}})},
        {"training", Json::object()}}},
      {"seeds", 5},
  };
  // By hand.
  EXPECT_EQ(ToYaml(value),
            "base:\n"
            "  optimizer: {lr: 0.1, name: sgd}\n"
            "  regularizers:\n"
            "    - {name: l2}\n"
            "  training: {}\n"
            "seeds: 5\n"
            "study: lr\n");
}

TEST(YamlWriterTest, ScalarsAndEmptyStructuresAreOneLine) {
  EXPECT_EQ(ToYaml("a b"), "\"a b\"\n");
  EXPECT_EQ(ToYaml(0.5), "0.5\n");
  EXPECT_EQ(ToYaml(Json::array()), "[]\n");
  EXPECT_EQ(ToYaml(Json::object()), "{}\n");
}

TEST(YamlWriterTest, ListsAndMapsStayOnOneLineUpTo80Columns) {
  // By hand: "key: [" and "]" are 7 columns, "k y" in quotes 2 more,
  // "- [" and "]" are 4.
  const std::string words73(73, 'x'), words71(71, 'x'), words76(76, 'x');
  EXPECT_EQ(ToYaml({{"key", {words73}}}), "key: [" + words73 + "]\n");
  EXPECT_EQ(ToYaml({{"key", {words73 + "y"}}}), "key:\n  - " + words73 + "y\n");
  EXPECT_EQ(ToYaml({{"k y", {words71}}}), "\"k y\": [" + words71 + "]\n");
  EXPECT_EQ(ToYaml({{"k y", {words71 + "y"}}}),
            "\"k y\":\n  - " + words71 + "y\n");
  EXPECT_EQ(ToYaml(Json::array({Json::array({words76})})),
            "- [" + words76 + "]\n");
  EXPECT_EQ(ToYaml(Json::array({Json::array({words76 + "y"})})),
            "- - " + words76 + "y\n");
}

TEST(YamlWriterTest, ListsOfMapsStartOnTheLineOfTheDash) {
  const Json axis = {{"name", "lr"}, {"values", Json::array({0.1, {1, 2}})}};
  // By hand.
  EXPECT_EQ(ToYaml({{"axes", Json::array({axis, "x", axis})}}),
            "axes:\n"
            "  - name: lr\n"
            "    values:\n"
            "      - 0.1\n"
            "      - [1, 2]\n"
            "  - x\n"
            "  - name: lr\n"
            "    values:\n"
            "      - 0.1\n"
            "      - [1, 2]\n");
}

TEST(YamlWriterTest, ChosenKeysComeFirstAtEveryDepth) {
  const Json value = {
      {"a", {{"lr", 0.1}, {"name", "sgd"}}},
      {"b", Json::array({{{"c", Json::array({{{"d", 1}, {"name", "x"}}})},
                          {"name", "y"}}})},
      {"seeds", 1},
      {"study", "s"},
  };
  const std::vector<std::string> first = {"study", "name", "missing", "seeds"};
  // By hand: the keys of `first` that exist, in its order, then the alphabet.
  EXPECT_EQ(ToYaml(value, first),
            "study: s\n"
            "seeds: 1\n"
            "a: {name: sgd, lr: 0.1}\n"
            "b:\n"
            "  - name: y\n"
            "    c:\n"
            "      - {name: x, d: 1}\n");
  Problems problems;
  ExpectSame(ReadSpec(ToYaml(value, first), "s", 0, problems), value);
  EXPECT_EQ(Message(problems), "");
}

}  // namespace
}  // namespace bigstep
