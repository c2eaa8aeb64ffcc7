#include "metrics/weights/weight_matrices.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "base/testing.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

// A vector alone, or with a convolution.
class SomeNet : public Model {
 public:
  explicit SomeNet(bool with_convolution) {
    register_parameter("gamma", at::ones({3}));
    if (with_convolution) {
      register_parameter("weight",
                         at::arange(12, at::kFloat).view({3, 2, 1, 2}));
    }
  }
  ModelOutput Forward(const at::Tensor& x) override { return {x, x}; }
};

TEST(WeightMatricesTest, ARowForEachNeuronOrFilter) {
  const TinyNet net(at::ones({4, 3}), at::zeros({2, 4}));
  const auto matrices = WeightMatrices(net);
  ASSERT_OK(matrices);
  ASSERT_EQ(matrices->size(), 2u);  // Not the bias.
  EXPECT_TRUE((*matrices)[0].equal(at::ones({4, 3}, at::kDouble)));
  EXPECT_TRUE((*matrices)[1].equal(at::zeros({2, 4}, at::kDouble)));

  const auto filters = WeightMatrices(SomeNet(true));
  ASSERT_OK(filters);
  EXPECT_TRUE(filters->at(0).equal(at::arange(12, at::kDouble).view({3, 4})));
}

TEST(WeightMatricesTest, TheyAreCopies) {
  const TinyNet net(at::ones({4, 3}), at::zeros({2, 4}));
  const NetworkState before(net);
  WeightMatrices(net)->at(0).fill_(7);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(WeightMatricesTest, ANetworkWithoutAnyIsRefused) {
  const auto none = WeightMatrices(SomeNet(false));
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(none.status().message()),
            "the model has no weight tensor (of two or more dimensions) to "
            "measure");
  EXPECT_EQ(CheckWeightMatrices(SomeNet(false)), none.status());
  EXPECT_OK(CheckWeightMatrices(SomeNet(true)));
}

}  // namespace
}  // namespace bigstep
