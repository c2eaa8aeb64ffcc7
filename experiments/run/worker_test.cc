#include "experiments/run/worker.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace bigstep {
namespace {

TEST(HeadlineMetricsTest, AreTheTwoAccuracies) {
  EXPECT_EQ(HeadlineMetrics(
                {{"accuracy", {{"train", 0.75}, {"unbiased_test", 0.5}}}}),
            "train 0.750, unbiased test 0.500");
}

TEST(HeadlineMetricsTest, WithoutThemThereAreNone) {
  EXPECT_EQ(HeadlineMetrics(Json::object()), "");
  EXPECT_EQ(HeadlineMetrics(
                {{"accuracy", {{"train", 0.75}, {"unbiased_test", nullptr}}}}),
            "");
}

}  // namespace
}  // namespace bigstep
