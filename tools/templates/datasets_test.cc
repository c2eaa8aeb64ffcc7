#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

TEST(ToyTest, WithoutConflictsLabelAndBiasAgree) {
  const auto dataset = MakePlugin<DatasetFamily>(
      "{name: toy, bias_conflicting_fraction: 0, num_train: 50}",
      {/*data_root=*/"", /*seed=*/0});
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->train.size(), 50);
  EXPECT_TRUE(at::equal(dataset->train.labels, dataset->train.bias_labels));
}

}  // namespace
}  // namespace bigstep
