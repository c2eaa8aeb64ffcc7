#include <gtest/gtest.h>

#include "base/testing.h"
#include "models/model.h"
#include "models/testing.h"

namespace bigstep {
namespace {

TEST(Resnet50Test, HasThePublishedNumberOfParameters) {
  const TaskSpec task = {{3, 224, 224}, /*num_classes=*/1000, /*num_biases=*/2};
  const auto model = MakePlugin<ModelFamily>("resnet50", {task, /*seed=*/1});
  // torchvision's documentation of ResNet50_Weights.
  EXPECT_EQ(CountParameters(*model), 25557032);
}

TEST(Resnet50Test, ComputesWhatTorchvisionComputes) {
  ExpectGoldens("models/testdata/resnet50.txt",
                {{"imagenet", "resnet50", {4, 3, 64, 64}},
                 {"cifar", "{name: resnet50, stem: cifar}", {4, 3, 16, 16}}});
}

}  // namespace
}  // namespace bigstep
