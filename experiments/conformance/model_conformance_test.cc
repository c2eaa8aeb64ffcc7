// What every model must do.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "experiments/conformance/testing.h"
#include "experiments/train/checkpoint.h"
#include "models/model.h"

namespace bigstep {
namespace {

class ModelConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Model> Make(int64_t seed = 0) {
    auto made =
        Models::Get().Make(Default(Models::Get(), GetParam()), {task_, seed});
    EXPECT_OK(made);
    return *std::move(made);
  }

  // The same for each call: the default generator is seeded here alone.
  at::Tensor Inputs(int64_t n) {
    at::manual_seed(7);
    return at::randn({n, 3, 8, 8});
  }

  // Two forward passes of a training; the weights stay.
  static std::vector<at::Tensor> Train(Model& model, const at::Tensor& inputs) {
    const c10::NoGradGuard no_grad;
    model.train();
    return {model.Forward(inputs).logits, model.Forward(inputs * 2).logits};
  }

  TaskSpec task_ = {{3, 8, 8}, /*num_classes=*/5, /*num_biases=*/2};
};

INSTANTIATE_TEST_SUITE_P(All, ModelConformanceTest,
                         testing::ValuesIn(Models::Get().Names()), CaseName);

TEST_P(ModelConformanceTest, GivesLogitsAndARepresentation) {
  const auto model = Make();
  const ModelOutput output = model->Forward(Inputs(4));
  EXPECT_EQ(output.logits.sizes().vec(), (std::vector<int64_t>{4, 5}));
  EXPECT_EQ(output.representation.dim(), 2);
  EXPECT_EQ(output.representation.size(0), 4);
}

TEST_P(ModelConformanceTest, EveryParameterGetsAFiniteGradient) {
  const auto model = Make();
  model->Forward(Inputs(16)).logits.square().sum().backward();
  const NamedTensors parameters = Parameters(*model);
  EXPECT_FALSE(parameters.empty());
  for (const auto& [name, tensor] : parameters) {
    ASSERT_TRUE(tensor.grad().defined()) << name;
    EXPECT_TRUE(at::isfinite(tensor.grad()).all().item<bool>()) << name;
    EXPECT_TRUE(tensor.grad().ne(0).any().item<bool>()) << name;
  }
}

TEST_P(ModelConformanceTest, InEvalModeRowsDoNotMix) {
  const auto model = Make();
  model->eval();
  const c10::NoGradGuard no_grad;
  const at::Tensor inputs = Inputs(6);
  const at::Tensor together = model->Forward(inputs).logits;
  EXPECT_TRUE(at::equal(together, model->Forward(inputs).logits));
  for (int64_t i = 0; i < 6; ++i) {
    // 1e-5: a matrix product may add in another order for another batch size.
    EXPECT_TRUE(at::allclose(
        model->Forward(inputs.slice(0, i, i + 1)).logits.squeeze(0),
        together[i], 1e-5, 1e-5));
  }
}

TEST_P(ModelConformanceTest, TheSeedDecidesTheWeights) {
  const auto a = Parameters(*Make(1)), b = Parameters(*Make(1)),
             c = Parameters(*Make(2));
  bool differs = false;
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
    differs = differs || !at::equal(a[i].second, c[i].second);
  }
  EXPECT_TRUE(differs);
}

TEST_P(ModelConformanceTest, ACopyGivesTheSameOutput) {
  const auto model = Make(1), copy = Make(2);
  CopyState(*model, *copy);
  model->eval();
  copy->eval();
  const c10::NoGradGuard no_grad;
  EXPECT_TRUE(at::equal(model->Forward(Inputs(3)).logits,
                        copy->Forward(Inputs(3)).logits));
}

// Fails for a model that draws from a generator without registering it, or
// keeps what changes while it trains elsewhere than in buffers.
TEST_P(ModelConformanceTest, TrainingGoesOnFromAStateToTheSameBits) {
  const auto model = Make(1), other = Make(2);
  const at::Tensor inputs = Inputs(8);
  Train(*model, inputs);
  TrainingState state;
  state.model = ModelState(*model);
  const std::string file = FormatCheckpoint(state, {});
  const auto expected = Train(*model, inputs);

  const auto read = ParseCheckpoint(file, {});
  ASSERT_OK(read);
  ASSERT_OK(SetModelState(read->model, *other));
  const auto found = Train(*other, inputs);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(found[i].equal(expected[i])) << "pass " << i;
  }
  const auto a = model->named_buffers(), b = other->named_buffers();
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i].value().equal(b[i].value())) << a[i].key();
  }
}

}  // namespace
}  // namespace bigstep
