#include <gtest/gtest.h>

#include "base/testing.h"
#include "models/model.h"
#include "models/testing.h"

namespace bigstep {
namespace {

TEST(WideResnet101_2Test, HasThePublishedNumberOfParameters) {
  const TaskSpec task = {{3, 224, 224}, /*num_classes=*/1000, /*num_biases=*/2};
  const auto model =
      MakePlugin<ModelFamily>("wide_resnet101_2", {task, /*seed=*/1});
  // torchvision's documentation of Wide_ResNet101_2_Weights.
  EXPECT_EQ(CountParameters(*model), 126886696);
}

// One test, since the network has half a gigabyte. Its behaviour in train()
// mode is the business of the shared code, which the smaller networks test.
TEST(WideResnet101_2Test, IsTorchvisionsNetwork) {
  const GoldenCase c = {"imagenet", "wide_resnet101_2", {4, 3, 32, 32}};
  const auto model = MakeGoldenModel(c);
  const Goldens goldens = ReadGoldens("models/testdata/wide_resnet101_2.txt");
  EXPECT_EQ(HashOfNames(*model), goldens.at("imagenet.names").at(0));
  SetFormulaWeights(*model);
  ExpectEvalGoldens(*model, goldens, c.prefix, FormulaInputs(c.inputs));
}

}  // namespace
}  // namespace bigstep
