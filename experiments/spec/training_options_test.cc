#include "experiments/spec/training_options.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(TrainingOptionsTest, StepsAreGivenOrFollowFromEpochs) {
  TrainingOptions options;
  options.batch_size = 100;
  options.max_steps = 7;
  EXPECT_EQ(options.StepsFor(1000), 7);
  options.max_steps = 0;
  options.epochs = 20;
  EXPECT_EQ(options.StepsFor(1000), 200);  // 20 x 1000 / 100.
  EXPECT_EQ(options.StepsFor(1001), 201);  // 200.2, rounded up.
  options.batch_size = 1;
  options.epochs = 0.07;
  EXPECT_EQ(options.StepsFor(100), 7);  // Not 8, for .07 in binary.
  EXPECT_EQ(options.StepsFor(1), 1);
  options.epochs = 1e300;
  EXPECT_EQ(options.StepsFor(1000), 1000000000000000);
}

TEST(TrainingOptionsTest, TheVersionOfTheTrainerIsThatOfWhatIsUsed) {
  TrainingOptions options;
  EXPECT_EQ(options.TrainerVersion(), 1);
  options.stop.train_accuracy = 1;
  EXPECT_EQ(options.TrainerVersion(), 1);
  options.stop.cross_entropy = 0.1;
  EXPECT_EQ(options.TrainerVersion(), 2);
  options.stop = {};
  options.milestones = {0.5};
  EXPECT_EQ(options.TrainerVersion(), 2);
}

}  // namespace
}  // namespace bigstep
