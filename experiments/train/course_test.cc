#include "experiments/train/course.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(CourseTest, PeakMeanAndMilestonesOfEachNumber) {
  const std::vector<HistoryRow> history = {
      {10, 0.9, {{"m", {{"share", 0.5}, {"list", {1, 2}}}}}, {1}},
      {20, 0.5, {{"m", {{"share", 0.9}, {"list", {1, 2}}}}}},
      {30, 0.1, {{"m", {{"share", 0.1}, {"list", {1, 2}}}}}, {0.25, 0.125}}};
  // By hand.
  EXPECT_EQ(CourseOf(history, {1, 0.25, 0.125, 0.01}),
            (Json{{"m",
                   {{"share.peak", 0.9},
                    {"share.mean", 0.5},
                    {"share.at_1", 0.5},
                    {"share.at_0.25", 0.1},
                    {"share.at_0.125", 0.1},
                    {"share.at_0.01", nullptr}}}}));
}

TEST(CourseTest, UndefinedValuesDoNotCount) {
  const std::vector<HistoryRow> history = {
      {10, 0.9, {{"m", {{"a", nullptr}, {"b", nullptr}}}}},
      {20, 0.5, {{"m", {{"a", -2}, {"b", nullptr}}}}}};
  EXPECT_EQ(CourseOf(history, {}),
            (Json{{"m", {{"a.peak", -2.0}, {"a.mean", -2.0}}}}));
  EXPECT_EQ(CourseOf({}, {}), Json::object());
}

}  // namespace
}  // namespace bigstep
