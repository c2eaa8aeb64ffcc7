#include "base/problems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

Mark MarkAt(const std::string& source, int order, int line, int column) {
  return {std::make_shared<const std::string>(source), order, line, column};
}

std::string MessageOf(const Problems& problems) {
  return std::string(problems.ToStatus().message());
}

TEST(ProblemsTest, NoProblemIsOk) {
  const Problems problems;
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(problems.count(), 0);
  EXPECT_TRUE(problems.ToStatus().ok());
}

TEST(ProblemsTest, LinesComeInTheOrderOfSourcesLinesAndColumns) {
  Problems problems;
  problems.Add(MarkAt("--set", 1, 1, 1), "a", "fifth");
  problems.Add(MarkAt("z.yaml", 0, 10, 1), "", "fourth");
  problems.Add(MarkAt("z.yaml", 0, 2, 5), "a.b", "second");
  problems.Add(MarkAt("z.yaml", 0, 2, 5), "a.b", "third, as added");
  problems.Add(MarkAt("z.yaml", 0, 2, 1), "a", "first");
  EXPECT_FALSE(problems.empty());
  EXPECT_EQ(problems.ToStatus(),
            absl::InvalidArgumentError("z.yaml:2:1: a: first\n"
                                       "z.yaml:2:5: a.b: second\n"
                                       "z.yaml:2:5: a.b: third, as added\n"
                                       "z.yaml:10:1: fourth\n"
                                       "--set:1:1: a: fifth"));
}

TEST(ProblemsTest, SameProblemIsNotedOnceAndCountedTwice) {
  Problems problems;
  problems.Add(MarkAt("s", 0, 1, 1), "a", "wrong");
  problems.Add(MarkAt("s", 0, 1, 1), "a", "wrong");
  EXPECT_EQ(MessageOf(problems), "s:1:1: a: wrong");
  EXPECT_EQ(problems.count(), 2);
  problems.Add(MarkAt("s", 0, 1, 2), "a", "wrong");
  EXPECT_EQ(MessageOf(problems), "s:1:1: a: wrong\ns:1:2: a: wrong");
}

TEST(ProblemsTest, MissingKeysAreToldButNotTakenOver) {
  Problems other;
  other.AddMissing(MarkAt("s", 0, 1, 1), "a", "missing key 'lr'");
  other.Add(MarkAt("s", 0, 2, 1), "a.x", "wrong");
  EXPECT_EQ(MessageOf(other), "s:1:1: a: missing key 'lr'\ns:2:1: a.x: wrong");
  EXPECT_EQ(other.count(), 2);
  Problems problems;
  problems.AddAllButMissing(other);
  EXPECT_EQ(MessageOf(problems), "s:2:1: a.x: wrong");
  EXPECT_EQ(problems.count(), 1);
}

TEST(ProblemsTest, ManyAreCounted) {
  Problems problems;
  for (int i = 1; i <= 200000; ++i) {
    problems.Add({nullptr, 0, i, 1}, absl::StrCat("key", i), "unknown");
  }
  const std::string message(problems.ToStatus().message());
  EXPECT_LT(message.size(), 10000u);
  EXPECT_THAT(message, testing::HasSubstr(":100:1: key100: unknown\n"));
  EXPECT_THAT(message, testing::EndsWith("unknown\nand 199900 more"));
}

TEST(ProblemsTest, WhatCannotBeSeenIsSpelledOut) {
  Problems problems;
  problems.Add(MarkAt("r\xE9s\n.yaml", 0, 1, 1), "\xC2\xA0lr",
               "unknown key '\x1b[2J'\n    If it should exist");
  EXPECT_EQ(MessageOf(problems),
            "r<0xE9>s<U+000A>.yaml:1:1: <U+00A0>lr: unknown key "
            "'<U+001B>[2J'\n    If it should exist");
}

}  // namespace
}  // namespace bigstep
