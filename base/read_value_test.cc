#include "base/read_value.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

// Reads the value of "v: text"; errors are added to `problems`.
template <class T>
T Read(absl::string_view text, Problems& problems) {
  const SpecNode node = ReadSpec(absl::StrCat("v: ", text), "s", 0, problems);
  T value{};
  ReadValue(*node.Find("v"), "o.v", problems, &value);
  return value;
}

template <class T>
T Right(absl::string_view text) {
  Problems problems;
  const T value = Read<T>(text, problems);
  EXPECT_EQ(Message(problems), "");
  return value;
}

// The message without the position and the path.
template <class T>
std::string Wrong(absl::string_view text) {
  Problems problems;
  Read<T>(text, problems);
  const std::string message = Message(problems);
  const std::string prefix = "s:1:1: o.v: ";
  return message.substr(0, prefix.size()) == prefix
             ? message.substr(prefix.size())
             : absl::StrCat("no '", prefix, "' in '", message, "'");
}

struct Case {
  std::string value, message;  // By hand.
};

TEST(ReadValueTest, EveryValueOfATypeCanBeWritten) {
  for (const auto& [text, value] : std::vector<std::pair<std::string, int64_t>>{
           {"0", 0},
           {"-0", 0},
           {"-5", -5},
           {"+5", 5},
           {"100", 100},
           {"9223372036854775807", std::numeric_limits<int64_t>::max()},
           {"-9223372036854775808", std::numeric_limits<int64_t>::min()}}) {
    EXPECT_EQ(Right<int64_t>(text), value) << text;
  }
  for (const auto& [text, value] : std::vector<std::pair<std::string, double>>{
           {"0", 0.0},
           {"0.5", 0.5},
           {"-0.5", -0.5},
           {"0e1", 0.0},
           {"0e-400", 0.0},
           {"-1", -1.0},
           {"1e3", 1000.0},
           {"1E-5", 1e-5},
           {"+1.5", 1.5},
           {".5", 0.5},
           {"5.", 5.0},
           {"1e+22", 1e22},
           {"0.1", 0.1},
           {"1.7976931348623157e308", std::numeric_limits<double>::max()}}) {
    EXPECT_EQ(Right<double>(text), value) << text;
  }
  for (const auto& [text, value] :
       std::vector<std::pair<std::string, std::string>>{{"sum", "sum"},
                                                        {"a b", "a b"},
                                                        {"5", "5"},
                                                        {"true", "true"},
                                                        {"'null'", "null"},
                                                        {"''", ""},
                                                        {"\"é\\n\"", "é\n"}}) {
    EXPECT_EQ(Right<std::string>(text), value) << text;
  }
}

TEST(ReadValueTest, WrongBooleansAreRefused) {
  const std::vector<Case> cases = {
      {"yes", "expected true or false, found 'yes'"},
      {"on", "expected true or false, found 'on'"},
      {"y", "expected true or false, found 'y'"},
      {"True", "expected true or false, found 'True'"},
      {"FALSE", "expected true or false, found 'FALSE'"},
      {"1", "expected true or false, found '1'"},
      {"'true'",
       "expected true or false, found the quoted text 'true'; remove "
       "the quotes"},
      {"", "expected true or false, found nothing"},
      {"[true]", "expected true or false, found a list"},
      {"{a: true}", "expected true or false, found a map"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Wrong<bool>(c.value), c.message);
  }
}

TEST(ReadValueTest, WrongIntegersAreRefused) {
  const std::vector<Case> cases = {
      {"1e3", "expected an integer, found '1e3'; write 1000"},
      {"3.0", "expected an integer, found '3.0'; write 3"},
      {"-2.50e1", "expected an integer, found '-2.50e1'; write -25"},
      {"3.5", "expected an integer, found '3.5'"},
      {"1e-3", "expected an integer, found '1e-3'"},
      {"1e20", "expected an integer, found '1e20'"},
      {"1e400", "expected an integer, found '1e400'"},
      {"1e-400", "expected an integer, found '1e-400'"},
      {"0e-400", "expected an integer, found '0e-400'; write 0"},
      {"010", "expected an integer, found '010'; remove the leading zeros"},
      {"00", "expected an integer, found '00'; remove the leading zeros"},
      {"-01", "expected an integer, found '-01'; remove the leading zeros"},
      {"0x10", "expected an integer, found '0x10'"},
      {"0o17", "expected an integer, found '0o17'"},
      {"1_000", "expected an integer, found '1_000'"},
      {"1 000", "expected an integer, found '1 000'"},
      {"1,000", "expected an integer, found '1,000'"},
      {"9223372036854775808",
       "expected an integer, found '9223372036854775808'; it must lie between "
       "-9223372036854775808 and 9223372036854775807"},
      {"-9223372036854775809",
       "expected an integer, found '-9223372036854775809'; it must lie between "
       "-9223372036854775808 and 9223372036854775807"},
      {"+-1", "expected an integer, found '+-1'"},
      {"+", "expected an integer, found '+'"},
      {".nan", "expected an integer, found '.nan'"},
      {".inf", "expected an integer, found '.inf'"},
      {"yes", "expected an integer, found 'yes'"},
      {"ten", "expected an integer, found 'ten'"},
      {"'10'",
       "expected an integer, found the quoted text '10'; remove the quotes"},
      {"''",
       "expected an integer, found the quoted text ''; remove the quotes"},
      {"", "expected an integer, found nothing"},
      {"null", "expected an integer, found nothing"},
      {"[1]", "expected an integer, found a list"},
      {"{a: 1}", "expected an integer, found a map"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Wrong<int64_t>(c.value), c.message);
  }
}

