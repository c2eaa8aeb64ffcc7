#include "experiments/run/json_lines.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>

namespace bigstep {
namespace {

class JsonLinesTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(pipe(ends_), 0); }
  void TearDown() override {
    close(ends_[0]);
    if (ends_[1] >= 0) close(ends_[1]);
  }

  void Write(const std::string& text) {
    ASSERT_EQ(write(ends_[1], text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  void CloseWriter() {
    close(ends_[1]);
    ends_[1] = -1;
  }

  int ends_[2];
};

TEST_F(JsonLinesTest, WhatIsWrittenIsRead) {
  const Json value = {{"text", "two\nlines"}, {"number", 0.1}};
  EXPECT_TRUE(WriteJsonLine(ends_[1], value));
  EXPECT_TRUE(WriteJsonLine(ends_[1], 7));
  LineReader reader(ends_[0]);
  ASSERT_TRUE(reader.Fill());
  EXPECT_EQ(Json::parse(reader.Next().value()), value);
  EXPECT_EQ(reader.Next(), "7");
  EXPECT_EQ(reader.Next(), std::nullopt);
}

TEST_F(JsonLinesTest, LinesComeWhole) {
  LineReader reader(ends_[0]);
  Write("a\nb");
  ASSERT_TRUE(reader.Fill());
  EXPECT_EQ(reader.Next(), "a");
  EXPECT_EQ(reader.Next(), std::nullopt);
  Write("c\n\nd");
  ASSERT_TRUE(reader.Fill());
  EXPECT_EQ(reader.Next(), "bc");
  EXPECT_EQ(reader.Next(), "");
  CloseWriter();
  EXPECT_FALSE(reader.Fill());
  EXPECT_EQ(reader.Next(), "d");  // The last output of a killed process.
  EXPECT_EQ(reader.Next(), std::nullopt);
}

TEST_F(JsonLinesTest, AnEmptyPipeThatDoesNotBlockIsOpenStill) {
  fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  LineReader reader(ends_[0]);
  EXPECT_TRUE(reader.Fill());
  EXPECT_EQ(reader.Next(), std::nullopt);
  CloseWriter();
  EXPECT_FALSE(reader.Fill());
}

TEST_F(JsonLinesTest, WhatIsNotUtf8IsReplaced) {
  EXPECT_TRUE(WriteJsonLine(ends_[1], "a\xff"));
  LineReader reader(ends_[0]);
  ASSERT_TRUE(reader.Fill());
  EXPECT_EQ(Json::parse(reader.Next().value()), "a\uFFFD");
}

TEST_F(JsonLinesTest, AClosedPipeIsNoticed) {
  signal(SIGPIPE, SIG_IGN);
  close(ends_[0]);
  EXPECT_FALSE(WriteJsonLine(ends_[1], 7));
  ends_[0] = open("/dev/null", O_RDONLY);
}

TEST(IsReportTest, KnowsTheFieldsOfEachKind) {
  EXPECT_TRUE(IsReport(Json::parse(R"({"report": "ready"})")));
  EXPECT_TRUE(
      IsReport(Json::parse(R"({"report": "step", "step": 1, "loss": null})")));
  for (const char* const bad :
       {"[]", "{}", R"({"report": 1})", R"({"report": "step", "step": 1})",
        R"({"report": "step", "step": 1e23, "loss": 1})",
        R"({"report": "finished"})", R"({"report": "note", "text": []})",
        R"({"report": "error", "code": 99, "message": ""})"}) {
    EXPECT_FALSE(IsReport(Json::parse(bad))) << bad;
  }
}

}  // namespace
}  // namespace bigstep
