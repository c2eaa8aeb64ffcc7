#include "models/layers/perceptron.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace bigstep {
namespace {

std::vector<LinearParameters> RandomLayers(const std::vector<int64_t>& widths,
                                           bool biased) {
  at::manual_seed(1);
  std::vector<LinearParameters> layers;
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    LinearParameters layer;
    layer.weight =
        at::randn({widths[i + 1], widths[i]}, at::kDouble).requires_grad_();
    if (biased) {
      layer.bias = at::randn({widths[i + 1]}, at::kDouble).requires_grad_();
    }
    layers.push_back(layer);
  }
  return layers;
}

// Witness: the same network of LibTorch's own operations.
PerceptronOutput Plain(at::Tensor x,
                       const std::vector<LinearParameters>& layers) {
  for (size_t i = 0; i + 1 < layers.size(); ++i) {
    x = at::relu(at::linear(x, layers[i].weight, layers[i].bias));
  }
  return {at::linear(x, layers.back().weight, layers.back().bias), x};
}

std::vector<at::Tensor> AllParameters(
    const std::vector<LinearParameters>& layers) {
  std::vector<at::Tensor> all;
  for (const LinearParameters& layer : layers) {
    all.push_back(layer.weight);
    if (layer.bias.defined()) all.push_back(layer.bias);
  }
  return all;
}

struct Case {
  std::string name;
  std::vector<int64_t> widths;
  bool biased;
};

class PerceptronTest : public testing::TestWithParam<Case> {
 protected:
  // Both ways to the gradients of a function of the outputs must agree.
  void ExpectEqualGradients(
      const std::function<at::Tensor(const PerceptronOutput&)>& function,
      const std::vector<at::Tensor>& variables) const {
    std::vector<std::vector<at::Tensor>> found;
    for (const bool plain : {false, true}) {
      const at::Tensor value =
          function(plain ? Plain(x_, layers_) : Perceptron(x_, layers_));
      found.push_back(torch::autograd::grad({value}, variables, {},
                                            /*retain_graph=*/false,
                                            /*create_graph=*/false,
                                            /*allow_unused=*/true));
    }
    for (size_t i = 0; i < variables.size(); ++i) {
      ASSERT_EQ(found[0][i].defined(), found[1][i].defined()) << i;
      if (!found[0][i].defined()) continue;
      EXPECT_TRUE(at::allclose(found[0][i], found[1][i], 1e-12, 1e-12)) << i;
    }
  }

  std::vector<LinearParameters> layers_ =
      RandomLayers(GetParam().widths, GetParam().biased);
  at::Tensor x_ = at::randn({7, GetParam().widths[0]}, at::kDouble);
};

INSTANTIATE_TEST_SUITE_P(
    All, PerceptronTest,
    testing::Values(Case{"OneLayer", {4, 3}, false},
                    Case{"OneLayerWithBias", {4, 3}, true},
                    Case{"FourLayers", {6, 5, 4, 5, 3}, false},
                    Case{"FourLayersWithBias", {6, 5, 4, 5, 3}, true}),
    [](const auto& info) { return info.param.name; });

TEST_P(PerceptronTest, GivesWhatPlainLayersGive) {
  const PerceptronOutput output = Perceptron(x_, layers_);
  const PerceptronOutput plain = Plain(x_, layers_);
  EXPECT_TRUE(output.logits.equal(plain.logits));
  EXPECT_TRUE(output.hidden.equal(plain.hidden));
}

TEST_P(PerceptronTest, ADirectPassGivesTheSameBits) {
  PerceptronPass pass(layers_);
  // Another number of examples, and the first again, on memory that is kept.
  for (const int64_t examples : {7, 3, 7}) {
    const at::Tensor x = at::randn({examples, x_.size(1)}, at::kDouble);
    const PerceptronOutput output = Perceptron(x, layers_);
    const at::Tensor gradient = at::randn_like(output.logits);
    const std::vector<at::Tensor> expected = torch::autograd::grad(
        {output.logits}, AllParameters(layers_), {gradient});
    const at::Tensor logits = pass.Forward(x);
    EXPECT_TRUE(logits.equal(output.logits));
    EXPECT_FALSE(logits.requires_grad());
    const std::vector<at::Tensor>& found = pass.Backward(gradient);
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_TRUE(found[i].equal(expected[i])) << i;
    }
  }
}

TEST_P(PerceptronTest, GradientsOfTheLogits) {
  ExpectEqualGradients(
      [](const PerceptronOutput& y) { return y.logits.square().sum(); },
      AllParameters(layers_));
}

TEST_P(PerceptronTest, GradientsOfBothOutputsAndForTheInput) {
  x_.requires_grad_();
  std::vector<at::Tensor> variables = AllParameters(layers_);
  variables.push_back(x_);
  ExpectEqualGradients(
      [](const PerceptronOutput& y) {
        return y.logits.square().sum() + y.hidden.pow(3).sum();
      },
      variables);
}

TEST_P(PerceptronTest, GradientsOfTheHiddenLayerAlone) {
  x_.requires_grad_();
  std::vector<at::Tensor> variables = AllParameters(layers_);
  variables.push_back(x_);
  ExpectEqualGradients(
      [](const PerceptronOutput& y) { return y.hidden.pow(3).sum(); },
      variables);
}

// A Hessian-vector product: the gradient of a squared gradient.
TEST_P(PerceptronTest, GradientsOfGradients) {
  const std::vector<at::Tensor> variables = AllParameters(layers_);
  ExpectEqualGradients(
      [&](const PerceptronOutput& y) {
        const at::Tensor loss = y.logits.pow(3).sum() + y.hidden.pow(3).sum();
        at::Tensor sum = at::zeros({}, at::kDouble);
        for (const at::Tensor& gradient :
             torch::autograd::grad({loss}, variables, {}, /*retain_graph=*/true,
                                   /*create_graph=*/true)) {
          sum = sum + gradient.square().sum();
        }
        return sum;
      },
      variables);
}

TEST(PerceptronNanTest, NanPassesThrough) {
  const auto layers = RandomLayers({2, 3, 2}, false);
  const at::Tensor x = at::full({1, 2}, std::nan(""), at::kDouble);
  EXPECT_TRUE(Perceptron(x, layers).logits.isnan().all().item<bool>());
}

}  // namespace
}  // namespace bigstep