TEST(ReadValueTest, WrongNumbersAreRefused) {
  const std::vector<Case> cases = {
      {"small", "expected a number, found 'small'"},
      {"yes", "expected a number, found 'yes'"},
      {"1_000", "expected a number, found '1_000'"},
      {"1,5", "expected a number, found '1,5'"},
      {"1 2", "expected a number, found '1 2'"},
      {"1e-400",
       "rounds to 0 as a double, got 1e-400; write 0 if that is meant"},
      {"0x10", "expected a number, found '0x10'"},
      {"1.2.3", "expected a number, found '1.2.3'"},
      {"1e", "expected a number, found '1e'"},
      {"e5", "expected a number, found 'e5'"},
      {"+-1", "expected a number, found '+-1'"},
      {"--1", "expected a number, found '--1'"},
      {".", "expected a number, found '.'"},
      {"1%", "expected a number, found '1%'"},
      {"010", "expected a number, found '010'; remove the leading zeros"},
      {"-00.5", "expected a number, found '-00.5'; remove the leading zeros"},
      {"+01e3", "expected a number, found '+01e3'; remove the leading zeros"},
      {".nan", "must be finite, got .nan"},
      {".NaN", "must be finite, got .NaN"},
      {"nan", "must be finite, got nan"},
      {".inf", "must be finite, got .inf"},
      {"-.inf", "must be finite, got -.inf"},
      {"+.Inf", "must be finite, got +.Inf"},
      {"inf", "must be finite, got inf"},
      {"-Infinity", "must be finite, got -Infinity"},
      {"1e400", "must be finite, got 1e400"},
      {"-1e400", "must be finite, got -1e400"},
      {"'0.1'",
       "expected a number, found the quoted text '0.1'; remove the quotes"},
      {"", "expected a number, found nothing"},
      {"[0.1]", "expected a number, found a list"},
      {"{a: 0.1}", "expected a number, found a map"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Wrong<double>(c.value), c.message);
  }
}

TEST(ReadValueTest, WrongTextsAreRefused) {
  const std::vector<Case> cases = {
      {"", "expected text, found nothing"},
      {"null", "expected text, found nothing"},
      {"[a]", "expected text, found a list"},
      {"{a: 1}", "expected text, found a map"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Wrong<std::string>(c.value), c.message);
  }
}

TEST(ReadValueTest, MapsOfTextsAreRead) {
  std::map<std::string, std::string> value;
  Problems problems;
  const SpecNode node =
      ReadSpec("{cat: indoors, 'a b': 'c: d', 1: 2.0}", "test", 0, problems);
  ReadValue(node, "aligned", problems, &value);
  EXPECT_EQ(Message(problems), "");
  EXPECT_EQ(value, (std::map<std::string, std::string>{
                       {"cat", "indoors"}, {"a b", "c: d"}, {"1", "2.0"}}));
}

TEST(ReadValueTest, WrongMapsAreRefused) {
  using Map = std::map<std::string, std::string>;
  const std::vector<Case> cases = {
      {"", "expected a map, found nothing"},
      {"cat", "expected a map, found 'cat'"},
      {"[cat]", "expected a map, found a list"},
  };
  for (const Case& c : cases) EXPECT_EQ(Wrong<Map>(c.value), c.message);
}

TEST(ReadValueTest, WrongListsAreRefused) {
  const std::vector<Case> cases = {
      {"", "expected a list, found nothing"},
      {"100", "expected a list, found '100'"},
      {"'100'", "expected a list, found the quoted text '100'"},
      {"{a: 1}", "expected a list, found a map"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Wrong<std::vector<int64_t>>(c.value), c.message);
  }
}

}  // namespace
}  // namespace bigstep
