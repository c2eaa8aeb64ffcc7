#include "base/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace bigstep {
namespace {

absl::Status Fail() { return absl::NotFoundError("no file"); }
absl::StatusOr<std::unique_ptr<int>> Box(int value) {
  if (value < 0) return absl::OutOfRangeError("negative");
  return std::make_unique<int>(value);
}

absl::Status Plain(const absl::Status& status) {
  RETURN_IF_ERROR(status);
  return absl::UnknownError("went on");
}

TEST(StatusTest, ReturnIfErrorGoesOnWhenOk) {
  EXPECT_EQ(Plain(absl::OkStatus()), absl::UnknownError("went on"));
}

TEST(StatusTest, ReturnIfErrorReturnsTheErrorUnchanged) {
  EXPECT_EQ(Plain(Fail()), absl::NotFoundError("no file"));
}

TEST(StatusTest, StreamedTextIsAppendedAndTheCodeKept) {
  const auto load = [](int split) -> absl::Status {
    RETURN_IF_ERROR(Fail()) << "while loading split " << split;
    return absl::OkStatus();
  };
  EXPECT_EQ(load(2), absl::NotFoundError("no file; while loading split 2"));
}

TEST(StatusTest, StreamedTextGrowsOnTheWayUp) {
  const auto inner = []() -> absl::Status {
    RETURN_IF_ERROR(Fail()) << "inner";
    return absl::OkStatus();
  };
  const auto outer = [&inner]() -> absl::Status {
    RETURN_IF_ERROR(inner()) << "outer";
    return absl::OkStatus();
  };
  EXPECT_EQ(outer(), absl::NotFoundError("no file; inner; outer"));
}

TEST(StatusTest, ReturnIfErrorEvaluatesOnceAndStreamsOnlyErrors) {
  int calls = 0, texts = 0;
  const auto call = [&calls] {
    ++calls;
    return absl::OkStatus();
  };
  const auto text = [&texts] {
    ++texts;
    return "text";
  };
  const auto run = [&]() -> absl::Status {
    RETURN_IF_ERROR(call()) << text();
    return absl::OkStatus();
  };
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(texts, 0);
}

TEST(StatusTest, ErrorsPassThroughFunctionsReturningValues) {
  const auto make = [](bool fail) -> absl::StatusOr<std::unique_ptr<int>> {
    RETURN_IF_ERROR(fail ? Fail() : absl::OkStatus()) << "making";
    return std::make_unique<int>(1);
  };
  EXPECT_EQ(make(true).status(), absl::NotFoundError("no file; making"));
  ASSERT_TRUE(make(false).ok());
  EXPECT_EQ(**make(false), 1);
}

TEST(StatusTest, ReturnIfErrorIsOneStatementWithoutBraces) {
  // -Wdangling-else with -Werror decides whether this compiles.
  const auto run = [](bool check, std::string* way) -> absl::Status {
    if (check)
      RETURN_IF_ERROR(Fail());
    else
      *way = "else";
    if (check) RETURN_IF_ERROR(absl::OkStatus());
    return absl::OkStatus();
  };
  std::string way;
  EXPECT_EQ(run(true, &way), absl::NotFoundError("no file"));
  EXPECT_EQ(way, "");
  EXPECT_TRUE(run(false, &way).ok());
  EXPECT_EQ(way, "else");
}

absl::StatusOr<int> Sum(int a, int b) {
  std::unique_ptr<int> first;
  ASSIGN_OR_RETURN(first, Box(a));                              // Assigns.
  ASSIGN_OR_RETURN(const std::unique_ptr<int> second, Box(b));  // Declares.
  return *first + *second;
}

TEST(StatusTest, AssignOrReturnMovesValuesOut) {
  ASSERT_TRUE(Sum(1, 2).ok());
  EXPECT_EQ(*Sum(1, 2), 3);  // By hand.
}

TEST(StatusTest, AssignOrReturnReturnsTheError) {
  EXPECT_EQ(Sum(-1, 2).status(), absl::OutOfRangeError("negative"));
  EXPECT_EQ(Sum(1, -2).status(), absl::OutOfRangeError("negative"));
}

}  // namespace
}  // namespace bigstep
