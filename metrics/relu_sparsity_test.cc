#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"
#include "models/activations.h"
#include "models/model.h"

namespace bigstep {
namespace {

// relu, then relu of minus it plus 2, then pooling of relu, then a sum.
class ThreeRelus final : public Model {
 public:
  ModelOutput Forward(const at::Tensor& inputs) override {
    const at::Tensor a = Relu(inputs);
    const at::Tensor b = ReluInPlace(2 - a);
    const at::Tensor c = MaxPoolOfRelu(b - 1, 2, 2, 0);
    return {c.flatten(1), c.flatten(1)};
  }
};

class NoRelu final : public Model {
 public:
  ModelOutput Forward(const at::Tensor& inputs) override {
    return {inputs.flatten(1), inputs.flatten(1)};
  }
};

Dataset TwoImages() {
  // relu: (0, 0, 0, 2), (1, 1, 2, 3): 3 zeros of 8. 2 - that: (2, 2, 2, 0), (1,
  // 1, 0, 0 for -1): 3. Less 1: (1, 1, 1, 0 for -1), (0, 0, 0, 0): 5, before
  // the pooling.
  const at::Tensor inputs =
      at::tensor({-1.f, 0.f, -5.f, 2.f, 1.f, 1.f, 2.f, 3.f}).view({2, 1, 2, 2});
  const at::Tensor zeros = at::zeros({2}, at::kLong);
  const Split split = {inputs, zeros, zeros};
  return {{{1, 2, 2}, 1, 1}, split, split, split};
}

TEST(ReluSparsityTest, ByHand) {
  const Dataset dataset = TwoImages();
  ThreeRelus net;
  const auto metric = MakePlugin<MetricFamily>("relu_sparsity", {});
  for (const int64_t batch_size : {1, 2}) {
    Evaluation::Options options;
    options.batch_size = batch_size;
    Evaluation evaluation(
        dataset, net, [] { return std::make_unique<ThreeRelus>(); }, options);
    const auto values = metric->Compute(evaluation);
    ASSERT_OK(values);
    EXPECT_EQ(values->at("by_relu"), Json({0.375, 0.375, 0.625}));
    EXPECT_EQ(values->at("first"), 0.375);
    EXPECT_EQ(values->at("last"), 0.625);
    EXPECT_DOUBLE_EQ(values->at("mean").get<double>(), 1.375 / 3);
  }
}

TEST(ReluSparsityTest, IsNullWithoutRelu) {
  const Dataset dataset = TwoImages();
  NoRelu net;
  Evaluation evaluation(dataset, net, [] { return std::make_unique<NoRelu>(); },
                        {});
  const auto values =
      MakePlugin<MetricFamily>("relu_sparsity", {})->Compute(evaluation);
  ASSERT_OK(values);
  EXPECT_EQ(*values,
            Json({{"first", nullptr}, {"last", nullptr}, {"mean", nullptr}}));
}

}  // namespace
}  // namespace bigstep
