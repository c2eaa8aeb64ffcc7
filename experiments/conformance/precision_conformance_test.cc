// Mixed precision on the CPU, for what LibTorch 1.13 computes right there: its
// gradients of the convolutions of residual networks differ from run to run, so
// that trials refuse it.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/generator.h"
#include "base/named_tensors.h"
#include "experiments/conformance/testing.h"
#include "experiments/train/gradients.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

struct FirstPass {
  double loss = 0;
  at::Tensor gradient;  // Of all parameters, flat, float32.
};

class PrecisionConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  FirstPass Pass(bool bfloat16) const {
    const TaskSpec task = {{3, 8, 8}, /*num_classes=*/5, /*num_biases=*/2};
    const auto model =
        Models::Get().Make(Default(Models::Get(), GetParam()), {task, 1});
    EXPECT_OK(model);
    (*model)->train();
    const auto loss =
        Losses::Get().Make(Default(Losses::Get(), "cross_entropy"), {});
    EXPECT_OK(loss);
    const std::vector<std::unique_ptr<Regularizer>> none;
    BatchGradients gradients({**model, **loss, none, {}, bfloat16});
    at::Generator generator = MakeGenerator(5);
    const at::Tensor inputs = at::empty({32, 3, 8, 8}).normal_(0, 1, generator);
    gradients.SetBatch({{}, inputs, SomeTargets(**loss, 32, 5, generator)});
    FirstPass pass;
    pass.loss = gradients.Compute().item<double>();
    std::vector<at::Tensor> parts;
    for (const auto& [name, parameter] : Parameters(**model)) {
      EXPECT_EQ(parameter.scalar_type(), at::kFloat) << name;
      EXPECT_EQ(parameter.grad().scalar_type(), at::kFloat) << name;
      parts.push_back(parameter.grad().flatten());
    }
    pass.gradient = at::cat(parts);
    return pass;
  }
};

INSTANTIATE_TEST_SUITE_P(All, PrecisionConformanceTest,
                         testing::Values("fcn", "diagonal_linear"), CaseName);

// bfloat16 rounds by 2^-9 at most, .2 %; a few layers add that up.
TEST_P(PrecisionConformanceTest, Bfloat16IsNearFloat32) {
  const FirstPass exact = Pass(false), rounded = Pass(true);
  EXPECT_NE(rounded.loss, exact.loss);
  EXPECT_NEAR(rounded.loss, exact.loss, 0.02 * exact.loss);
  const double cosine = (rounded.gradient.dot(exact.gradient) /
                         (rounded.gradient.norm() * exact.gradient.norm()))
                            .item<double>();
  EXPECT_GT(cosine, 0.98);
  EXPECT_NEAR(rounded.gradient.norm().item<double>(),
              exact.gradient.norm().item<double>(),
              0.05 * exact.gradient.norm().item<double>());
}

}  // namespace
}  // namespace bigstep
