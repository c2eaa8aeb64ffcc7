#include "experiments/train/fit_watch.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace bigstep {
namespace {

using Advice = FitWatch::Advice;

constexpr FitWatch::Size kSize = {1000, 2};

// A batch of `n` examples with label 1, whose cross-entropy is the given one:
// logits 0 and x with log(1 + exp(-x)) = cross_entropy. Right if x > 0.
void Add(double cross_entropy, FitWatch& watch, int64_t n = 100) {
  const at::Tensor logits = at::zeros({n, 2}, at::kDouble);
  logits.select(1, 1).fill_(-std::log(std::expm1(cross_entropy)));
  watch.Add(logits, at::ones({n}, at::kLong));
}

// With batches of 100.
TrainingOptions With(const StopOptions& stop) {
  TrainingOptions options;
  options.stop = stop;
  return options;
}

TrainingOptions CrossEntropyBelow(double bound) {
  return With({.cross_entropy = bound});
}

TEST(FitWatchTest, LooksEveryTwentiethOfAnEpochButNotMoreOftenThan25Steps) {
  const TrainingOptions options = CrossEntropyBelow(0.1);
  EXPECT_EQ(FitWatch(options, {1000, 2}).interval(), 25);
  EXPECT_EQ(FitWatch(options, {60000, 2}).interval(), 30);  // 600 / 20.
  TrainingOptions own = options;
  own.stop.check_every = 7;
  EXPECT_EQ(FitWatch(own, {60000, 2}).interval(), 7);
}

TEST(FitWatchTest, WantsAboutTenBatchesAnIntervalIfThereIsARule) {
  const FitWatch watch(CrossEntropyBelow(0.1), kSize);
  int64_t wanted = 0;
  for (int64_t step = 1; step <= 25; ++step) wanted += watch.Wants(step);
  EXPECT_EQ(wanted, 12);
  EXPECT_FALSE(FitWatch({}, kSize).Wants(2));
}

TEST(FitWatchTest, IsDueOnceAnInterval) {
  FitWatch watch(CrossEntropyBelow(0.1), kSize);
  EXPECT_FALSE(watch.IsDue(25));  // Nothing was added.
  Add(1, watch);
  EXPECT_FALSE(watch.IsDue(24));
  EXPECT_TRUE(watch.IsDue(25));
  watch.EndInterval(25);
  EXPECT_FALSE(watch.IsDue(25));
}

TEST(FitWatchTest, AdvisesToEvaluateOnceRecentBatchesAreBelowTheBound) {
  FitWatch watch(CrossEntropyBelow(0.1), kSize);
  Add(0.12, watch);
  Add(0.12, watch);
  EXPECT_EQ(watch.EndInterval(25), Advice::kContinue);
  Add(0.12, watch);
  Add(0.07, watch);  // The mean is .095.
  EXPECT_EQ(watch.EndInterval(50), Advice::kEvaluate);
}

TEST(FitWatchTest, WhatAnEvaluationFoundCorrectsTheEstimate) {
  FitWatch watch(CrossEntropyBelow(0.1), kSize);
  Add(0.09, watch);
  EXPECT_EQ(watch.EndInterval(10000), Advice::kEvaluate);
  // Four times as much: batches must now be below .025, and are near below
  // .075.
  watch.OnEvaluation({0.9, 0.36});
  Add(0.076, watch);
  EXPECT_EQ(watch.EndInterval(10025), Advice::kContinue);
  Add(0.074, watch);
  EXPECT_EQ(watch.EndInterval(10050), Advice::kEvaluate);
}

TEST(FitWatchTest, EvaluationsCostAtMostATwentiethOfTrainingAndFiveMore) {
  FitWatch watch(CrossEntropyBelow(0.1), kSize);
  const auto look = [&watch](int64_t step, double cross_entropy) {
    Add(cross_entropy, watch);
    const Advice advice = watch.EndInterval(step);
    if (advice == Advice::kEvaluate) watch.OnEvaluation({0.9, cross_entropy});
    return advice;
  };
  // By hand: a step earns .05 x 3 x 100 = 15 examples, an evaluation costs
  // 1000. Merely near the bound: from step 67 on.
  EXPECT_EQ(look(50, 0.2), Advice::kContinue);
  EXPECT_EQ(look(75, 0.2), Advice::kEvaluate);
  // Below it: five more than are earned, 1.5 by step 105 and 2 by step 134.
  for (int64_t step = 101; step <= 105; ++step) {
    EXPECT_EQ(look(step, 0.09), Advice::kEvaluate) << step;
  }
  for (int64_t step = 106; step <= 133; ++step) {
    EXPECT_EQ(look(step, 0.09), Advice::kContinue) << step;
  }
  EXPECT_EQ(look(134, 0.09), Advice::kEvaluate);
}

TEST(FitWatchTest, WithTwoBoundsEvaluationsWaitForBoth) {
  FitWatch watch(With({.train_accuracy = 1, .cross_entropy = 0.5}), kSize);
  // Two of a hundred are wrong; the mean is .138.
  const auto look = [&watch](int64_t step, int64_t wrong) {
    Add(0.1, watch, 100 - wrong);
    if (wrong > 0) Add(2, watch, wrong);
    const Advice advice = watch.EndInterval(step);
    if (advice == Advice::kEvaluate) watch.OnEvaluation({0.98, 0.138});
    return advice;
  };
  // By hand: a step earns .05 x 3 x 100 = 15 examples, an evaluation costs
  // 1000. While the accuracy is missing none is made in advance, but some are,
  // as batches with augmentation or dropout may never reach it.
  EXPECT_EQ(look(50, 2), Advice::kContinue);
  EXPECT_EQ(look(75, 2), Advice::kEvaluate);
  EXPECT_EQ(look(133, 2), Advice::kContinue);
  EXPECT_EQ(look(134, 2), Advice::kEvaluate);
  // None is earned again before step 200.
  EXPECT_EQ(look(135, 2), Advice::kContinue);
  EXPECT_EQ(look(136, 0), Advice::kEvaluate);
}

TEST(FitWatchTest, WithoutABoundOnTheLossTheAccuracyOfBatchesCounts) {
  const TrainingOptions options = With({.train_accuracy = 1});
  FitWatch watch(options, kSize);
  Add(0.1, watch, 98);
  Add(2, watch, 2);                                       // Wrong.
  EXPECT_EQ(watch.EndInterval(1000), Advice::kContinue);  // 2 % > 1 %.
  Add(0.1, watch, 199);
  Add(2, watch, 1);
  EXPECT_EQ(watch.EndInterval(1025), Advice::kEvaluate);  // Near.
  watch.OnEvaluation({0.99, 0.1});
  Add(0.1, watch);
  EXPECT_EQ(watch.EndInterval(1050), Advice::kEvaluate);
}

TEST(FitWatchTest, NoProgressForLongerThanThePatienceEndsTraining) {
  const TrainingOptions options = With({.patience = 50});
  FitWatch watch(options, kSize);
  const auto look = [&watch](int64_t step, double cross_entropy) {
    Add(cross_entropy, watch);
    return watch.EndInterval(step);
  };
  EXPECT_EQ(look(25, 0.5), Advice::kContinue);
  EXPECT_EQ(look(50, 0.496), Advice::kContinue);  // Less than 1 % lower.
  EXPECT_EQ(look(75, 0.4955), Advice::kPlateau);
  FitWatch other(options, kSize);
  Add(0.5, other);
  other.EndInterval(25);
  Add(0.49, other);  // 2 % lower.
  EXPECT_EQ(other.EndInterval(50), Advice::kContinue);
  Add(0.489, other);
  EXPECT_EQ(other.EndInterval(75), Advice::kContinue);
  Add(0.488, other);
  EXPECT_EQ(other.EndInterval(100), Advice::kPlateau);
}

TEST(FitWatchTest, ACollapsedNetworkIsWorthAnEvaluation) {
  const TrainingOptions options = With({.collapsed_after = 50});
  FitWatch watch(options, kSize);
  Add(0.9, watch);  // All wrong.
  EXPECT_EQ(watch.EndInterval(25), Advice::kContinue);
  Add(0.9, watch);
  EXPECT_EQ(watch.EndInterval(50), Advice::kEvaluate);
}

TEST(FitWatchTest, EachMilestoneIsReachedOnce) {
  TrainingOptions options;
  options.milestones = {1, 0.5, 0.1};
  FitWatch watch(options, kSize);
  EXPECT_TRUE(watch.Wants(2));
  const auto look = [&watch](int64_t step, double cross_entropy) {
    Add(cross_entropy, watch);
    EXPECT_EQ(watch.EndInterval(step), Advice::kContinue);
    return watch.TakeMilestones();
  };
  using Levels = std::vector<double>;
  EXPECT_EQ(look(25, 1.1), Levels());
  EXPECT_EQ(look(50, 0.4), (Levels{1, 0.5}));
  EXPECT_EQ(look(75, 0.6), Levels());
  EXPECT_EQ(look(100, 0.09), Levels{0.1});
  EXPECT_EQ(look(125, 0.09), Levels());
}

TEST(FitWatchTest, NoRuleMovesAMilestone) {
  TrainingOptions options = CrossEntropyBelow(0.1);
  options.milestones = {0.08, 0.05, 0.02};
  FitWatch watch(options, kSize);
  Add(0.09, watch);
  EXPECT_EQ(watch.EndInterval(10000), Advice::kEvaluate);
  watch.OnEvaluation({0.9, 0.36});  // Rules now count four times as much.
  Add(0.07, watch);
  watch.EndInterval(10025);
  using Levels = std::vector<double>;
  EXPECT_EQ(watch.TakeMilestones(), Levels{0.08});
  EXPECT_EQ(watch.TakeMilestonesAbove(0.03), Levels{0.05});
  EXPECT_EQ(watch.TakeMilestonesAbove(0.03), Levels());
}

TEST(FitWatchTest, ItsStateContinuesToTheBit) {
  FitWatch whole(CrossEntropyBelow(0.1), kSize);
  FitWatch first(CrossEntropyBelow(0.1), kSize);
  for (FitWatch* watch : {&whole, &first}) {
    Add(0.09, *watch);
    watch->EndInterval(1000);
    watch->OnEvaluation({0.9, 0.15});
    Add(0.3, *watch, 7);
  }
  FitWatch second(CrossEntropyBelow(0.1), kSize);
  second.SetState(first.State());
  for (FitWatch* watch : {&whole, &second}) Add(0.1, *watch, 9);
  const FitState a = whole.State(), b = second.State();
  EXPECT_EQ(a.cross_entropy_sum, b.cross_entropy_sum);
  EXPECT_NEAR(a.cross_entropy_sum, 7 * 0.3 + 9 * 0.1, 1e-12);
  EXPECT_EQ(a.right, 16);
  EXPECT_EQ(b.right, 16);
  EXPECT_EQ(a.examples, b.examples);
  EXPECT_EQ(a.correction, b.correction);
  EXPECT_EQ(a.evaluated, b.evaluated);
  EXPECT_EQ(a.lowest, b.lowest);
  EXPECT_EQ(a.lowest_step, b.lowest_step);
}

}  // namespace
}  // namespace bigstep
