#include "base/json.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace bigstep {
namespace {

TEST(JsonTest, CanonicalTextDoesNotDependOnTheOrderOfInsertion) {
  Json first, second;
  first["lr"] = 0.1;
  first["name"] = "sgd";
  first["betas"] = {{"b", 2}, {"a", 1}};
  second["betas"]["a"] = 1;
  second["betas"]["b"] = 2;
  second["name"] = "sgd";
  second["lr"] = 0.1;
  // By hand.
  const std::string expected =
      R"({"betas":{"a":1,"b":2},"lr":0.1,"name":"sgd"})";
  EXPECT_EQ(CanonicalJson(first), expected);
  EXPECT_EQ(CanonicalJson(second), expected);
}

TEST(JsonTest, CanonicalTextKeepsListsInOrderAndOnOneLine) {
  EXPECT_EQ(CanonicalJson({3, 1, "a\n\"é\"", nullptr, true, Json::object()}),
            R"([3,1,"a\n\"é\"",null,true,{}])");  // By hand.
}

TEST(JsonTest, DoublesPrintAsTheShortestTextThatReadsBackEqual) {
  struct Case {
    double value;
    std::string text;  // `python3 -c 'print(repr(...))'`, but for the exponent.
  };
  const std::vector<Case> cases = {
      {0.1, "0.1"},
      {1.0, "1.0"},
      {-0.0, "-0.0"},
      {1e-5, "1e-05"},
      {1e22, "1e+22"},
      {0.1 + 0.2, "0.30000000000000004"},
      {1.0 / 3, "0.3333333333333333"},
      {5e-324, "5e-324"},
      {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(CanonicalJson(c.value), c.text);
    const absl::StatusOr<Json> read = ParseJson(c.text);
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_TRUE(read->is_number_float()) << c.text;
    EXPECT_EQ(std::bit_cast<uint64_t>(read->get<double>()),
              std::bit_cast<uint64_t>(c.value))
        << c.text;
  }
}

TEST(JsonTest, IntegersKeepAllTheirDigits) {
  for (const int64_t value :
       {int64_t{0}, (int64_t{1} << 53) + 1, std::numeric_limits<int64_t>::min(),
        std::numeric_limits<int64_t>::max()}) {
    const absl::StatusOr<Json> read = ParseJson(CanonicalJson(value));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->get<int64_t>(), value);
    EXPECT_EQ(CanonicalJson(value), std::to_string(value));
  }
}

TEST(JsonTest, ParsedTextIsTheValueItDescribes) {
  const absl::StatusOr<Json> read =
      ParseJson(R"( {"b": [1, 2.5, "\u00e9"], "a": {"c": null}} )");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Json({{"a", {{"c", nullptr}}}, {"b", {1, 2.5, "é"}}}));
}

TEST(JsonTest, WrongTextIsDataLossWithTheByte) {
  struct Case {
    std::string text, message;
  };
  // Bytes count from 1 and are by hand: the first one that cannot stand there,
  // or one past the end.
  const std::vector<Case> cases = {
      {"", "not valid JSON at byte 1"},
      {R"({"a": 1)", "not valid JSON at byte 8"},
      {R"({"a": 1,})", "not valid JSON at byte 9"},
      {"[1] 2", "not valid JSON at byte 5"},
      {"nan", "not valid JSON at byte 2"},
      {"\"\xff\"", "not valid JSON at byte 2"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(ParseJson(c.text).status(), absl::DataLossError(c.message))
        << c.text;
  }
}

TEST(JsonTest, NumbersBeyondDoubleAreDataLoss) {
  EXPECT_EQ(ParseJson("[1e400]").status().code(), absl::StatusCode::kDataLoss);
}

TEST(JsonTest, NestingBeyondTheLimitIsDataLoss) {
  const auto nested = [](size_t depth) {
    return absl::StrCat(std::string(depth, '['), std::string(depth, ']'));
  };
  EXPECT_TRUE(ParseJson(nested(64)).ok());
  const absl::Status status = ParseJson(nested(65)).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_EQ(status.message(),
            "expected JSON nested at most 64 deep, found more at byte 65");
  EXPECT_FALSE(ParseJson(std::string(1000000, '[')).ok());
  // Brackets in text nest nothing.
  EXPECT_TRUE(ParseJson(absl::StrCat("[\"\\\"", nested(100), "\"]")).ok());
  EXPECT_TRUE(
      ParseJson(absl::StrCat("[", nested(40), ",", nested(40), "]")).ok());
}

TEST(JsonTest, CanonicalTextReplacesWhatIsNotUtf8) {
  EXPECT_EQ(CanonicalJson("a\xff"), "\"a\uFFFD\"");
}

TEST(JsonTest, Sha256MatchesTheStandard) {
  // FIPS 180-2, appendix B.1 and B.2, and the well-known hash of nothing;
  // all confirmed with coreutils sha256sum.
  EXPECT_EQ(Sha256Hex(""),
            "e3b0c44298fc1c149afbf4c8996fb924"
            "27ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
      "248d6a61d20638b8e5c026930c3e6039"
      "a33ce45964ff2167f6ecedd419db06c1");
}

TEST(JsonTest, Sha256ReadsBytesAfterZero) {
  // printf 'a\0b' | sha256sum
  EXPECT_EQ(Sha256Hex(absl::string_view("a\0b", 3)),
            "59b271ae1bbcb1d31d41929817f4b16f"
            "b439eb4f31520b5ad1d5ce98920a7138");
}

}  // namespace
}  // namespace bigstep
