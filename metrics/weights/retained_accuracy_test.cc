#include "metrics/weights/retained_accuracy.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

// `n` examples of each of K classes.
at::Tensor Balanced(int64_t num_classes, int64_t n = 1) {
  return at::arange(num_classes, at::kLong).repeat({n});
}

TEST(RetainedAccuracyTest, ByHand) {
  const RetainedAccuracy retained(0.75, Balanced(4), 4);
  EXPECT_EQ(retained.Share(0.75), 1.);
  EXPECT_EQ(retained.Share(0.375), 0.5);
  EXPECT_EQ(retained.ShareAboveChance(0.75), 1.);
  EXPECT_EQ(retained.ShareAboveChance(0.5), 0.5);  // (2/4 - 1/4) / (2/4).
  EXPECT_EQ(retained.ShareAboveChance(0.25), 0.);
}

TEST(RetainedAccuracyTest, ANetworkThatGainsRetainsAllAboveChance) {
  const RetainedAccuracy retained(0.5, Balanced(4), 4);
  EXPECT_EQ(retained.Share(0.75), 1.5);
  EXPECT_EQ(retained.ShareAboveChance(0.75), 1.);
}

TEST(RetainedAccuracyTest, WorseThanChanceRetainsNothingAboveIt) {
  const RetainedAccuracy retained(0.75, Balanced(2), 2);
  EXPECT_EQ(retained.ShareAboveChance(0.25), 0.);
  EXPECT_EQ(retained.Share(0.), 0.);
}

TEST(RetainedAccuracyTest, GuessingIsWhatTrainingCallsCollapsed) {
  // 1.25 / 10 and 0.53.
  EXPECT_EQ(RetainedAccuracy(0.125, Balanced(10), 10).ShareAboveChance(0.125),
            nullptr);
  EXPECT_EQ(RetainedAccuracy(0.126, Balanced(10), 10).ShareAboveChance(0.126),
            1.);
  EXPECT_EQ(RetainedAccuracy(0.53, Balanced(2), 2).ShareAboveChance(0.53),
            nullptr);
  EXPECT_EQ(RetainedAccuracy(0.54, Balanced(2), 2).ShareAboveChance(0.54), 1.);
}

TEST(RetainedAccuracyTest, ChanceIsTheShareOfTheMostFrequentLabel) {
  // Three quarters are of class 1: always saying so gets 0.75.
  const at::Tensor labels = at::tensor({0, 1, 1, 1}, at::kLong);
  EXPECT_EQ(RetainedAccuracy(0.75, labels, 2).ShareAboveChance(0.75), nullptr);
  EXPECT_EQ(RetainedAccuracy(1, labels, 2).ShareAboveChance(0.875), 0.5);
}

TEST(RetainedAccuracyTest, NothingToRetainIsNull) {
  const RetainedAccuracy retained(0, Balanced(2), 2);
  EXPECT_EQ(retained.Share(0.5), nullptr);
  EXPECT_EQ(retained.ShareAboveChance(0.5), nullptr);
}

}  // namespace
}  // namespace bigstep
