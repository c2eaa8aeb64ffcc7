#include <gtest/gtest.h>

#include "base/testing.h"
#include "models/model.h"
#include "models/testing.h"

namespace bigstep {
namespace {

TEST(Resnet18Test, HasThePublishedNumberOfParameters) {
  const TaskSpec task = {{3, 224, 224}, /*num_classes=*/1000, /*num_biases=*/2};
  const auto model = MakePlugin<ModelFamily>("resnet18", {task, /*seed=*/1});
  // torchvision's documentation of ResNet18_Weights.
  EXPECT_EQ(CountParameters(*model), 11689512);
}

TEST(Resnet18Test, ComputesWhatTorchvisionComputes) {
  ExpectGoldens("models/testdata/resnet18.txt",
                {{"imagenet", "resnet18", {4, 3, 64, 64}},
                 {"cifar", "{name: resnet18, stem: cifar}", {4, 3, 16, 16}}});
}

}  // namespace
}  // namespace bigstep
