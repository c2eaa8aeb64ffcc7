#include "experiments/spec/spec_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/read_value.h"
#include "base/testing.h"

namespace bigstep {
namespace {

template <class T>
T Read(const Json& json) {
  Problems problems;
  T value{};
  ReadValue(ToSpecNode(json, "test"), "", problems, &value);
  EXPECT_EQ(Message(problems), "");
  return value;
}

TEST(SpecJsonTest, DoublesKeepEveryBit) {
  for (const double value :
       {0.1, 1.0 / 3, 1e-300, 1.0, -0.0, 5e-324, 123456789.125,
        std::numeric_limits<double>::max()}) {
    EXPECT_EQ(Read<double>(value), value);
  }
}

TEST(SpecJsonTest, IntegersAndBooleansAreRead) {
  for (const int64_t value :
       {int64_t{0}, int64_t{-7}, std::numeric_limits<int64_t>::min(),
        std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(Read<int64_t>(value), value);
  }
  EXPECT_TRUE(Read<bool>(true));
  EXPECT_FALSE(Read<bool>(false));
  EXPECT_EQ(Read<std::vector<int64_t>>({3, 1}), std::vector<int64_t>({3, 1}));
}

TEST(SpecJsonTest, TextsStayTexts) {
  for (const std::string text :
       {"plain", "1", "1e3", "true", "null", "", "~", "a: b", "[x]", "# c",
        "two\nlines\n", " blanks ", "\"quoted\"", "\t\\", "größer 値"}) {
    EXPECT_EQ(Read<std::string>(text), text);
    Problems problems;
    double number = 0;
    ReadValue(ToSpecNode(text, "test"), "", problems, &number);
    EXPECT_FALSE(problems.empty()) << text;
  }
}

TEST(SpecJsonTest, MessagesNameTheSourceWithoutALine) {
  const SpecNode node = ToSpecNode({{"a", {1, "x"}}}, "record.json");
  Problems problems;
  std::vector<int64_t> list;
  ReadValue(*node.Find("a"), "trial.a", problems, &list);
  EXPECT_EQ(Message(problems),
            "record.json: trial.a[1]: expected an integer, found the quoted "
            "text 'x'; remove the quotes");
}

}  // namespace
}  // namespace bigstep
