#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "models/model.h"

namespace bigstep {
namespace {

TEST(ToyTest, TheRepresentationIsTheHiddenLayer) {
  const TaskSpec task = {{2, 3}, /*num_classes=*/4, /*num_biases=*/2};
  const auto model =
      MakePlugin<ModelFamily>("{name: toy, width: 5}", {task, /*seed=*/0});
  const ModelOutput output = model->Forward(at::ones({7, 2, 3}));
  EXPECT_EQ(output.logits.sizes().vec(), (std::vector<int64_t>{7, 4}));
  EXPECT_EQ(output.representation.sizes().vec(), (std::vector<int64_t>{7, 5}));
  EXPECT_TRUE(output.representation.ge(0).all().item<bool>());
}

}  // namespace
}  // namespace bigstep
