#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

std::unique_ptr<Dataset> Make(const std::string& options) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: sparse_regression", options, "}"), {"", 1});
}

// More examples than coordinates: the weights can be solved for.
TEST(SparseRegressionTest, NumbersAreLinearInFewCoordinates) {
  const auto dataset = Make(", num_inputs: 30, num_nonzero: 4, num_train: 100");
  EXPECT_OK(CheckDataset(*dataset));
  EXPECT_EQ(dataset->task.num_targets, 1);
  const at::Tensor weights = std::get<0>(
      at::linalg_lstsq(dataset->train.inputs.to(at::kDouble),
                       dataset->train.regression_targets.to(at::kDouble)));
  // 1e-5: numbers are rounded to float32.
  EXPECT_NEAR(weights.norm().item<double>(), 1, 1e-5);
  EXPECT_TRUE(weights.slice(0, 0, 4).gt(1e-3).all().item<bool>());
  EXPECT_LT(weights.slice(0, 4).abs().max().item<double>(), 1e-5);
  // One function for all splits.
  for (const Split* split : {&dataset->validation, &dataset->test}) {
    const at::Tensor predicted = at::mm(split->inputs.to(at::kDouble), weights);
    EXPECT_TRUE(predicted.allclose(split->regression_targets.to(at::kDouble),
                                   1e-5, 1e-5));
  }
}

TEST(SparseRegressionTest, InputsAreStandardNormal) {
  const auto dataset = Make("");
  const at::Tensor x = dataset->test.inputs.to(at::kDouble);
  EXPECT_EQ(x.sizes().vec(), (std::vector<int64_t>{1000, 200}));
  EXPECT_EQ(dataset->train.size(), 80);
  // Six standard deviations of the means of x and x^2, whose variances are 1
  // and 2.
  const double n = 200000;
  EXPECT_NEAR(x.mean().item<double>(), 0, 6 / std::sqrt(n));
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 6 * std::sqrt(2 / n));
}

}  // namespace
}  // namespace bigstep
