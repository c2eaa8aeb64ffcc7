#include "base/json_fields.h"

#include <gtest/gtest.h>

#include <string>

namespace bigstep {
namespace {

// The message after `read` has read from the JSON `text`.
template <class Read>
std::string MessageOf(const std::string& text, const Read& read) {
  const Json json = Json::parse(text);
  JsonFields fields(json, "a.b");
  read(fields);
  return std::string(fields.status().message());
}

TEST(JsonFieldsTest, ReadsFieldsOfTheRightType) {
  const Json json = Json::parse(
      R"({"t": "x", "b": true, "n": 2, "i": -3, "o": {"k": 1}, "l": [1]})");
  JsonFields fields(json);
  EXPECT_EQ(fields.Text("t"), "x");
  EXPECT_TRUE(fields.Bool("b"));
  EXPECT_EQ(fields.Number("n"), 2.0);
  EXPECT_EQ(fields.Integer("i", -3, 5), -3);
  EXPECT_EQ(fields.Object("o").size(), 1u);
  EXPECT_EQ(fields.List("l").size(), 1u);
  EXPECT_TRUE(fields.Has("t"));
  EXPECT_FALSE(fields.Has("u"));
  EXPECT_TRUE(fields.status().ok()) << fields.status();
}

TEST(JsonFieldsTest, NamesTheFirstFieldThatIsWrong) {
  EXPECT_EQ(MessageOf("{}",
                      [](JsonFields& f) {
                        EXPECT_EQ(f.Text("t"), "");
                        EXPECT_FALSE(f.Bool("b"));
                      }),
            "key 'a.b.t' not found");
  EXPECT_EQ(MessageOf(R"({"t": [1]})", [](JsonFields& f) { f.Text("t"); }),
            "a.b.t: expected text, found [1]");
  EXPECT_EQ(MessageOf(R"({"t": 0})", [](JsonFields& f) { f.Bool("t"); }),
            "a.b.t: expected true or false, found 0");
  EXPECT_EQ(MessageOf(R"({"t": null})", [](JsonFields& f) { f.Number("t"); }),
            "a.b.t: expected a number, found nothing");
  EXPECT_EQ(
      MessageOf(R"({"t": []})",
                [](JsonFields& f) { EXPECT_TRUE(f.Object("t").empty()); }),
      "a.b.t: expected an object, found []");
  EXPECT_EQ(MessageOf(R"({"t": {}})",
                      [](JsonFields& f) { EXPECT_TRUE(f.List("t").empty()); }),
            "a.b.t: expected a list, found {}");
  EXPECT_EQ(MessageOf("[]", [](JsonFields& f) { f.Text("t"); }),
            "a.b: expected an object, found []");
}

// Numbers that a cast would change.
TEST(JsonFieldsTest, IntegersAreWholeAndInRange) {
  const auto read = [](JsonFields& f) { EXPECT_EQ(f.Integer("t", 0, 9), 0); };
  EXPECT_EQ(MessageOf(R"({"t": 1e23})", read),
            "a.b.t: expected an integer, found 9.999999999999999e+22");
  EXPECT_EQ(MessageOf(R"({"t": 1.0})", read),
            "a.b.t: expected an integer, found 1.0");
  EXPECT_EQ(MessageOf(R"({"t": 18446744073709551615})", read),  // 2^64 - 1
            "a.b.t: expected an integer, found 18446744073709551615");
  EXPECT_EQ(MessageOf(R"({"t": 10})", read),
            "a.b.t: expected an integer from 0 to 9, found 10");
  EXPECT_EQ(MessageOf(R"({"t": -1})", read),
            "a.b.t: expected an integer from 0 to 9, found -1");
}

}  // namespace
}  // namespace bigstep
